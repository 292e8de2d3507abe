// SPDX-License-Identifier: MIT
//
// What `explain` must not be certain of: each test makes something act that looking does not
// prove, and shows by a real SYN that it does.
#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <linux/bpf.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

#include "explain_firewall.hpp"
#include "firewall.hpp"
#include "net/nftables.hpp"
#include "program.hpp"
#include "util/error.hpp"
#include "util/fd.hpp"
#include "util/text.hpp"

namespace lab::test {
namespace {

using ::testing::HasSubstr;

class Certain : public BesideAFirewall {
 protected:
  void SetUp() override {
    BesideAFirewall::SetUp();
    if (!firewall_) return;
    ip_ = ipv4() ? "ip" : "ip -6";
    nowhere_ = {*Address::parse(ipv4() ? "192.0.2.1" : "2001:db8::1"), port};
  }
  // Skips without ip(8).
  bool ip(const Namespace& space, const std::string& words) {
    return run_in(space, ip_ + " " + words);
  }
  // Not every kernel and every system has what the command needs.
  static bool can_run(const Namespace& space, const std::string& command) {
    return run({"/bin/sh", "-c",
                fmt::format("nsenter --net=/proc/{}/fd/{} {}", ::getpid(), space.fd(), command)})
               .status == 0;
  }
  void send_through_the_server(const std::string& prefix) {
    write_sysctl(server(), fmt::format("net/{}/conf/all/forwarding", ipv4() ? "ipv4" : "ipv6"),
                 "1");
    write_sysctl(server(), ipv4() ? "net/ipv4/icmp_ratelimit" : "net/ipv6/icmp/ratelimit", "0");
    ASSERT_TRUE(ip(client(), fmt::format("route add {} via {}", prefix, servers().address.str())));
  }
  std::string nowhere_prefix() const { return nowhere_.address.str() + (ipv4() ? "/32" : "/128"); }
  std::string answer_of_a_syn() { return send({client(), server(), clients(), servers()}).answer; }
  Said asked() { return explain(server(), clients(), servers()); }
  static void expect_doubt(const Said& said, const char* id, const std::string& why) {
    EXPECT_EQ(said.json["certain"], false) << said.text;
    EXPECT_THAT(said.json["uncertain_because"].dump(), HasSubstr(why)) << said.text;
    EXPECT_THAT(said.json["not_observed"].dump(), HasSubstr(id)) << said.text;
  }

