// SPDX-License-Identifier: MIT
#include "view/sock_diag.hpp"

#include <fmt/format.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <utility>

#include "util/error.hpp"
#include "util/text.hpp"

namespace lab {
namespace {

constexpr std::uint32_t all_states = ~0U;
// idiag_timer of a TIME-WAIT socket (inet_twsk_diag_fill()).
constexpr std::uint8_t timer_of_timewait = 3;

// How often an interrupted dump is repeated.
constexpr int most_dumps = 16;

[[noreturn]] void fail(int error) {
  if (error == ENOENT || error == EOPNOTSUPP || error == EPROTONOSUPPORT)
    throw EnvironmentError(
        "this kernel lists no TCP sockets over sock_diag: load tcp_diag (modprobe tcp_diag) or "
        "use a kernel with CONFIG_INET_TCP_DIAG");
  throw SystemError("recvmsg", "NETLINK_SOCK_DIAG", error);
}

Endpoint endpoint(Family family, const __be32* address, __be16 port) {
  return {Address::from_bytes(family, address), ntohs(port)};
}

// By type; null where the message has no such attribute.
using Attributes = std::array<const nlattr*, INET_DIAG_MAX + 1>;

Attributes attributes_of(const nlmsghdr* header) {
  Attributes attributes{};
  ::mnl_attr_parse(
      header, sizeof(inet_diag_msg),
      [](const nlattr* attribute, void* into) {
        const std::uint16_t type = ::mnl_attr_get_type(attribute);
        if (type <= INET_DIAG_MAX) (*static_cast<Attributes*>(into))[type] = attribute;
        return MNL_CB_OK;
      },
      &attributes);
  return attributes;
}

// The state is ambiguous: a TIME-WAIT socket may stand for FIN-WAIT-2, and a request is
// reported as SYN-RECEIVED. But inet_diag_msg_attrs_fill(), which is for full sockets,
// always reports their shutdown (tcp_info does not help: a bound-only socket has none),
// and only inet_twsk_diag_fill() sets this timer.
Kind kind_of(const inet_diag_msg& message, const Attributes& attributes) {
  if (attributes[INET_DIAG_SHUTDOWN]) return Kind::full;
  return message.idiag_timer == timer_of_timewait ? Kind::timewait : Kind::request;
}

// tcp_diag_put_md5sig(); copied because netlink aligns attributes to 4 bytes.
std::vector<Row::KeyedPeer> md5_peers_of(const Attributes& attributes) {
  std::vector<Row::KeyedPeer> peers;
  const nlattr* keys = attributes[INET_DIAG_MD5SIG];
  if (!keys) return peers;
  const auto* bytes = static_cast<const char*>(::mnl_attr_get_payload(keys));
  const std::size_t size = ::mnl_attr_get_payload_len(keys);
  for (std::size_t at = 0; at + sizeof(tcp_diag_md5sig) <= size; at += sizeof(tcp_diag_md5sig)) {
    tcp_diag_md5sig key;
    std::memcpy(&key, bytes + at, sizeof key);
    if (key.tcpm_family != AF_INET && key.tcpm_family != AF_INET6) continue;
    peers.push_back({Address::from_bytes(static_cast<Family>(key.tcpm_family), key.tcpm_addr),
                     key.tcpm_prefixlen});
  }
  return peers;
}

std::optional<std::uint32_t> retransmissions_of(const Attributes& attributes) {
  constexpr std::size_t at = offsetof(tcp_info, tcpi_total_retrans);
  std::uint32_t value = 0;
  const nlattr* info = attributes[INET_DIAG_INFO];
  if (!info || ::mnl_attr_get_payload_len(info) < at + sizeof value) return std::nullopt;
  // Copied because netlink aligns attributes to 4 bytes, and tcp_info wants 8.
  std::memcpy(&value, static_cast<const char*>(::mnl_attr_get_payload(info)) + at, sizeof value);
  return value;
}

}  // namespace

bool lists_bound_since(std::string_view release) {
  constexpr int major = 6, minor = 8;
  const std::size_t dot = release.find('.');
  if (dot == std::string_view::npos) return false;
  const std::size_t end =
      std::min(release.find_first_not_of("0123456789", dot + 1), release.size());
  const int first = to_integer<int>(release.substr(0, dot)).value_or(0);
  const int second = to_integer<int>(release.substr(dot + 1, end - dot - 1)).value_or(0);
  return first > major || (first == major && second >= minor);
}

SockDiag SockDiag::open_here() {
  SockDiag diag;
  diag.netlink_.reset(::mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC));
  if (!diag.netlink_) {
    if (errno == EPROTONOSUPPORT) fail(errno);
    throw_errno("socket", "NETLINK_SOCK_DIAG");
  }
  checked(::mnl_socket_bind(diag.netlink_.get(), 0, MNL_SOCKET_AUTOPID), "bind",
          "NETLINK_SOCK_DIAG");
  diag.buffer_ = std::make_unique_for_overwrite<std::array<char, 65536>>();
  // By the version, and not by a trial with a socket of our own: a look takes no port.
  utsname system{};
  ::uname(&system);
  diag.lists_bound_ = lists_bound_since(system.release);
  return diag;
}

