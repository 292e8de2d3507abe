// SPDX-License-Identifier: MIT
#include "worlds/machine.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <regex>

#include "net/link.hpp"
#include "net/neighbour.hpp"
#include "net/netlink.hpp"
#include "net/nftables.hpp"
#include "net/route.hpp"
#include "util/clock.hpp"
#include "util/error.hpp"
#include "util/text.hpp"
#include "util/write_all.hpp"

extern char** environ;

namespace lab::worlds {
namespace {

// Runs a program in the namespace. Throws EnvironmentError with what it printed.
void run_program(const Namespace& space, std::vector<std::string> words) {
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const Fd output(checked(::memfd_create("output", MFD_CLOEXEC), "memfd_create", "output"));
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, output.get(), 1);
  ::posix_spawn_file_actions_adddup2(&actions, output.get(), 2);
  pid_t child = 0;
  const int error = in(space, [&] {
    return ::posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
  });
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw SystemError("posix_spawn", words[0], error);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (status == 0) return;
  const std::string text = read_file(fmt::format("/proc/self/fd/{}", output.get()));
  throw EnvironmentError(fmt::format("{}: {}", fmt::join(words, " "), text));
}

void ip_batch(const Namespace& space, const std::string& lines) {
  const Fd file(checked(::memfd_create("batch", MFD_CLOEXEC), "memfd_create", "batch"));
  write_all(file, lines, "batch");
  run_program(space, {"ip", "-batch", fmt::format("/proc/{}/fd/{}", ::getpid(), file.get())});
}

std::string path_of(const Namespace& space) {
  return fmt::format("/proc/{}/fd/{}", ::getpid(), space.fd());
}

// An address without duplicate address detection is there at once, and its local route is not: a
// kernel thread adds it (addrconf_dad_completed()). Until then what comes for it is another's.
void await_local_route(Netlink& netlink, const Address& address, const Deadline& deadline) {
  while (ask_route(netlink, {.destination = address}).type != RouteType::local) {
    if (deadline.passed()) throw EnvironmentError("no local route to " + address.str());
    ::poll(nullptr, 0, 1);  // no event tells of it
  }
}

constexpr const char* for_each_host[][2] = {
    // Addresses are there at once.
    {"net/ipv6/conf/default/accept_dad", "0"},
    {"net/ipv6/conf/all/accept_dad", "0"},
    {"net/ipv6/conf/default/router_solicitations", "0"},
    {"net/ipv4/conf/all/rp_filter", "0"},
    {"net/ipv4/conf/default/rp_filter", "0"},
};

}  // namespace

const char* name_of(Host host) {
  constexpr std::array<const char*, host_count> names{"client", "server", "backend"};
  return names[static_cast<std::size_t>(host)];
}

Machine::Machine()
    : hosts_{Namespace::create("client"), Namespace::create("server"),
             Namespace::create("backend")} {
  for (const Namespace& host : hosts_)
    for (const auto& [name, value] : for_each_host) write_sysctl(host, name, value);
  for (const char* name : {"net/ipv4/conf/all/forwarding", "net/ipv6/conf/all/forwarding"})
    write_sysctl(at(Host::server), name, "1");
  ip_batch(at(Host::server),
           fmt::format("link set lo up\n"
                       "link add eth0 address 02:00:00:00:00:02 type veth"
                       " peer name eth0 address 02:00:00:00:00:01 netns {}\n"
                       "link add eth1 address 02:00:00:00:00:03 type veth"
                       " peer name eth0 address 02:00:00:00:00:04 netns {}\n"
                       "link set eth0 up\nlink set eth1 up\n"
                       "addr add 10.0.0.2/24 brd + dev eth0\naddr add 10.0.0.22/24 dev eth0\n"
                       "addr add 10.0.1.1/24 brd + dev eth1\n"
                       "addr add fd00::22/64 nodad dev eth0\naddr add fd00::2/64 nodad dev eth0\n"
                       "addr add fd01::1/64 nodad dev eth1\n",
                       path_of(at(Host::client)), path_of(at(Host::backend))));
  ip_batch(at(Host::client),
           "link set lo up\nlink set eth0 up\naddr add 10.0.0.1/24 brd + dev eth0\n"
           "addr add fd00::1/64 nodad dev eth0\nroute add default via 10.0.0.2\n"
           "route add default via fd00::2\n");
  ip_batch(at(Host::backend),
           "link set lo up\nlink set eth0 up\naddr add 10.0.1.2/24 brd + dev eth0\n"
           "addr add fd01::2/64 nodad dev eth0\nroute add default via 10.0.1.1\n"
           "route add default via fd01::1\n");
  for (const Host host : {Host::client, Host::server, Host::backend}) {
    Netlink netlink(at(host));
    const Deadline deadline(std::chrono::seconds(10));
    for (const char* device : {"eth0", "eth1"}) {
      if (device == std::string_view("eth1") && host != Host::server) continue;
      await_running(netlink, {device, {}, lab::index_of(netlink, device)}, deadline);
      if (device == std::string_view("eth0")) await_address(netlink, link_local(host), deadline);
      if (device == std::string_view("eth0"))
        await_local_route(netlink, address_of(host, Family::inet6), deadline);
      // A neighbour that does not answer is given up soon.
      for (const char* family : {"ipv4", "ipv6"})
        write_sysctl(at(host), fmt::format("net/{}/neigh/{}/retrans_time_ms", family, device),
                     "50");
    }
  }
}

Machine::~Machine() {
  for (const pid_t child : children_) {
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
  }
}

void Machine::ip(Host host, const std::string& words) const {
  std::vector<std::string> argv{"ip"};
  for (const std::string_view word : lab::words(words)) argv.emplace_back(word);
  run_program(at(host), argv);
}

void Machine::nft(Host host, const std::string& commands) const {
  Nftables firewall(at(host));
  if (const std::string error = firewall.run(commands); !error.empty())
    throw EnvironmentError("nft: " + error);
  has_rules_[static_cast<std::size_t>(host)] = true;
}

long Machine::packets_counted(Host host, const std::string& comment) const {
  if (!has_rules_[static_cast<std::size_t>(host)]) return 0;
  const std::regex counted(R"(counter packets (\d+)[^\n]*comment ")" + comment + '"');
  const std::string text = Nftables(at(host)).ruleset();
  long packets = 0;
  for (std::sregex_iterator it(text.begin(), text.end(), counted), end; it != end; ++it)
    packets += std::stol((*it)[1]);
  return packets;
}

void build(const World& world, Machine& machine) {
  for (const Phase phase : all_phases)
    for (const auto& element : world.elements)
      if (element->phase() == phase) element->apply(machine);
}

}  // namespace lab::worlds
