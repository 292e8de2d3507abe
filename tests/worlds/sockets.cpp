// SPDX-License-Identifier: MIT
#include "worlds/sockets.hpp"

#include <fmt/format.h>
#include <linux/filter.h>
#include <linux/tcp.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "net/namespace.hpp"
#include "record/row.hpp"
#include "util/clock.hpp"
#include "util/error.hpp"
#include "util/fd.hpp"
#include "worlds/machine.hpp"

namespace lab::worlds {
namespace {

constexpr int ip_minttl = 21, ipv6_minhopcount = 73, ipv6_transparent = 75, ipv6_freebind = 78;
constexpr int ipproto_mptcp = 262;
constexpr std::chrono::milliseconds for_a_connection{1000};
// Where it must come about: a SYN that gets lost is sent again after a second.
constexpr std::chrono::milliseconds for_one_that_must{10000};

void set(const Fd& socket, int level, int name, int value) {
  checked(::setsockopt(socket.get(), level, name, &value, sizeof value), "setsockopt",
          std::to_string(name));
}

Fd make(const Namespace& space, Family family, int protocol = IPPROTO_TCP) {
  Fd socket(in(space, [&] {
    return ::socket(static_cast<int>(family), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
  }));
  checked(socket.get(), "socket", space.name());
  const linger at_once{1, 0};  // the namespace does not outlive the world
  checked(::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), "setsockopt",
          "SO_LINGER");
  return socket;
}

// An address of a VRF is none for a socket outside of it.
bool is_beside_a_vrf(const Fd& socket) {
  ifreq device{};
  std::strcpy(device.ifr_name, "red");
  return ::ioctl(socket.get(), SIOCGIFINDEX, &device) == 0;
}

// False: the port is another element's, or the address a VRF's.
bool bind_to(const Fd& socket, const Endpoint& local) {
  sockaddr_storage address{};
  const socklen_t length = local.to_sockaddr(address);
  if (::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), length) == 0) return true;
  const int error = errno;
  if (error == EADDRINUSE || (error == EADDRNOTAVAIL && is_beside_a_vrf(socket))) return false;
  throw SystemError("bind", local.str(), error);
}

bool is_ready(const Fd& socket, short events, std::chrono::milliseconds patience) {
  pollfd waited{socket.get(), events, 0};
  return ::poll(&waited, 1, static_cast<int>(patience.count())) > 0;
}

// False: not in time; of what may be full, within the second that a lost SYN waits.
bool connect_to(const Fd& socket, const Endpoint& remote,
                std::chrono::milliseconds patience = for_a_connection) {
  sockaddr_storage address{};
  const socklen_t length = remote.to_sockaddr(address);
  if (::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), length) == 0) return true;
  if (errno == EADDRNOTAVAIL) return false;
  if (errno != EINPROGRESS) throw_errno("connect", remote.str());
  if (!is_ready(socket, POLLOUT, patience)) return false;
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  return error == 0;
}

void forget(Fd& socket) {
  set(socket, IPPROTO_TCP, TCP_REPAIR, 1);
  socket.reset();
}

// Closes with FIN, however SO_LINGER is set.
void close_properly(Fd& socket) {
  const linger off{0, 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &off, sizeof off);
  socket.reset();
}

void await_state(const Fd& socket, TcpState state) {
  const Deadline deadline(for_one_that_must);
  for (;;) {
    tcp_info info{};
    socklen_t length = sizeof info;
    checked(::getsockopt(socket.get(), IPPROTO_TCP, TCP_INFO, &info, &length), "getsockopt",
            "TCP_INFO");
    if (info.tcpi_state == static_cast<std::uint8_t>(state)) return;
    if (deadline.passed()) throw EnvironmentError("a connection does not change its state");
    ::poll(nullptr, 0, 1);  // no event tells of it
  }
}

void add_md5_key(const Fd& socket, const Address& peer) {
  tcp_md5sig key{};
  Endpoint{peer, 0}.to_sockaddr(reinterpret_cast<sockaddr_storage&>(key.tcpm_addr));
  key.tcpm_keylen = 6;
  std::memcpy(key.tcpm_key, "secret", 6);
  checked(::setsockopt(socket.get(), IPPROTO_TCP, TCP_MD5SIG, &key, sizeof key), "setsockopt",
          "TCP_MD5SIG");
}

// struct tcp_ao_add of Linux 6.7 and later, which Debian 12's headers lack.
constexpr int tcp_ao_add_key = 38;
struct alignas(8) AoKey {
  sockaddr_storage peer;
  char algorithm[64];
  std::int32_t interface;
  std::uint32_t flags;
  std::uint16_t reserved;
  std::uint8_t prefix, send_id, receive_id, mac_length, key_flags, key_length;
  std::uint8_t key[80];
};

