// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include "view/diff.hpp"

namespace lab {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

Row row(TcpState state, const char* local, const char* remote) {
  Row made;
  made.state = state;
  made.local = *Endpoint::parse(local);
  made.remote = *Endpoint::parse(remote);
  made.uid = 0;
  made.inode = 17;
  made.cookie = 5;
  return made;
}

Row established() { return row(TcpState::established, "10.0.0.1:40000", "10.0.0.2:80"); }

TEST(Disagreements, AreNoneBetweenEqualRows) {
  EXPECT_THAT(disagreements("ehash on a", {established()}, {established()}), IsEmpty());
  EXPECT_THAT(disagreements("ehash on a", {}, {}), IsEmpty());
}

TEST(Disagreements, NameTheSocketThatOneDoesNotShow) {
  EXPECT_THAT(disagreements("ehash on a", {established()}, {}),
              ElementsAre("ehash on a: module shows ESTABLISHED 10.0.0.1:40000 > 10.0.0.2:80, "
                          "sock_diag shows nothing"));
  EXPECT_THAT(disagreements("ehash on a", {}, {established()}),
              ElementsAre("ehash on a: module shows nothing, sock_diag shows ESTABLISHED "
                          "10.0.0.1:40000 > 10.0.0.2:80"));
}

TEST(Disagreements, ShowBothRowsAndTheFields) {
  Row other = established();
  other.state = TcpState::syn_sent;
  other.inode = 18;
  EXPECT_THAT(
      disagreements("ehash on a", {established()}, {other}),
      ElementsAre("ehash on a: module shows ESTABLISHED 10.0.0.1:40000 > 10.0.0.2:80, sock_diag "
                  "shows SYN-SENT 10.0.0.1:40000 > 10.0.0.2:80: state ESTABLISHED and SYN-SENT, "
                  "inode 17 and 18"));
}

TEST(Disagreements, IgnoreFieldsThatOneWitnessCannotReport) {
  Row module = established();
  module.bucket = 41;
  module.position = 0;
  module.reuseaddr = true;
  Row sock_diag = established();
  sock_diag.retransmissions = 3;
  sock_diag.uid.reset();
  EXPECT_THAT(disagreements("ehash on a", {module}, {sock_diag}), IsEmpty());
}

// Every field that both report, one at a time.
TEST(Disagreements, CompareEveryFieldThatBothReport) {
  struct Change {
    const char* field;
    void (*make)(Row&);
  };
  for (const Change& change : {
           Change{"kind", [](Row& r) { r.kind = Kind::timewait; }},
           Change{"state", [](Row& r) { r.state = TcpState::closing; }},
           Change{"local", [](Row& r) { r.local.port = 1; }},
           Change{"remote", [](Row& r) { r.remote.port = 1; }},
           Change{"device", [](Row& r) { r.device = "eth0"; }},
           Change{"uid", [](Row& r) { r.uid = 1; }},
           Change{"inode", [](Row& r) { r.inode = 1; }},
           Change{"v6only", [](Row& r) { r.v6only = false; }},
           Change{"reuseaddr", [](Row& r) { r.reuseaddr = false; }},
           Change{"reuseport", [](Row& r) { r.reuseport = false; }},
           Change{"accept_queue", [](Row& r) { r.accept_queue = 1; }},
           Change{"accept_queue_max", [](Row& r) { r.accept_queue_max = 1; }},
           Change{"role", [](Row& r) { r.role = Role::nothing; }},
       }) {
    Row one = established();
    one.v6only = one.reuseaddr = one.reuseport = true;
    one.accept_queue = one.accept_queue_max = 0;
    one.role = Role::connected;
    Row other = one;
    change.make(other);
    EXPECT_THAT(disagreements("t", {one}, {other}),
                ElementsAre(HasSubstr(std::string(": ") + change.field + " ")));
  }
}

// The module shows "-" until the cookie is requested.
TEST(Disagreements, MatchARowWithoutCookieByItsEnds) {
  Row unnamed = established();
  unnamed.cookie.reset();
  EXPECT_THAT(disagreements("t", {unnamed}, {established()}), IsEmpty());
  EXPECT_THAT(disagreements("t", {established()}, {unnamed}), IsEmpty());
}

TEST(Disagreements, KeepTwoCookiesApartThoughTheEndsAreEqual) {
  Row reused = established();
  reused.cookie = 6;
  EXPECT_THAT(disagreements("t", {established()}, {reused}),
              ElementsAre(HasSubstr("sock_diag shows nothing"), HasSubstr("module shows nothing")));
}

TEST(Disagreements, DistinguishListenersOnOnePortByInode) {
  Row one = row(TcpState::listen, "0.0.0.0:80", "0.0.0.0:0");
  Row two = one;
  two.inode = 18;
  one.cookie.reset();
  two.cookie.reset();
  EXPECT_THAT(disagreements("t", {one, two}, {two, one}), IsEmpty());
  Row third = one;
  third.inode = 19;
  EXPECT_THAT(disagreements("t", {one, two}, {two, third}),
              ElementsAre(AllOf(HasSubstr("inode 17 and 19"), Not(HasSubstr("18")))));
}

TEST(Disagreements, KeepTheFamiliesApart) {
  Row mapped = row(TcpState::established, "[::ffff:10.0.0.1]:40000", "[::ffff:10.0.0.2]:80");
  mapped.cookie.reset();
  Row plain = established();
  plain.cookie.reset();
  EXPECT_EQ(disagreements("t", {mapped}, {plain}).size(), 2U);
}

// A request and the socket that grew out of it share their ends.
TEST(Disagreements, KeepTheKindsApart) {
  Row request = row(TcpState::syn_received, "10.0.0.1:40000", "10.0.0.2:80");
  request.kind = Kind::request;
  request.cookie.reset();
  Row full = established();
  full.cookie.reset();
  EXPECT_EQ(disagreements("t", {request}, {full}).size(), 2U);
}

}  // namespace
}  // namespace lab
