// SPDX-License-Identifier: MIT
#include "vm/shared_libraries.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <climits>
#include <deque>
#include <filesystem>

#include "util/error.hpp"
#include "util/text.hpp"

namespace lab::vm {
namespace {

namespace fs = std::filesystem;

// A file or directory: its path on this machine and in the guest.
struct Place {
  std::string here;
  std::string there;
};

// The program or a library that was found.
struct Object {
  Place place;
  std::string name;  // by which it was requested
  ElfFile elf;
  const Object* needed_by;  // null: the program itself
};

// Limits against malicious files.
constexpr std::size_t max_objects = 1000;
constexpr std::size_t max_places = 100'000;
constexpr std::size_t max_cache = 64 << 20;  // bytes of the loader's configuration

bool is_path(std::string_view name) { return name.find('/') != std::string_view::npos; }

// The names that musl's loader itself provides: the C library's parts.
bool is_part_of_musl(std::string_view name) {
  const auto is_part = [&](std::string_view part) { return name.starts_with(part); };
  return std::ranges::any_of(
      std::initializer_list<std::string_view>{"libc.", "libpthread.", "librt.", "libm.", "libdl.",
                                              "libutil.", "libxnet."},
      is_part);
}

class Search {
 public:
  Search(const DynamicProgram& program, const Loader& loader) : loader_(loader) {
    if (fs::exists(loader.configuration))
      configuration_ = RegularFile(loader.configuration).read(0, max_cache);
    const std::string path = RegularFile(program.path).path();
    objects_.push_back({{path, program.as}, "", program.elf, nullptr});
  }

  std::vector<Library> run() {
    if (!load({loader_.path, loader_.path}, loader_.path, nullptr))
      throw UsageError(fmt::format("{} needs the loader {}, which is not on this machine",
                                   objects_.front().place.here, loader_.path));
    // Breadth first, as the loaders do: the first object that needs a library decides where
    // it is found. More are added meanwhile; a deque keeps the earlier ones in place.
    for (std::size_t index = 0; index < objects_.size(); ++index)
      for (const std::string& name : objects_[index].elf.needed)
        if (!is_loaded(name)) find(name, objects_[index]);
    return std::move(libraries_);
  }

 private:
  bool is_loaded(const std::string& name) const {
    if (loader_.libc == Libc::musl && is_part_of_musl(name)) return true;
    return std::any_of(objects_.begin() + 1, objects_.end(), [&](const Object& object) {
      return object.name == name || object.elf.soname == name;
    });
  }

  // False: there is no such library for this kind of machine.
  bool load(const Place& place, const std::string& name, const Object* needed_by) {
    std::error_code error;
    if (!fs::is_regular_file(place.here, error)) return false;
    const RegularFile file(place.here);
    std::optional<ElfFile> elf = read_elf(file);
    if (!elf) return false;
    if (objects_.size() >= max_objects)
      throw UsageError(fmt::format("{} needs more than {} shared libraries",
                                   objects_.front().place.here, max_objects));
    // Not place.here without its links: a library's $ORIGIN is where it was found.
    objects_.push_back({place, name, std::move(*elf), needed_by});
    libraries_.push_back({file.path(), place.there});
    return true;
  }

  void find(const std::string& name, const Object& by) {
    std::vector<Place> places;
    if (is_path(name)) {
      add_expanded(places, name, by);
    } else {
      for (const Place& directory : directories(by)) add_file(places, directory, name);
      add_usual(places, name, by);
    }
    for (const Place& place : places)
      if (load(place, name, &by)) return;
    throw UsageError(missing(name, by, places));
  }

  std::string missing(const std::string& name, const Object& by,
                      const std::vector<Place>& places) const {
    std::vector<std::string> searched;
    for (const Place& place : places) {
      const std::string folder = fs::path(place.here).parent_path();
      if (std::ranges::find(searched, folder) == searched.end()) searched.push_back(folder);
    }
    if (!configuration_.empty()) searched.push_back(loader_.configuration);
    return fmt::format(
        "{} needs the shared library {}, which is missing for this kind of "
        "machine; searched: {}",
        by.place.here, in_quotes(name),
        searched.empty() ? "nothing"
                         : in_quotes(fmt::format("{}", fmt::join(searched, ", ")), 2000));
  }

