// SPDX-License-Identifier: MIT
//
// What the random worlds call wrong: the judge must not err, in either direction.
#include "worlds/judge.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace lab::worlds {
namespace {

World from_client_to(Host receiver) {
  World world;
  world.question.receiver = receiver;
  world.question.destination = address_of(receiver, Family::inet);
  world.question.port = 8888;
  return world;
}

World within_the_server() {
  World world = from_client_to(Host::server);
  world.question.sender = Host::server;
  return world;
}

Verdict certain(View view, const std::string& answer, const std::string& cause, int error = 0) {
  Verdict verdict;
  verdict.view = view;
  verdict.certain = true;
  verdict.of_local_sender = view == View::sender || view == View::probe_by_sender;
  verdict.device = "eth0";
  verdict.answer = answer;
  verdict.cause = cause;
  verdict.error = error;
  return verdict;
}

Happened refused_by_a_reset() {
  Happened happened;
  happened.error = ECONNREFUSED;
  happened.sent = true;
  happened.reply = happened.got = "rst";
  return happened;
}

TEST(Judge, LooksForTheResetWhereARuleHasSentTheSyn) {
  const World world = from_client_to(Host::backend);
  const Verdict verdict = certain(View::probe_by_sender, "rst", "nothing-bound", ECONNREFUSED);
  Happened happened = refused_by_a_reset();
  happened.redirected = 1;
  EXPECT_EQ(wrong(world, verdict, happened), "TcpOutRsts has not grown");
  happened.others["TcpOutRsts"] = 1;
  EXPECT_EQ(wrong(world, verdict, happened), "");
}

TEST(Judge, ALoopbackSourceIsNobodyElses) {
  World world = within_the_server();
  Verdict verdict = certain(View::sender, "nothing", "martian");
  verdict.of_local_sender = false;
  world.question.source = address_of(Host::client, Family::inet);
  EXPECT_EQ(wrong(world, verdict, {}), "-") << "another host may have it";
  world.question.source = Address::loopback(Family::inet6);
  EXPECT_NE(wrong(world, verdict, {}), "-");
  EXPECT_NE(wrong(world, verdict, {}), "");
}

TEST(Judge, LooksForTheResetAtTheReceiverAloneWhereNoRuleActs) {
  const World world = from_client_to(Host::backend);
  const Verdict verdict = certain(View::probe_by_sender, "rst", "nothing-bound", ECONNREFUSED);
  Happened happened = refused_by_a_reset();
  happened.others["TcpOutRsts"] = 1;
  EXPECT_EQ(wrong(world, verdict, happened), "TcpOutRsts has not grown");
  happened.receivers["TcpOutRsts"] = 1;
  EXPECT_EQ(wrong(world, verdict, happened), "");
}

TEST(Judge, TakesAReplyThatConnectStillWaitsForAsStopped) {
  const World world = within_the_server();
  Happened happened;
  happened.error = EINPROGRESS;
  happened.sent = happened.arrived = true;
  happened.reply = happened.got = "syn-ack";
  happened.refused = happened.refused_by_sender = happened.refused_by_receiver = 1;
  EXPECT_EQ(wrong(world, certain(View::sender, "nothing", "firewall"), happened), "");
  EXPECT_NE(wrong(world, certain(View::sender, "syn-ack", "listening"), happened), "");
}

TEST(Judge, TakesAReplyThatConnectHasGotAsCome) {
  const World world = within_the_server();
  Happened happened;
  happened.sent = happened.arrived = true;
  happened.reply = happened.got = "syn-ack";
  EXPECT_EQ(wrong(world, certain(View::sender, "syn-ack", "listening"), happened), "");
  EXPECT_NE(wrong(world, certain(View::sender, "nothing", "firewall"), happened), "");
}

TEST(Judge, BlamesTheReceiverForNoResetThatTheSenderHasNoRouteFor) {
  const World world = from_client_to(Host::server);
  const Verdict verdict = certain(View::receiver, "rst", "nothing-bound", ECONNREFUSED);
  Happened happened = refused_by_a_reset();
  happened.error = EINPROGRESS;
  happened.arrived = true;
  happened.wire_source = address_of(Host::client, Family::inet);
  happened.wire_destination = world.question.to();
  happened.receivers["TcpOutRsts"] = 1;
  EXPECT_NE(wrong(world, verdict, happened), "");
  happened.senders["IpInAddrErrors"] = 1;
  EXPECT_EQ(wrong(world, verdict, happened), "");
}

}  // namespace
}  // namespace lab::worlds