SockDiag::Tables SockDiag::read() {
  Tables tables;
  for (Row& row : dump(all_states)) {
    if (row.state == TcpState::listen)
      tables.listeners.push_back(std::move(row));
    else if (row.state == TcpState::closed)
      tables.bound_only.push_back(std::move(row));
    else
      tables.ehash.push_back(std::move(row));
  }
  // A kernel that has the change by backport shows it.
  lists_bound_ |= !tables.bound_only.empty();
  return tables;
}

std::vector<Row> SockDiag::read_listeners() {
  return dump(1U << static_cast<unsigned>(TcpState::listen));
}

std::optional<Row> SockDiag::find(const Endpoint& local, const Endpoint& remote) {
  nlmsghdr* header = ::mnl_nlmsg_put_header(buffer_->data());
  header->nlmsg_type = SOCK_DIAG_BY_FAMILY;
  header->nlmsg_flags = NLM_F_REQUEST;
  header->nlmsg_seq = ++sequence_;
  auto* request = static_cast<inet_diag_req_v2*>(
      ::mnl_nlmsg_put_extra_header(header, sizeof(inet_diag_req_v2)));
  request->sdiag_family = static_cast<std::uint8_t>(local.address.family());
  request->sdiag_protocol = IPPROTO_TCP;
  request->idiag_states = all_states;
  request->id.idiag_sport = htons(local.port);
  request->id.idiag_dport = htons(remote.port);
  std::memcpy(request->id.idiag_src, local.address.bytes(), local.address.size());
  std::memcpy(request->id.idiag_dst, remote.address.bytes(), remote.address.size());
  std::fill(std::begin(request->id.idiag_cookie), std::end(request->id.idiag_cookie),
            static_cast<std::uint32_t>(INET_DIAG_NOCOOKIE));
  checked(::mnl_socket_sendto(netlink_.get(), header, header->nlmsg_len), "sendto",
          "NETLINK_SOCK_DIAG");
  for (;;) {
    const ssize_t got = ::mnl_socket_recvfrom(netlink_.get(), buffer_->data(), buffer_->size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(errno);
    const auto* message = reinterpret_cast<const nlmsghdr*>(buffer_->data());
    if (message->nlmsg_seq != sequence_) continue;
    const void* payload = ::mnl_nlmsg_get_payload(message);
    if (message->nlmsg_type == NLMSG_ERROR) {
      const int error = -static_cast<const nlmsgerr*>(payload)->error;
      if (error == ENOENT) return std::nullopt;
      fail(error);
    }
    // inet_lookup() falls back on a listener.
    Row row = row_from(*static_cast<const inet_diag_msg*>(payload), message);
    if (row.state == TcpState::listen) return std::nullopt;
    return row;
  }
}

std::vector<Row> SockDiag::dump(std::uint32_t states) {
  for (int attempt = 0; attempt < most_dumps; ++attempt)
    if (auto rows = dump_once(states)) return std::move(*rows);
  throw EnvironmentError(fmt::format(
      "the kernel interrupted {} sock_diag dumps in a row (NLM_F_DUMP_INTR): the tables change "
      "too fast",
      most_dumps));
}

// One walk for both families: inet_diag_dump_compat() sets AF_UNSPEC, which
// SOCK_DIAG_BY_FAMILY has no handler for. A dump of a small namespace mostly walks
// empty buckets, and two walks would see two moments.
std::optional<std::vector<Row>> SockDiag::dump_once(std::uint32_t states) {
  nlmsghdr* header = ::mnl_nlmsg_put_header(buffer_->data());
  header->nlmsg_type = TCPDIAG_GETSOCK;
  header->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  header->nlmsg_seq = ++sequence_;
  auto* request =
      static_cast<inet_diag_req*>(::mnl_nlmsg_put_extra_header(header, sizeof(inet_diag_req)));
  request->idiag_states = states;
  request->idiag_ext = 1 << (INET_DIAG_INFO - 1);
  checked(::mnl_socket_sendto(netlink_.get(), header, header->nlmsg_len), "sendto",
          "NETLINK_SOCK_DIAG");

  std::vector<Row> rows;
  bool interrupted = false;
  for (bool done = false; !done;) {
    const ssize_t got = ::mnl_socket_recvfrom(netlink_.get(), buffer_->data(), buffer_->size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(errno);
    done = take(static_cast<std::size_t>(got), rows, interrupted);
  }
  if (interrupted) return std::nullopt;
  return rows;
}

bool SockDiag::take(std::size_t size, std::vector<Row>& rows, bool& interrupted) {
  int left = static_cast<int>(size);
  const auto* message = reinterpret_cast<const nlmsghdr*>(buffer_->data());
  for (; ::mnl_nlmsg_ok(message, left); message = ::mnl_nlmsg_next(message, &left)) {
    // Discard the rest of a dump that an exception ended.
    if (message->nlmsg_seq != sequence_) continue;
    interrupted |= (message->nlmsg_flags & NLM_F_DUMP_INTR) != 0;
    const void* payload = ::mnl_nlmsg_get_payload(message);
    if (message->nlmsg_type == NLMSG_ERROR) fail(-static_cast<const nlmsgerr*>(payload)->error);
    if (message->nlmsg_type == NLMSG_DONE) {
      const int result = *static_cast<const int*>(payload);
      if (result < 0) fail(-result);
      return true;
    }
    rows.push_back(row_from(*static_cast<const inet_diag_msg*>(payload), message));
  }
  return false;
}

Row SockDiag::row_from(const inet_diag_msg& message, const nlmsghdr* header) const {
  const auto family = static_cast<Family>(message.idiag_family);
  const Attributes attributes = attributes_of(header);
  Row row;
  row.kind = kind_of(message, attributes);
  row.state = static_cast<TcpState>(message.idiag_state);
  row.local = endpoint(family, message.id.idiag_src, message.id.idiag_sport);
  row.remote = {Address::any(family), 0};
  // The remote end of a closed socket is that of an old connection.
  if (row.state != TcpState::closed)
    row.remote = endpoint(family, message.id.idiag_dst, message.id.idiag_dport);
  if (message.id.idiag_if) row.device = device_name(message.id.idiag_if);
  row.cookie =
      static_cast<std::uint64_t>(message.id.idiag_cookie[1]) << 32 | message.id.idiag_cookie[0];
  row.inode = message.idiag_inode;
  // For the other kinds the kernel always reports 0.
  if (row.kind == Kind::full) row.uid = message.idiag_uid;
  if (const nlattr* v6only = attributes[INET_DIAG_SKV6ONLY])
    row.v6only = ::mnl_attr_get_u8(v6only) != 0;
  if (const nlattr* cgroup = attributes[INET_DIAG_CGROUP_ID])
    row.cgroup = ::mnl_attr_get_u64(cgroup);
  if (row.state == TcpState::listen) {
    // tcp_diag_get_info(): of a listener, sk_ack_backlog and sk_max_ack_backlog.
    row.accept_queue = message.idiag_rqueue;
    row.accept_queue_max = message.idiag_wqueue;
    row.md5_peers = md5_peers_of(attributes);
  } else {
    row.retransmissions = retransmissions_of(attributes);
  }
  return row;
}

std::string SockDiag::device_name(unsigned int index) const {
  ifreq request{};
  request.ifr_ifindex = static_cast<int>(index);
  // Any socket works for this ioctl, and this one is in the right namespace.
  // The interface may be gone; the TCP socket is still bound to its index.
  if (::ioctl(::mnl_socket_get_fd(netlink_.get()), SIOCGIFNAME, &request) < 0)
    return std::to_string(index);
  return request.ifr_name;
}

}  // namespace lab