void add_ao_key(const Fd& socket, const Address& peer) {
  AoKey key{};
  Endpoint{peer, 0}.to_sockaddr(key.peer);
  std::strcpy(key.algorithm, "hmac(sha1)");
  key.prefix = static_cast<std::uint8_t>(peer.size() * 8);
  key.send_id = key.receive_id = 100;
  key.key_length = 6;
  std::memcpy(key.key, "secret", 6);
  checked(::setsockopt(socket.get(), IPPROTO_TCP, tcp_ao_add_key, &key, sizeof key), "setsockopt",
          "TCP_AO_ADD_KEY");
}

void add_filter(const Fd& socket, bool passes) {
  sock_filter instruction{BPF_RET | BPF_K, 0, 0, passes ? ~0U : 0U};
  const sock_fprog program{1, &instruction};
  checked(::setsockopt(socket.get(), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program),
          "setsockopt", "SO_ATTACH_FILTER");
}

void set_options(const Fd& socket, const Endpoint& local, const ListenerOptions& options) {
  const bool inet6 = local.address.family() == Family::inet6;
  set(socket, SOL_SOCKET, SO_REUSEADDR, 1);
  if (options.members > 1) set(socket, SOL_SOCKET, SO_REUSEPORT, 1);
  if (options.v6only) set(socket, IPPROTO_IPV6, IPV6_V6ONLY, *options.v6only);
  if (options.defer) set(socket, IPPROTO_TCP, TCP_DEFER_ACCEPT, 60);
  if (options.md5_peer) add_md5_key(socket, *options.md5_peer);
  if (options.ao_peer) add_ao_key(socket, *options.ao_peer);
  if (options.min_ttl > 0)
    set(socket, inet6 ? IPPROTO_IPV6 : IPPROTO_IP, inet6 ? ipv6_minhopcount : ip_minttl,
        options.min_ttl);
  if (options.freebind)
    set(socket, inet6 ? IPPROTO_IPV6 : IPPROTO_IP, inet6 ? ipv6_freebind : IP_FREEBIND, 1);
  if (options.transparent)
    set(socket, inet6 ? IPPROTO_IPV6 : IPPROTO_IP, inet6 ? ipv6_transparent : IP_TRANSPARENT, 1);
  if (options.mark) set(socket, SOL_SOCKET, SO_MARK, static_cast<int>(*options.mark));
  if (!options.device.empty())
    checked(::setsockopt(socket.get(), SOL_SOCKET, SO_BINDTODEVICE, options.device.c_str(),
                         static_cast<socklen_t>(options.device.size())),
            "setsockopt", options.device);
}

// At which its own host reaches the listener.
Endpoint own_way_to(const Endpoint& local, Host host, const ListenerOptions& options) {
  if (!local.address.is_any()) return local;
  const Family family = local.address.family();
  if (options.device == "lo") return {Address::loopback(family), local.port};
  return {address_of(host, family), local.port};
}

// The child has a copy of the descriptor; ours is closed when this returns.
void hand_to_child(Machine& machine, [[maybe_unused]] Fd socket) {
  const pid_t child = ::fork();
  checked(child, "fork", "a child that inherits a listener");
  if (child == 0)
    for (;;) ::pause();
  machine.keep_child(child);
}

// What each end does then: "n" is the sender's socket, "f" the receiver's.
std::string_view python_of(Earlier::State state) {
  constexpr std::array<std::string_view, 7> all{
      "",
      "forget(n)",
      "n.shutdown(1); time.sleep(.2); forget(n)",
      "f.shutdown(1); time.sleep(.2); forget(n)",
      "f.shutdown(1); time.sleep(.2); f.close(); n.close()",
      "n.shutdown(1); time.sleep(.2); n.close(); f.close()",
      "forget(f)"};
  return all[static_cast<std::size_t>(state)];
}

}  // namespace