  // The directories that the files themselves name.
  std::vector<Place> directories(const Object& by) {
    std::vector<Place> result;
    if (loader_.libc == Libc::musl) {
      for (const Object* object = &by; object; object = object->needed_by)
        add_list(result, object->elf.runpath + object->elf.rpath, *object);  // one is empty
      return result;
    }
    if (by.elf.runpath.empty())
      for (const Object* object = &by; object; object = object->needed_by)
        add_list(result, object->elf.rpath, *object);
    add_list(result, by.elf.runpath, by);
    return result;
  }

  // The machine's directories for all programs.
  void add_usual(std::vector<Place>& places, const std::string& name, const Object& by) {
    if (loader_.libc == Libc::musl) {
      const auto listed = directories_in_list(configuration_);
      for (const auto& folder : configuration_.empty() ? loader_.directories : listed)
        add_file(places, {folder, folder}, name);
      return;
    }
    for (const std::string& path : paths_in_cache(configuration_, name)) {
      const std::string folder = fs::path(path).parent_path();
      const bool usual =
          std::ranges::find(loader_.directories, folder) != loader_.directories.end();
      if (!usual || !by.elf.no_default_directories) places.push_back({path, path});
    }
    if (by.elf.no_default_directories) return;
    for (const std::string& folder : loader_.directories) add_file(places, {folder, folder}, name);
  }

  void add_file(std::vector<Place>& places, const Place& directory, const std::string& name) {
    count_place();
    places.push_back(
        {directory.here + "/" + name, fs::path(directory.there + "/" + name).lexically_normal()});
  }

  // A list of directories that are separated by ':'.
  void add_list(std::vector<Place>& places, std::string_view list, const Object& object) {
    while (!list.empty()) {
      const std::size_t end = list.find(':');
      add_expanded(places, list.substr(0, end), object);
      list = end == std::string_view::npos ? std::string_view{} : list.substr(end + 1);
    }
  }

  // A path with $ORIGIN in it, unless it is relative.
  void add_expanded(std::vector<Place>& places, std::string_view path, const Object& object) {
    count_place();
    const Place place{expanded(path, fs::path(object.place.here).parent_path(), object),
                      expanded(path, fs::path(object.place.there).parent_path(), object)};
    if (!place.here.starts_with('/')) return;
    places.push_back({place.here, fs::path(place.there).lexically_normal()});
  }

  std::string expanded(std::string_view path, const std::string& origin,
                       const Object& object) const {
    std::string result;
    while (!path.empty() && result.size() <= PATH_MAX) {
      const auto take = [&](std::string_view token) {
        if (!path.starts_with(token)) return false;
        path.remove_prefix(token.size());
        return true;
      };
      if (take("$ORIGIN") || take("${ORIGIN}")) {
        result += origin;
      } else if (take("$LIB") || take("${LIB}") || take("$PLATFORM") || take("${PLATFORM}")) {
        throw UsageError(
            fmt::format("{} has $LIB or $PLATFORM in its library search path, which only its "
                        "loader can resolve: link it with full paths or $ORIGIN",
                        object.place.here));
      } else {
        result += path.front();
        path.remove_prefix(1);
      }
    }
    if (result.size() > PATH_MAX)
      throw UsageError(
          fmt::format("{} has a library search path that is too long", object.place.here));
    return result;
  }

  void count_place() {
    if (++places_ > max_places)
      throw UsageError(fmt::format("{} has more than {} library search directories",
                                   objects_.front().place.here, max_places));
  }

  const Loader& loader_;
  std::string configuration_;       // the bytes of loader_.configuration
  std::deque<Object> objects_;      // the program, the loader, then libraries
  std::vector<Library> libraries_;  // where the objects came from, without the program
  std::size_t places_ = 0;
};

}  // namespace

std::vector<Library> shared_libraries(const DynamicProgram& program, const Loader& loader) {
  return Search(program, loader).run();
}

}  // namespace lab::vm
