// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <unistd.h>

#include <stdexcept>

#include "net/namespace.hpp"
#include "process/user_namespace.hpp"
#include "util/text.hpp"

namespace lab {
namespace {

// What is seen in one; empty, and the test is skipped: none can be made here.
UserNamespaceTrial tried(const std::function<std::string()>& look) {
  UserNamespaceTrial trial = try_user_namespace(look);
  if (!trial.why_not.empty()) {
    EXPECT_THAT(trial.why_not, testing::HasSubstr("unshare"));
  }
  return trial;
}

TEST(UserNamespace, MakesItsCreatorRoot) {
  const auto trial =
      tried([] { return std::to_string(::getuid()) + (may_build_hosts() ? "y" : "n"); });
  if (!trial.why_not.empty()) GTEST_SKIP() << trial.why_not;
  EXPECT_EQ(trial.seen, "0y");
}

TEST(UserNamespace, LetsHostsBeBuilt) {
  const auto trial = tried([] {
    const Namespace host = Namespace::create("host");
    write_sysctl(host, "net/ipv4/tcp_syncookies", "0");
    return read_sysctl(host, "net/ipv4/tcp_syncookies");
  });
  if (!trial.why_not.empty()) GTEST_SKIP() << trial.why_not;
  EXPECT_EQ(trial.seen, "0");
}

TEST(UserNamespace, TryingItChangesNothingHere) {
  const auto before = Namespace::current().inode();
  (void)tried([] { return std::string(); });
  EXPECT_EQ(Namespace::current().inode(), before);
}

TEST(UserNamespace, ReportsAnExceptionInIt) {
  const auto trial = tried([]() -> std::string { throw std::runtime_error("nothing to see"); });
  if (!trial.why_not.empty()) GTEST_SKIP() << trial.why_not;
  EXPECT_EQ(trial.seen, "nothing to see");
}

}  // namespace
}  // namespace lab