void Listener::apply(Machine& machine) const {
  const Namespace& space = machine.at(host_);
  std::vector<Fd> members;
  for (int member = 0; member < options_.members; ++member) {
    Fd socket = make(space, local_.address.family(), options_.mptcp ? ipproto_mptcp : IPPROTO_TCP);
    set_options(socket, local_, options_);
    if (!bind_to(socket, local_)) return;
    if (options_.listens && ::listen(socket.get(), options_.backlog) != 0) {
      if (errno == EADDRINUSE) return;
      throw_errno("listen", local_.str());
    }
    for (int one = 0; member == 0 && one < options_.waiting; ++one) {
      const Endpoint way = own_way_to(local_, host_, options_);
      Fd client = make(space, way.address.family());
      connect_to(client, way);
      machine.keep(std::move(client));
    }
    members.push_back(std::move(socket));
  }
  // Later, so that the connections that wait could come about.
  if (options_.filter != ListenerOptions::Filter::none)
    for (const Fd& socket : members)
      add_filter(socket, options_.filter == ListenerOptions::Filter::passes);
  for (Fd& socket : members) {
    if (options_.child_holds_it)
      hand_to_child(machine, std::move(socket));
    else
      machine.keep(std::move(socket));
  }
}

std::string Listener::script() const {
  using Filter = ListenerOptions::Filter;
  const bool inet6 = local_.address.family() == Family::inet6;
  const int ip = inet6 ? IPPROTO_IPV6 : IPPROTO_IP;
  std::string code;
  const auto add = [&](int level, int name, auto value) {
    code += fmt::format("s.setsockopt({},{},{})\n", level, name, value);
  };
  add(SOL_SOCKET, SO_REUSEADDR, 1);
  if (options_.members > 1) add(SOL_SOCKET, SO_REUSEPORT, 1);
  if (options_.v6only) add(IPPROTO_IPV6, IPV6_V6ONLY, *options_.v6only ? 1 : 0);
  if (options_.defer) add(IPPROTO_TCP, TCP_DEFER_ACCEPT, 60);
  if (options_.md5_peer)
    code += fmt::format(
        "s.setsockopt(6,14,struct.pack('{}',{},0,socket.inet_pton({},'{}'))"
        ".ljust(128,b'\\0')+struct.pack('BBHI80s',0,0,6,0,b'secret'))\n",
        inet6 ? "=HHxxxx16s" : "=HH4s", static_cast<int>(local_.address.family()),
        static_cast<int>(local_.address.family()), options_.md5_peer->str());
  if (options_.ao_peer)
    code += fmt::format(
        "s.setsockopt(6,38,struct.pack('{}',{},0,socket.inet_pton({},'{}')).ljust(128,b'\\0')+"
        "struct.pack('=64siIHBBBBBB80s',b'hmac(sha1)',0,0,0,{},100,100,0,0,6,b'secret'))\n",
        inet6 ? "=HHxxxx16s" : "=HH4s", static_cast<int>(local_.address.family()),
        static_cast<int>(local_.address.family()), options_.ao_peer->str(),
        options_.ao_peer->size() * 8);
  if (options_.min_ttl) add(ip, inet6 ? ipv6_minhopcount : ip_minttl, options_.min_ttl);
  if (options_.freebind) add(ip, inet6 ? ipv6_freebind : IP_FREEBIND, 1);
  if (options_.transparent) add(ip, inet6 ? ipv6_transparent : IP_TRANSPARENT, 1);
  if (options_.mark) add(SOL_SOCKET, SO_MARK, *options_.mark);
  if (!options_.device.empty()) add(SOL_SOCKET, SO_BINDTODEVICE, "b'" + options_.device + "'");
  code += fmt::format("s.bind(('{}',{}))\n", local_.address.str(), local_.port);
  if (options_.listens) code += fmt::format("s.listen({})\n", options_.backlog);
  if (options_.waiting > 0) {
    const Endpoint way = own_way_to(local_, host_, options_);
    code += fmt::format(
        "for _ in range({} if not a else 0):\n  c=socket.socket({}); c.setblocking(0); "
        "c.connect_ex(('{}',{})); w.append(c)\n",
        options_.waiting, static_cast<int>(way.address.family()), way.address.str(), way.port);
  }
  if (options_.filter != Filter::none)
    code += fmt::format(
        "b=ctypes.create_string_buffer(struct.pack('HBBI',6,0,0,{}))\n"
        "s.setsockopt(1,26,struct.pack('HxxxxxxQ',1,ctypes.addressof(b)))\n",
        options_.filter == Filter::passes ? ~0U : 0U);
  std::string indented;
  for (const char letter : code)
    indented += letter == '\n' ? std::string("\n ") : std::string(1, letter);
  return fmt::format(
      "ip netns exec {} python3 -c '\nimport socket,struct,ctypes,time,os\na=[];w=[]\n"
      "for _ in range({}):\n s=socket.socket({},1,{})\n {}a.append(s)\n"
      "{}time.sleep(600)' & sleep 1\n",
      name_of(host_), options_.members, static_cast<int>(local_.address.family()),
      options_.mptcp ? ipproto_mptcp : IPPROTO_TCP,
      [&] {
        std::string quoted;
        for (const char letter : indented)
          quoted += letter == '\'' ? std::string("\"") : std::string(1, letter);
        return quoted;
      }(),
      options_.child_holds_it ? "if os.fork(): os._exit(0)\n" : "");
}

