// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include <stdexcept>

#include "net/namespace.hpp"
#include "unit/net/two_hosts.hpp"
#include "util/error.hpp"

namespace lab {
namespace {

using testing::HasSubstr;

TEST(Namespace, IsNewAndDoesNotMoveTheCaller) {
  SKIP_WITHOUT_ROOT();
  const ino_t before = Namespace::current().inode();
  const Namespace fresh = Namespace::create("fresh");
  EXPECT_NE(fresh.inode(), before);
  EXPECT_EQ(Namespace::current().inode(), before);
  EXPECT_EQ(fresh.name(), "fresh");
}

TEST(Namespace, IsEnteredOnlyForACall) {
  SKIP_WITHOUT_ROOT();
  const ino_t before = Namespace::current().inode();
  const Namespace outer = Namespace::create("outer");
  const Namespace inner = Namespace::create("inner");
  in(outer, [&] {
    EXPECT_EQ(Namespace::current().inode(), outer.inode());
    in(inner, [&] { EXPECT_EQ(Namespace::current().inode(), inner.inode()); });
    EXPECT_EQ(Namespace::current().inode(), outer.inode());
  });
  EXPECT_EQ(Namespace::current().inode(), before);
}

TEST(Namespace, IsLeftWhenTheCallThrows) {
  SKIP_WITHOUT_ROOT();
  const ino_t before = Namespace::current().inode();
  const Namespace space = Namespace::create("space");
  EXPECT_THROW(in(space, [] { throw std::runtime_error("inside"); }), std::runtime_error);
  EXPECT_EQ(Namespace::current().inode(), before);
}

TEST(Namespace, IsRefusedIfTheFileIsNotOne) {
  SKIP_WITHOUT_ROOT();
  const Namespace not_one = Namespace::open("/dev/null");
  try {
    Entered inside(not_one);
    FAIL() << "entered /dev/null";
  } catch (const EnvironmentError& error) {
    EXPECT_THAT(error.what(), HasSubstr("not a network namespace"));
  }
  EXPECT_THROW(Namespace::open("/run/netns/nobody-made-this"), SystemError);
}

TEST(Namespace, HasItsOwnSysctls) {
  SKIP_WITHOUT_ROOT();
  const Namespace one = Namespace::create("one");
  const Namespace other = Namespace::create("other");
  write_sysctl(one, "net/ipv4/tcp_syn_retries", "2");
  write_sysctl(other, "net/ipv4/tcp_syn_retries", "5");
  EXPECT_EQ(read_sysctl(one, "net/ipv4/tcp_syn_retries"), "2");
  EXPECT_EQ(read_sysctl(other, "net/ipv4/tcp_syn_retries"), "5");
}

TEST(Namespace, NamesAMissingSysctlAndItsHost) {
  SKIP_WITHOUT_ROOT();
  const Namespace space = Namespace::create("client");
  try {
    write_sysctl(space, "net/ipv4/no_such_thing", "1");
    FAIL() << "wrote a sysctl that does not exist";
  } catch (const SystemError& error) {
    EXPECT_STREQ(error.what(),
                 "open(/proc/sys/net/ipv4/no_such_thing of client): No such file or directory");
  }
}

}  // namespace
}  // namespace lab
