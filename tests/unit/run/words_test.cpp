// SPDX-License-Identifier: MIT
#include "run/words.hpp"

#include <gmock/gmock.h>

#include "util/error.hpp"

namespace lab::run {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

Timeline two_hosts(Family family) {
  const auto address = [&](const char* inet, const char* inet6) {
    return *Address::parse(family == Family::inet ? inet : inet6);
  };
  Timeline timeline;
  timeline.family = family;
  timeline.hosts = {{"a", {{"eth0", address("10.0.0.1", "fd00::1")}}, 1},
                    {"a-server", {{"eth0", address("10.0.0.2", "fd00::2")}}, 2}};
  timeline.values = {{"isn", 4'000'000'000}};
  return timeline;
}

TEST(ReplaceNames, InsertsAddressesAndValues) {
  const Timeline timeline = two_hosts(Family::inet);
  EXPECT_EQ(replace_names("$a", timeline), "10.0.0.1");
  EXPECT_EQ(replace_names("from $a to $a-server, $isn.", timeline),
            "from 10.0.0.1 to 10.0.0.2, 4000000000.");
  EXPECT_EQ(replace_names("http://$a-server:80/", timeline), "http://10.0.0.2:80/");
  EXPECT_EQ(replace_names("nothing to do", timeline), "nothing to do");
}

TEST(ReplaceNames, PutsAnIpv6AddressInBracketsWhereRequired) {
  const Timeline timeline = two_hosts(Family::inet6);
  EXPECT_EQ(replace_names("$a", timeline), "fd00::1");
  EXPECT_EQ(replace_names("$a:8888", timeline), "[fd00::1]:8888");
  EXPECT_EQ(replace_names("http://$a/", timeline), "http://[fd00::1]/");
  EXPECT_EQ(replace_names("$isn:$isn", timeline), "4000000000:4000000000");
}

TEST(ReplaceNames, InsertsTheLoopbackOfTheFamily) {
  EXPECT_EQ(replace_names("$loopback:80", two_hosts(Family::inet)), "127.0.0.1:80");
  EXPECT_EQ(replace_names("$loopback:80", two_hosts(Family::inet6)), "[::1]:80");
}

TEST(ReplaceNames, LeavesADoubledDollar) {
  EXPECT_EQ(replace_names("$$HOME costs 5$$", two_hosts(Family::inet)), "$HOME costs 5$");
}

TEST(ReplaceNames, RefusesAnUnknownName) {
  for (const char* text : {"$b", "$", "$1", "5$", "$ a"}) {
    EXPECT_THAT([&] { replace_names(text, two_hosts(Family::inet)); },
                ThrowsMessage<UsageError>(HasSubstr("write $$ for a plain $")))
        << text;
  }
  EXPECT_THAT([] { replace_names("to $sever:80", two_hosts(Family::inet)); },
              ThrowsMessage<UsageError>(HasSubstr("\"to $sever:80\": there is no host and no value "
                                                  "named \"sever\"")));
}

}  // namespace
}  // namespace lab::run
