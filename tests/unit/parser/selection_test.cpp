// SPDX-License-Identifier: MIT
#include "parser/selection.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "util/error.hpp"
#include "util/temporary_folder.hpp"

namespace lab::parser {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

// Files that nobody opens. Their names are those of the test's scenarios:
//
//	refuse/   no-listen, no-route
//	open/     simopen, syn-lost
//	open/deep/twice      a folder in a topic
//	syn/      syn        a topic that has the name of a scenario
//	          syn-flood
class Selection : public testing::Test {
 protected:
  Selection() {
    for (const char* file : {"refuse/no-listen", "refuse/no-route", "open/simopen", "open/syn-lost",
                             "open/deep/twice", "syn/syn", "syn/syn-flood"})
      put(std::string(file) + ".yaml");
  }

  void put(const std::string& path) {
    const fs::path file = fs::path(folder_) / path;
    fs::create_directories(file.parent_path());
    std::ofstream(file) << "never read";
  }

  // The names of the files that are meant.
  std::vector<std::string> names(const std::vector<std::string>& words) {
    std::vector<std::string> result;
    for (const std::string& path : select(folder_, words)) {
      EXPECT_TRUE(fs::exists(path)) << path;
      result.push_back(fs::path(path).stem());
    }
    return result;
  }
  std::string complaint(const std::string& word) {
    try {
      select(folder_, {word});
    } catch (const UsageError& error) {
      return error.what();
    }
    return "";
  }

  const TemporaryFolder temporary_;
  const std::string folder_ = temporary_.path();
};

TEST_F(Selection, FindsByName) { EXPECT_THAT(names({"simopen"}), ElementsAre("simopen")); }

TEST_F(Selection, FindsByTopicWithSubfolders) {
  EXPECT_THAT(names({"refuse"}), ElementsAre("no-listen", "no-route"));
  EXPECT_THAT(names({"open"}), ElementsAre("simopen", "syn-lost", "twice"));
  EXPECT_THAT(names({"open/deep"}), ElementsAre("twice"));
}

TEST_F(Selection, PrefersANameToATopicWithoutASlash) {
  EXPECT_THAT(names({"syn"}), ElementsAre("syn"));
  EXPECT_THAT(names({"syn/"}), ElementsAre("syn", "syn-flood"));
}

TEST_F(Selection, FindsByPatternOfNames) {
  EXPECT_THAT(names({"no-*"}), ElementsAre("no-listen", "no-route"));
  EXPECT_THAT(names({"syn-*"}), ElementsAre("syn-lost", "syn-flood"));
  EXPECT_THAT(names({"s[iy]*n"}), ElementsAre("simopen", "syn"));
}

TEST_F(Selection, FindsByTopicAndNameOrAPatternOfBoth) {
  EXPECT_THAT(names({"open/simopen"}), ElementsAre("simopen"));
  EXPECT_THAT(names({"open/s*"}), ElementsAre("simopen", "syn-lost"));
  EXPECT_THAT(names({"*/syn-*"}), ElementsAre("syn-lost", "syn-flood"));
}

TEST_F(Selection, FindsAll) { EXPECT_EQ(names({"all"}).size(), 7u); }

TEST_F(Selection, FindsByPathOfAFileOrAFolder) {
  const std::string file = folder_ + "/open/simopen.yaml";
  EXPECT_THAT(select("/nowhere", {file}), ElementsAre(file));
  EXPECT_THAT(select("/nowhere", {folder_ + "/refuse"}),
              ElementsAre(folder_ + "/refuse/no-listen.yaml", folder_ + "/refuse/no-route.yaml"));
}

TEST_F(Selection, KeepsTheOrderOfWordsAndListsEachFileOnce) {
  EXPECT_THAT(names({"simopen", "refuse", "no-route", "s*open"}),
              ElementsAre("simopen", "no-listen", "no-route"));
}

TEST_F(Selection, OffersTheNearestNamesAndTopics) {
  EXPECT_EQ(complaint("simopn"), "there is no scenario \"simopn\"; did you mean \"simopen\"?");
  EXPECT_EQ(complaint("refse"), "there is no scenario \"refse\"; did you mean \"refuse\"?");
  EXPECT_EQ(complaint("xyzzyxyzzy"),
            "there is no scenario and no topic \"xyzzyxyzzy\"; see `list`");
}

TEST_F(Selection, RefusesUnknownWords) {
  EXPECT_THAT(complaint("z*"), HasSubstr("no scenario"));
  EXPECT_EQ(complaint("mine.yaml"), "mine.yaml: there is no such file");
  EXPECT_EQ(complaint("/nowhere/at-all"), "/nowhere/at-all: there is no such file");
  fs::create_directories(folder_ + "/empty");
  EXPECT_EQ(complaint(folder_ + "/empty"), folder_ + "/empty: this folder contains no scenario");
}

TEST_F(Selection, RefusesANameThatTwoFilesHave) {
  put("again/simopen.yaml");
  EXPECT_EQ(complaint("simopen"), "\"simopen\" is the name of " + folder_ +
                                      "/again/simopen.yaml and of " + folder_ +
                                      "/open/simopen.yaml; give the path of one");
  EXPECT_THAT(names({"again/simopen"}), ElementsAre("simopen"));
}

TEST_F(Selection, IgnoresHiddenFiles) {
  put(".git/secret.yaml");
  EXPECT_THAT(complaint("secret"), HasSubstr("no scenario"));
}

}  // namespace
}  // namespace lab::parser