  std::string ip_;
  Endpoint nowhere_;
};
INSTANTIATE_TEST_SUITE_P(, Certain, ::testing::Values(Family::inet, Family::inet6), name_of);

// --- marks ---

TEST_P(Certain, NotWhereARuleMarksTheAnswerThatAPolicyRuleLooksAt) {
  const TcpSocket socket = listening(server(), any());
  if (!ip(server(), "rule add pref 7 fwmark 0x7 blackhole")) GTEST_SKIP() << "there is no ip(8)";
  EXPECT_EQ(asked().json["certain"], true) << "nobody sets a mark";
  rules(
      "table inet t { chain o { type route hook output priority -150; tcp sport 8888 "
      "meta mark set 7; }; }");
  expect_doubt(asked(), "routing-rule", "meta mark set");
  EXPECT_EQ(answer_of_a_syn(), "nothing");
}

TEST_P(Certain, NotWhereARuleMarksTheSynOfTheSender) {
  const TcpSocket socket = listening(server(), any());
  if (!ip(client(), "rule add pref 7 fwmark 0x7 blackhole")) GTEST_SKIP() << "there is no ip(8)";
  Nftables senders(client());
  ASSERT_EQ(senders.run("table inet t { chain o { type route hook output priority -150; tcp dport "
                        "8888 meta mark set 7; }; }"),
            "");
  const Said said = explain(client(), {servers().str(), "--mark", "0", "--uid", "0"});
  expect_doubt(said, "routing-rule", "meta mark set");
  EXPECT_EQ(answer_of_a_syn(), "nothing") << "it has not left";
}

TEST_P(Certain, APolicyRuleDoesNotConcernWhatStaysWithin) {
  const TcpSocket socket = listening(server(), any());
  if (!ip(server(), "rule add pref 7 fwmark 0 blackhole")) GTEST_SKIP() << "there is no ip(8)";
  const Said said = explain(server(), loopback(client_port), loopback());
  EXPECT_EQ(said.json["certain"], true) << said.text;
  EXPECT_EQ(send({server(), server(), loopback(client_port), loopback()}).answer, "syn-ack");
}

// --- ICMP ---

TEST_P(Certain, NotOfAnIcmpErrorThatARuleMayDrop) {
  if (!ip(server(), "route add unreachable " + nowhere_prefix()))
    GTEST_SKIP() << "there is no ip(8)";
  send_through_the_server(nowhere_prefix());
  const auto asked = [&] { return explain(server(), clients(), nowhere_, {"--device", "eth0"}); };
  rules("table inet t { chain f { type filter hook forward priority 0; policy drop; }; }");
  EXPECT_EQ(asked().answer(), "icmp") << asked().text;
  EXPECT_EQ(asked().json["certain"], true) << "it does not come to that hook\n" << asked().text;
  EXPECT_EQ(send({client(), server(), clients(), nowhere_}).answer, "icmp");
  const std::string icmp = ipv4() ? "icmp" : "ipv6-icmp";
  rules("table inet u { chain o { type filter hook output priority 0; meta l4proto " + icmp +
        " ct state related drop; }; }");
  expect_doubt(asked(), "netfilter", "ct state related");
  rules("add rule inet u o meta l4proto " + icmp + " drop");
  expect_doubt(asked(), "netfilter", "ct state related");
  rules("delete table inet u");
  rules("table inet u { chain o { type filter hook output priority 0; meta l4proto " + icmp +
        " drop; }; }");
  const Said said = asked();
  EXPECT_EQ(said.cause(), "firewall") << said.text;
  EXPECT_EQ(said.answer(), "nothing");
  EXPECT_EQ(said.json["certain"], true);
  EXPECT_EQ(send({client(), server(), clients(), nowhere_}).answer, "nothing");
}

TEST_P(Certain, NotWhatComesBackWhereARouterHasNoCarrier) {
  if (!run_in(server(), "ip link add eth1 type veth peer name eth2"))
    GTEST_SKIP() << "there is no ip(8)";
  ASSERT_TRUE(run_in(server(), "ip link set eth1 up"));
  // Gives up before the SYN is sent again.
  write_sysctl(server(), fmt::format("net/{}/neigh/eth1/retrans_time_ms", ipv4() ? "ipv4" : "ipv6"),
               "50");
  ASSERT_TRUE(ip(server(), fmt::format("route add {} dev eth1", nowhere_prefix())));
  send_through_the_server(nowhere_prefix());
  const Said said = explain(server(), clients(), nowhere_, {"--device", "eth0"});
  EXPECT_EQ(said.cause(), "no-carrier") << said.text;
  EXPECT_EQ(said.answer(), "icmp");
  EXPECT_EQ(said.json["errno"], "EHOSTUNREACH");
  EXPECT_EQ(said.json["certain"], false);
  const Happened happened = send({client(), client(), clients(), nowhere_});
  EXPECT_EQ(happened.answer, "icmp");
  EXPECT_EQ(happened.error, EHOSTUNREACH);
}

// --- the state of connection tracking ---

TEST_P(Certain, NotOfTheStateBeforeConnectionTracking) {
  const TcpSocket socket = listening(server(), any());
  rules(
      "table inet t { chain p { type filter hook prerouting priority -300; tcp dport 8888 "
      "ct state invalid drop; }; }");
  expect_doubt(asked(), "netfilter", "ct state invalid drop");
  EXPECT_EQ(answer_of_a_syn(), "nothing");
}

TEST_P(Certain, NotOfTheStateThatConnectionTrackingRemembers) {
  rules(
      "table inet t { chain i { type filter hook input priority 0; tcp dport 8888 "
      "tcp flags & (syn | ack) == syn ct state established drop; }; }");
  {
    TcpSocket before = listening(server(), any());
    EXPECT_EQ(asked().json["certain"], true) << "it is new\n" << asked().text;
    TcpSocket peer = connected(client(), clients(), servers());
    Accepted child = before.accept(soon());
    vanish(std::move(peer));
    vanish(std::move(*child.socket));
  }
  const TcpSocket socket = listening(server(), any());
  expect_doubt(asked(), "netfilter", "ct state established");
  EXPECT_EQ(answer_of_a_syn(), "nothing");
}

// --- a probe ---

TEST_P(Certain, OfARuleThatQueuesToNobody) {
  if (!traces_rules(server())) GTEST_SKIP() << "this kernel has no tables with owners";
  const TcpSocket socket = listening(server(), any(), 0);
  const TcpSocket waits = connected(server(), loopback(0), loopback());
  if (!firewall_
           ->run("table inet t { chain i { type filter hook input priority 0; iifname eth0 tcp "
                 "dport 8888 queue num 7; }; }")
           .empty())
    GTEST_SKIP() << "this kernel has no NFQUEUE";
  const Said said = explain(server(), clients(), servers(), {"--probe"});
  EXPECT_EQ(said.cause(), "accept-queue-full") << said.text;
  EXPECT_EQ(said.json["probe"]["cause"], "firewall") << said.text;
  EXPECT_THAT(said.json["probe"]["summary"].get<std::string>(), HasSubstr("queue"));
}

// The SYN that is sent again has the memory of the first, and so the same number in the trace.
TEST_P(Certain, OfTheSecondSynThatTheSendersRuleLetsPass) {
  if (!traces_rules(server())) GTEST_SKIP() << "this kernel has no tables with owners";
  const TcpSocket socket = listening(server(), any(), 0);
  const TcpSocket waits = connected(server(), loopback(0), loopback());
  Nftables senders(client());
  ASSERT_EQ(senders.run("table inet t { chain o { type filter hook output priority 0; tcp dport "
                        "8888 tcp flags syn limit rate 1/day burst 1 packets drop; }; }"),
            "");
  const Said said = explain(server(), clients(), servers(), {"--probe"});
  EXPECT_EQ(said.json["probe"]["cause"], "accept-queue-full") << said.text;
}

TEST_P(Certain, OfARefusalBesideARuleWhoseCommentSaysRedirect) {
  if (!traces_rules(server())) GTEST_SKIP() << "this kernel has no tables with owners";
  rules(
      "table inet t { chain i { type filter hook input priority 0; tcp dport 8888 accept "
      "comment \"no dnat, no redirect\"; }; }");
  const Said said = explain(server(), clients(), servers(), {"--probe"});
  EXPECT_EQ(said.json["probe"]["cause"], "nothing-bound") << said.text;
  EXPECT_EQ(said.json["probe"]["certain"], true) << said.text;
}

// --- queueing disciplines ---

TEST_P(Certain, NotWhereAQueueingDisciplineDropsWhatLeaves) {
  const TcpSocket socket = listening(server(), any());
  if (!can_run(server(), "tc qdisc replace dev eth0 root blackhole"))
    GTEST_SKIP() << "this kernel has no sch_blackhole";
  expect_doubt(asked(), "bpf", "blackhole on eth0");
  EXPECT_EQ(answer_of_a_syn(), "nothing");
}

// --- BPF on the cgroup in which a socket was made ---

// A cgroup below the root of the unified hierarchy, and a program on it that drops what comes in.
class DroppingCgroup {
 public:
  // Throws SystemError.
  DroppingCgroup() {
    for (const std::string_view line : lines(read_file("/proc/self/mounts")))
      if (const auto fields = words(line); fields.size() > 2 && fields[2] == "cgroup2")
        mount_ = fields[1];
    path_ = fmt::format("{}/lab-test-{}", mount_, ::getpid());
    checked(mount_.empty() ? -1 : ::mkdir(path_.c_str(), 0755), "mkdir", path_);
    // r0 = 0: drop
    const bpf_insn instructions[]{{BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0},
                                  {BPF_JMP | BPF_EXIT, 0, 0, 0, 0}};
    bpf_attr load{};
    load.prog_type = BPF_PROG_TYPE_CGROUP_SKB;
    load.insns = reinterpret_cast<std::uintptr_t>(instructions);
    load.insn_cnt = 2;
    load.license = reinterpret_cast<std::uintptr_t>("GPL");
    program_ = Fd(checked(static_cast<int>(::syscall(SYS_bpf, BPF_PROG_LOAD, &load, sizeof load)),
                          "bpf", "BPF_PROG_LOAD"));
    const Fd cgroup(checked(::open(path_.c_str(), O_RDONLY | O_DIRECTORY), "open", path_));
    bpf_attr attach{};
    attach.target_fd = static_cast<std::uint32_t>(cgroup.get());
    attach.attach_bpf_fd = static_cast<std::uint32_t>(program_.get());
    attach.attach_type = BPF_CGROUP_INET_INGRESS;
    checked(static_cast<int>(::syscall(SYS_bpf, BPF_PROG_ATTACH, &attach, sizeof attach)), "bpf",
            "BPF_PROG_ATTACH");
  }
  ~DroppingCgroup() {
    std::error_code none;
    std::filesystem::remove(path_, none);
  }
  DroppingCgroup(const DroppingCgroup&) = delete;
  DroppingCgroup& operator=(const DroppingCgroup&) = delete;

  void enter() const { move_to(path_); }
  void leave() const { move_to(mount_); }

 private:
  static void move_to(const std::string& path) {
    std::ofstream(path + "/cgroup.procs") << ::getpid() << std::endl;
  }
  std::string mount_, path_;
  Fd program_;
};

TEST_P(Certain, NotOfASocketThatWasMadeInACgroupWithAProgram) {
  std::optional<DroppingCgroup> cgroup;
  try {
    cgroup.emplace();
  } catch (const SystemError& error) {
    GTEST_SKIP() << "no BPF programs on cgroups here: " << error.what();
  }
  cgroup->enter();
  std::optional<TcpSocket> socket = listening(server(), any());
  cgroup->leave();  // the socket stays
  expect_doubt(asked(), "bpf", "ingress");
  EXPECT_EQ(answer_of_a_syn(), "nothing");
  socket.reset();
  const TcpSocket other = listening(server(), any());
  EXPECT_EQ(asked().json["certain"], true) << "in no such cgroup\n" << asked().text;
  EXPECT_EQ(answer_of_a_syn(), "syn-ack");
}

}  // namespace
}  // namespace lab::test
