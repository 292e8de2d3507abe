// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include "util/error.hpp"
#include "util/path_component.hpp"

namespace lab {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;
using testing::ThrowsMessage;

TEST(PathComponent, AcceptsNamesThatScenariosAndHostsHave) {
  for (const char* name : {"simopen", "rst-outside", "no_listen", "eth0.100", "a b", "x..y", "ü"})
    EXPECT_TRUE(is_path_component(name)) << name;
}

TEST(PathComponent, RefusesPathsOutOfTheFolder) {
  for (const char* name : {"", ".", "..", "../x", "a/b", "/etc/passwd", "a/..", ".hidden", "x/"})
    EXPECT_FALSE(is_path_component(name)) << name;
}

TEST(PathComponent, RefusesControlCharacters) {
  for (const std::string& name : {std::string("a\0b", 3), std::string("a\nb"),
                                  std::string("a\x1b[31m"), std::string("a\x7f")})
    EXPECT_FALSE(is_path_component(name)) << testing::PrintToString(name);
}

TEST(PathComponent, RefusesEmptyAndOverlongNames) {
  EXPECT_TRUE(is_path_component(std::string(255, 'x')));
  EXPECT_FALSE(is_path_component(std::string(256, 'x')));
}

TEST(PathComponent, IsNamedInTheMessage) {
  EXPECT_EQ(path_in("/tmp", "simopen", "scenario"), "/tmp/simopen");
  EXPECT_THAT([] { path_in("/tmp", "../\x1b[31m", "host"); },
              ThrowsMessage<UsageError>(AllOf(StartsWith("host \"../\\x1b[31m\" cannot be"),
                                              HasSubstr("without \"/\""))));
}

}  // namespace
}  // namespace lab