void Earlier::apply(Machine& machine) const {
  const Namespace& there = machine.at(to_);
  Fd listener = make(there, destination_.address.family());
  set(listener, SOL_SOCKET, SO_REUSEADDR, 1);
  if (!bind_to(listener, destination_)) return;
  checked(::listen(listener.get(), 1), "listen", destination_.str());
  Fd near = make(machine.at(from_), source_.address.family());
  set(near, SOL_SOCKET, SO_REUSEADDR, 1);
  if (source_.port == 0) set(near, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
  if (!bind_to(near, source_)) return;
  if (!connect_to(near, destination_, for_one_that_must)) {
    if (errno == EADDRNOTAVAIL) return;  // another element has the connection
    throw EnvironmentError("an earlier connection fails");
  }
  if (!is_ready(listener, POLLIN, for_one_that_must)) throw EnvironmentError("nothing to accept");
  Fd far(checked(::accept4(listener.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC),
                 "accept", destination_.str()));
  switch (state_) {
    case State::alive:
      break;
    case State::forgotten:
      forget(near);
      break;
    case State::close_wait:
      ::shutdown(near.get(), SHUT_WR);
      await_state(far, TcpState::close_wait);
      // An ACK of the FIN that comes later would end it: nobody would know the connection.
      await_state(near, TcpState::fin_wait_2);
      forget(near);
      break;
    case State::fin_wait_2:
      ::shutdown(far.get(), SHUT_WR);
      await_state(far, TcpState::fin_wait_2);
      forget(near);
      break;
    case State::receivers_wait:
      ::shutdown(far.get(), SHUT_WR);
      await_state(far, TcpState::fin_wait_2);
      close_properly(far);
      close_properly(near);
      break;
    case State::senders_wait:
      ::shutdown(near.get(), SHUT_WR);
      await_state(near, TcpState::fin_wait_2);
      close_properly(near);
      close_properly(far);
      break;
    case State::receiver_forgot:
      forget(far);
      break;
  }
  if (near) machine.keep(std::move(near));
  if (far) machine.keep(std::move(far));
}

std::string Earlier::script() const {
  return fmt::format(
      "python3 -c '\nimport socket,os,time,ctypes\n"
      "def at(host): ctypes.CDLL(None).setns(os.open(\"/run/netns/\"+host,0),0x40000000)\n"
      "def forget(s): s.setsockopt(6,19,1); s.close()\n"
      "at(\"{0}\"); l=socket.socket({1}); l.setsockopt(1,2,1); l.bind((\"{2}\",{3})); l.listen(1)\n"
      "at(\"{4}\"); n=socket.socket({1}); n.setsockopt(1,2,1); n.bind((\"{5}\",{6}))\n"
      "n.connect((\"{2}\",{3})); f=l.accept()[0]; l.close()\n{7}\ntime.sleep(600)' & sleep 1\n",
      name_of(to_), static_cast<int>(source_.address.family()), destination_.address.str(),
      destination_.port, name_of(from_), source_.address.str(), source_.port, python_of(state_));
}

void Connecting::apply(Machine& machine) const {
  // A neighbour that is not there: what this host sends there gets lost.
  machine.ip(host_, fmt::format("neigh replace {} lladdr 02:00:00:00:00:99 dev eth0 nud permanent",
                                remote_.address.str()));
  Fd socket = make(machine.at(host_), local_.address.family());
  set(socket, SOL_SOCKET, SO_REUSEADDR, 1);
  if (!bind_to(socket, local_)) return;
  sockaddr_storage address{};
  const socklen_t length = remote_.to_sockaddr(address);
  ::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), length);
  machine.keep(std::move(socket));
}

std::string Connecting::script() const {
  return fmt::format(
      "ip netns exec {0} ip neigh replace {1} lladdr 02:00:00:00:00:99 dev eth0 nud permanent\n"
      "ip netns exec {0} python3 -c 'import socket; s=socket.socket({2}); "
      "s.setsockopt(1,2,1); s.bind((\"{3}\",{4})); s.connect((\"{1}\",{5}))' & sleep 1\n",
      name_of(host_), remote_.address.str(), static_cast<int>(local_.address.family()),
      local_.address.str(), local_.port, remote_.port);
}

}  // namespace lab::worlds
