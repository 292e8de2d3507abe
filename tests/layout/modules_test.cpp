// SPDX-License-Identifier: MIT
//
// Keeps the arrows between modules as orchestrator/CMakeLists.txt draws them: a
// file may include only what its module USES there. And keeps every file's
// licence where a reader looks for it.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

namespace {

namespace fs = std::filesystem;

std::string slurp(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// module → the modules it may include, itself among them.
std::map<std::string, std::set<std::string>> arrows() {
  const std::string text = slurp(fs::path(SOURCE_DIR) / "orchestrator/CMakeLists.txt");
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

TEST(Modules, IncludeOnlyWhatTheBuildAllows) {
  const auto allowed = arrows();
  ASSERT_GT(allowed.size(), 8u) << "could not read the modules from orchestrator/CMakeLists.txt";
  const std::regex include(R"re(#include "(\w+)/[^"]+")re");
  for (const auto& path : files_below(fs::path(SOURCE_DIR) / "orchestrator")) {
    if (path.extension() != ".cpp" && path.extension() != ".hpp") continue;
    const std::string module = path.parent_path().filename();
    ASSERT_TRUE(allowed.contains(module)) << path << " stands in no module";
    const std::string text = slurp(path);
    for (std::sregex_iterator it(text.begin(), text.end(), include), end; it != end; ++it) {
      const std::string other = (*it)[1];
      if (other == "tcp_lookup") continue;  // include/: the contract, open to all
      EXPECT_TRUE(allowed.at(module).contains(other))
          << path << " includes module " << other << ", which " << module << " does not USE";
    }
  }
}

TEST(Modules, HaveNoCycle) {
  const auto uses = arrows();
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

TEST(Licences, StandOnEveryFile) {
  for (const char* folder : {"include", "kmod", "orchestrator", "scenarios", "tests", "cmake",
                             "vagrant", "container"}) {
    const fs::path below = fs::path(SOURCE_DIR) / folder;
    if (!fs::exists(below)) continue;
    for (const auto& path : files_below(below)) {
      if (path.string().find("/golden/") != std::string::npos) continue;  // data, compared byte by byte
      const std::string head = slurp(path).substr(0, 400);
      EXPECT_NE(head.find("SPDX-License-Identifier:"), std::string::npos) << path;
    }
  }
}

}  // namespace
