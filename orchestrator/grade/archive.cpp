// SPDX-License-Identifier: MIT
#include "grade/archive.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "grade/archive_library.hpp"
#include "util/error.hpp"
#include "util/fd.hpp"
#include "util/printable.hpp"

namespace lab::grade {
namespace {

constexpr std::size_t most_entries = 10'000;
// Of everything that is unpacked, also of files that are skipped: `limits.size` + this.
constexpr std::uint64_t most_skipped = 64 << 20;

struct Close {
  void operator()(archive* each) const { ArchiveLibrary::get().read_free(each); }
};
using Reader = std::unique_ptr<archive, Close>;

Reader make_reader() {
  const ArchiveLibrary& library = ArchiveLibrary::get();
  Reader reader(library.read_new());
  for (const auto support : {library.support_tar, library.support_zip, library.support_gzip,
                             library.support_bzip2, library.support_xz, library.support_zstd})
    support(reader.get());
  return reader;
}

std::string words_of(archive* reader) {
  const char* text = ArchiveLibrary::get().error_string(reader);
  return text ? printable_line(text) : "unknown error";
}

const char* kind_of(archive_entry* entry) {
  if (ArchiveLibrary::get().hardlink(entry)) return "a hard link";
  switch (ArchiveLibrary::get().filetype(entry)) {
    case AE_IFREG:
      return nullptr;
    case AE_IFLNK:
      return "a symbolic link";
    case AE_IFDIR:
      return "a folder";
    default:
      return "not a regular file";
  }
}

class Unpacking {
 public:
  Unpacking(const Assignment& assignment, archive* reader)
      : assignment_(assignment), reader_(reader), left_(assignment.limits.size) {}

  Taken run() {
    std::size_t entries = 0;
    for (archive_entry* entry = nullptr;;) {
      const int got = ArchiveLibrary::get().next_header(reader_, &entry);
      if (got == ARCHIVE_EOF) break;
      if (got < ARCHIVE_WARN)
        return fault(fmt::format("the archive is damaged: {}", words_of(reader_)));
      if (++entries > most_entries) return fault("the archive has too many entries");
      take(entry);
      if (unpacked_ > assignment_.limits.size + most_skipped)
        return fault("the archive unpacks to too many bytes");
    }
    for (const ExpectedFile& expected : assignment_.files)
      if (!taken_.files.contains(expected.path))
        taken_.refused.emplace(expected.path, "it is missing");
    return std::move(taken_);
  }

 private:
  static Taken fault(std::string why) {
    Taken taken;
    taken.fault = std::move(why);
    return taken;
  }

  // "hw1/server" is "server", and so is "./server"; "../server" and "/server" are not.
  const ExpectedFile* expected(std::string name) const {
    while (name.starts_with("./")) name.erase(0, 2);
    const auto is = [&](const std::string& path) {
      return std::ranges::find(assignment_.files, path, &ExpectedFile::path);
    };
    auto found = is(name);
    if (const std::size_t slash = name.find('/'); found == assignment_.files.end() &&
                                                  slash != std::string::npos && slash > 0 &&
                                                  name.substr(0, slash) != "..")
      found = is(name.substr(slash + 1));
    return found == assignment_.files.end() ? nullptr : &*found;
  }

  void take(archive_entry* entry) {
    const char* name = ArchiveLibrary::get().pathname(entry);
    const ExpectedFile* file = name ? expected(name) : nullptr;
    std::string why, bytes;
    if (!file) return skip();
    if (const char* kind = kind_of(entry))
      why = fmt::format("it is {}; hand in the file itself", kind);
    else if (taken_.files.contains(file->path) || taken_.refused.contains(file->path))
      why = "it is in the archive twice";
    else
      bytes = contents(why);
    if (!why.empty()) {
      taken_.files.erase(file->path);
      taken_.refused[file->path] = why;
      return;
    }
    left_ -= bytes.size();
    taken_.files[file->path] = std::move(bytes);
  }

  // Not left to archive_read_next_header(), which skips any amount.
  void skip() {
    std::string piece(1 << 16, '\0');
    while (unpacked_ <= assignment_.limits.size + most_skipped) {
      const auto got = ArchiveLibrary::get().read_data(reader_, piece.data(), piece.size());
      if (got <= 0) return;
      unpacked_ += static_cast<std::uint64_t>(got);
    }
  }

  std::string contents(std::string& why) {
    std::string bytes, piece(1 << 16, '\0');
    for (;;) {
      const auto got = ArchiveLibrary::get().read_data(reader_, piece.data(), piece.size());
      if (got == 0) return bytes;
      if (got < 0) return why = fmt::format("it is damaged: {}", words_of(reader_)), "";
      bytes.append(piece, 0, static_cast<std::size_t>(got));
      unpacked_ += static_cast<std::uint64_t>(got);
      if (bytes.size() > left_)
        return why = "with it, the submission is larger than the assignment allows", "";
    }
  }

  const Assignment& assignment_;
  archive* reader_;
  std::uint64_t left_;          // of the assignment's limit
  std::uint64_t unpacked_ = 0;  // bytes
  Taken taken_;
};

}  // namespace

Taken take_from_archive(const std::string& path, const Assignment& assignment) {
  Taken taken;
  const Fd file(
      checked(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY), "open", path));
  struct stat about {};
  checked(::fstat(file.get(), &about), "fstat", path);
  if (!S_ISREG(about.st_mode)) throw EnvironmentError(path + " is not a regular file any more");
  const Reader reader = make_reader();
  if (ArchiveLibrary::get().open_fd(reader.get(), file.get(), 1 << 16) != ARCHIVE_OK) {
    taken.fault = fmt::format("it is neither a tar nor a zip archive: {}", words_of(reader.get()));
    return taken;
  }
  return Unpacking(assignment, reader.get()).run();
}

}  // namespace lab::grade
