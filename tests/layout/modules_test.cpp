// SPDX-License-Identifier: MIT
//
// Checks the layout of the source: a file includes only modules that its module USES in
// orchestrator/CMakeLists.txt, nothing includes itself through others, files and modules
// stay small, and every file has its licence.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_file = 450, largest_module = 4500;  // lines


const fs::path source = fs::path(SOURCE_DIR) / "orchestrator";

std::string slurp(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::size_t lines_of(const fs::path& path) {
  const std::string text = slurp(path);
  return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

// module → the modules it may include, itself among them.
std::map<std::string, std::set<std::string>> allowed_modules() {
  const std::string text = slurp(source / "CMakeLists.txt");
  const std::regex module(R"(lab_module\((\w+)([^)]*)\))");
  std::map<std::string, std::set<std::string>> result;
  for (std::sregex_iterator it(text.begin(), text.end(), module), end; it != end; ++it) {
    std::set<std::string>& uses = result[(*it)[1]];
    uses.insert((*it)[1]);
    std::istringstream words((*it)[2].str());
    bool in_uses = false;
    for (std::string word; words >> word;) {
      if (word == "USES" || word == "LINKS") {
        in_uses = word == "USES";
      } else if (in_uses) {
        uses.insert(word);
      }
    }
  }
  return result;
}

std::vector<fs::path> files_below(const fs::path& folder) {
  std::vector<fs::path> result;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) result.push_back(entry.path());
  return result;
}

// "play/pool.cpp" → the files that it includes, "play/pool.hpp".
std::map<std::string, std::vector<std::string>> includes() {
  const std::regex include(R"re(#include "(\w+/[^"]+)")re");
  std::map<std::string, std::vector<std::string>> result;
  std::size_t seen = 0;
  for (const fs::path& path : files_below(source)) {
    if (path.extension() != ".cpp" && path.extension() != ".hpp") continue;
    std::vector<std::string>& included = result[path.lexically_relative(source).string()];
    const std::string text = slurp(path);
    for (std::sregex_iterator it(text.begin(), text.end(), include), end; it != end; ++it)
      included.push_back((*it)[1]);
    seen += included.size();
  }
  EXPECT_GT(seen, 1000u) << "could not read the #include lines";
  return result;
}

std::string module_of(const std::string& file) { return file.substr(0, file.find('/')); }

TEST(Modules, IncludeOnlyWhatTheBuildAllows) {
  const auto allowed = allowed_modules();
  ASSERT_GT(allowed.size(), 8u) << "could not read the modules from orchestrator/CMakeLists.txt";
  const auto all = includes();
  ASSERT_GT(all.size(), 100u);
  for (const auto& [file, included] : all) {
    const std::string module = module_of(file);
    ASSERT_TRUE(allowed.contains(module)) << file << " is in no module";
    for (const std::string& other : included) {
      if (module_of(other) == "tcp_lookup") continue;  // include/: the contract, open to all
      EXPECT_TRUE(allowed.at(module).contains(module_of(other)))
          << file << " includes " << other << ", and " << module << " does not USE "
          << module_of(other);
    }
  }
}

TEST(Modules, HaveNoCycle) {
  const auto uses = allowed_modules();
  ASSERT_GT(uses.size(), 8u);
  std::set<std::string> done;
  while (done.size() < uses.size()) {
    const std::size_t before = done.size();
    for (const auto& [module, others] : uses) {
      bool ready = true;
      for (const auto& other : others) ready &= other == module || done.contains(other);
      if (ready) done.insert(module);
    }
    ASSERT_GT(done.size(), before) << "the remaining modules use each other";
  }
}

TEST(Modules, StaySmall) {
  std::map<std::string, std::size_t> sizes;
  for (const auto& [file, included] : includes()) sizes[module_of(file)] += lines_of(source / file);
  ASSERT_GT(sizes.size(), 8u);
  for (const auto& [module, size] : sizes)
    EXPECT_LE(size, largest_module) << module << " is too large; split it";
}

TEST(Files, IncludeEachOtherInNoCycle) {
  auto left = includes();
  ASSERT_GT(left.size(), 100u);
  // Whatever includes only files that are done is done; in a cycle none ever is.
  std::set<std::string> done;
  for (std::size_t before = left.size() + 1; left.size() < before;) {
    before = left.size();
    for (auto each = left.begin(); each != left.end();) {
      const bool ready = std::ranges::all_of(each->second, [&](const std::string& other) {
        return !left.contains(other) || done.contains(other);
      });
      if (ready) done.insert(each->first);
      each = ready ? left.erase(each) : std::next(each);
    }
  }
  for (const auto& [file, included] : left) ADD_FAILURE() << file << " is in a cycle of includes";
}

TEST(Files, StaySmall) {
  const auto all = includes();
  ASSERT_GT(all.size(), 100u);
  for (const auto& [file, included] : all) {
    const std::size_t size = lines_of(source / file);
    EXPECT_LE(size, longest_file) << file << " is too long; split it";
  }
}

TEST(Licences, AreOnEveryFile) {
  std::size_t seen = 0;
  for (const char* folder : {"include", "kmod", "orchestrator", "scenarios", "tests", "cmake",
                             "vagrant", "container"}) {
    const fs::path below = fs::path(SOURCE_DIR) / folder;
    if (!fs::exists(below)) continue;
    for (const auto& path : files_below(below)) {
      // Data, compared byte by byte.
      if (path.string().find("/golden/") != std::string::npos) continue;
      ++seen;
      const std::string head = slurp(path).substr(0, 400);
      EXPECT_NE(head.find("SPDX-License-Identifier:"), std::string::npos) << path;
    }
  }
  EXPECT_GT(seen, 100u);
}

}  // namespace
