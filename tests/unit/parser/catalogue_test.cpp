// SPDX-License-Identifier: MIT
#include "parser/catalogue.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "unit/parser/text.hpp"
#include "util/temporary_folder.hpp"

namespace lab::parser {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// A folder of its own with these files, gone at the end.
class Catalogue : public testing::Test {
 protected:
  Catalogue() {
    put("open/simopen.yaml", good("simopen", "Crossing"));
    put("refuse/no-listen.yaml", good("no-listen", "Refused"));
    put("refuse/notes.txt", "no scenario");
    put(".hidden/secret.yaml", good("secret", "Not shown"));
  }

  static std::string good(const std::string& name, const std::string& title) {
    return "name: " + name + "\ntitle: " + title +
           "\ntopology: {hosts: {a: }}\nsteps: [{no-retransmission: }]\n";
  }
  void put(const std::string& path, const std::string& text) {
    const std::filesystem::path file = std::filesystem::path(folder_) / path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  std::string find_error(const std::string& wanted) {
    try {
      find(folder_, wanted);
    } catch (const UsageError& error) {
      return error.what();
    }
    return "";
  }

  const TemporaryFolder temporary_;
  const std::string folder_ = temporary_.path();
};

TEST_F(Catalogue, ListsByTopicAndNameWithTitles) {
  put("open/again.yaml", good("again", "Once more"));
  const auto entries = catalogue(folder_);
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(entries[0].name, "again");
  EXPECT_EQ(entries[0].topic, "open");
  EXPECT_EQ(entries[1].name, "simopen");
  EXPECT_EQ(entries[2].name, "no-listen");
  EXPECT_EQ(entries[2].topic, "refuse");
  EXPECT_EQ(entries[2].title, "Refused");
  EXPECT_EQ(entries[2].path, folder_ + "/refuse/no-listen.yaml");
  EXPECT_EQ(entries[2].error, "");
  EXPECT_THAT(entries[2].families, ElementsAre(Family::inet, Family::inet6));
}

TEST_F(Catalogue, NamesATopicByItsRelativePath) {
  put("top.yaml", good("top", "In no topic"));
  put("open/deep/down.yaml", good("down", "Two folders down"));
  std::map<std::string, std::string> topics;
  for (const CatalogueFile& file : files_of(folder_)) topics[file.name] = file.topic;
  EXPECT_EQ(topics["top"], "");
  EXPECT_EQ(topics["down"], "open/deep");
}

TEST_F(Catalogue, FindsOnlyOne) {
  put("open/again.yaml", good("again", "Once more"));
  EXPECT_EQ(find_error("open"), "\"open\" selects 2 scenarios, " + folder_ + "/open/again.yaml, " +
                                    folder_ + "/open/simopen.yaml; name one");
}

TEST_F(Catalogue, ListsABrokenFileWithItsError) {
  put("broken.yaml", "name: [\n");
  const auto entries = catalogue(folder_);
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(entries[0].name, "broken");
  EXPECT_EQ(entries[0].topic, "");
  EXPECT_EQ(entries[0].title, "");
  EXPECT_THAT(entries[0].error, HasSubstr("broken.yaml:1:8: broken YAML"));
}

TEST_F(Catalogue, FindsByNameWithoutOpeningTheFile) {
  put("broken.yaml", "name: [\n");
  EXPECT_EQ(find(folder_, "simopen"), folder_ + "/open/simopen.yaml");
  EXPECT_EQ(find(folder_, "broken"), folder_ + "/broken.yaml");
}

TEST_F(Catalogue, AcceptsAPath) {
  const std::string path = folder_ + "/open/simopen.yaml";
  EXPECT_EQ(find("/nowhere", path), path);
  EXPECT_EQ(find_error(folder_ + "/open/simopn.yaml"),
            folder_ + "/open/simopn.yaml: there is no such file");
  EXPECT_EQ(find_error("mine.yaml"), "mine.yaml: there is no such file");
}

TEST_F(Catalogue, OffersTheNearestNames) {
  EXPECT_EQ(find_error("simopn"), "there is no scenario \"simopn\"; did you mean \"simopen\"?");
  EXPECT_EQ(find_error("listen"), "there is no scenario \"listen\"; did you mean \"no-listen\"?");
  EXPECT_EQ(find_error("xyzzyxyzzy"),
            "there is no scenario and no topic \"xyzzyxyzzy\"; see `list`");
}

TEST_F(Catalogue, RefusesANameThatTwoFilesHave) {
  put("again/simopen.yaml", good("simopen", "Again"));
  EXPECT_EQ(find_error("simopen"), "\"simopen\" is the name of " + folder_ +
                                       "/again/simopen.yaml and of " + folder_ +
                                       "/open/simopen.yaml; give the path of one");
}

TEST_F(Catalogue, ReportsAMissingFolder) {
  EXPECT_THROW(catalogue("/nowhere"), UsageError);
  try {
    find("/nowhere", "simopen");
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(),
                 "/nowhere: cannot read this folder of scenarios: No such file or directory");
  }
}

}  // namespace
}  // namespace lab::parser
