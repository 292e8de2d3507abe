// SPDX-License-Identifier: MIT
#include "collect_probe/probe_socket.hpp"

#include <fmt/format.h>
#include <linux/capability.h>
#include <netinet/in.h>
#include <sys/fsuid.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "util/error.hpp"

namespace lab::collect {
namespace {

// The filesystem uid of this thread alone, until the end: setfsuid(2). What a thread makes has it.
// Without a uid it stays.
class AsUid {
 public:
  explicit AsUid(std::optional<std::uint32_t> uid) {
    if (!uid) return;
    // It tells no error, but always what was set before.
    before_ = static_cast<uid_t>(::setfsuid(*uid));
    if (current() == *uid) return;
    ::setfsuid(before_);
    throw EnvironmentError(
        fmt::format("--probe: no socket can be made with the uid {}: setfsuid() needs CAP_SETUID, "
                    "and a uid that this user namespace knows",
                    *uid));
  }
  AsUid(const AsUid&) = delete;
  AsUid& operator=(const AsUid&) = delete;
  ~AsUid() { ::setfsuid(before_); }

 private:
  static constexpr uid_t no_change = static_cast<uid_t>(-1);
  static uid_t current() { return static_cast<uid_t>(::setfsuid(no_change)); }

  uid_t before_ = no_change;
};

// inet_port_requires_bind_service() asks for this capability of the thread that calls bind(): an
// ordinary user has it not.
class WithoutBindService {
 public:
  WithoutBindService() {
    if (::syscall(SYS_capget, &header_, before_.data()) != 0) throw_errno("capget", "the probe");
    auto after = before_;
    after[0].effective &= ~(1U << CAP_NET_BIND_SERVICE);
    if (::syscall(SYS_capset, &header_, after.data()) != 0) throw_errno("capset", "the probe");
  }
  WithoutBindService(const WithoutBindService&) = delete;
  WithoutBindService& operator=(const WithoutBindService&) = delete;
  ~WithoutBindService() { ::syscall(SYS_capset, &header_, before_.data()); }

 private:
  __user_cap_header_struct header_{_LINUX_CAPABILITY_VERSION_3, 0};  // 0: this thread
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> before_{};
};

// A port that connect() might choose, and that bind() gives us: the one that was assumed, or one
// near it. Where bind() gives none of them, connect() has to choose, and may share one.
// A source that connect() would choose is left to it, since routes and policy rules may look at one
// that is bound (tcp_v6_connect() asks for its route before it has one), and bind() of a link-local
// one wants an interface.
Result bind_source(TcpSocket& socket, const Facts& facts) {
  const Question& question = facts.question;
  // Without a port bind() would find one that connect() does not.
  if (!question.port_is_assumed) {
    std::optional<WithoutBindService> as_user;
    if (facts.arrival.local_sender && question.uid.value_or(0) != 0) as_user.emplace();
    return socket.bind(*question.source);
  }
  constexpr int most_tries = 64;
  Endpoint source = *question.source;
  const bool connect_chooses = question.source_is_assumed && facts.arrival.local_sender;
  if (connect_chooses) source.address = Address::any(source.address.family());
  for (int tries = 0; source.port != 0 && tries < most_tries; ++tries, ++source.port) {
    const auto& range = facts.sysctls.ip_local_port_range;
    const bool reserved =
        std::ranges::any_of(facts.sysctls.ip_local_reserved_ports,
                            [&](const PortRange& each) { return each.contains(source.port); });
    if (tries > 0 && (reserved || !range || !range->contains(source.port))) continue;
    if (const Result result = socket.bind(source); result.ok()) return result;
  }
  if (connect_chooses) return {};
  const int on = 1;
  ::setsockopt(socket.fd(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  return socket.bind({question.source->address, 0});
}

}  // namespace

TcpSocket probe_socket(const Namespace& sender, const Facts& facts) {
  const Question& question = facts.question;
  const bool is_here = facts.arrival.local_sender || !question.source;
  // `meta skuid` reads the credentials with which the socket's file was made (f_cred->fsuid), and
  // routing the socket's sk_uid: the owner of its inode, which is the same (sock_alloc()).
  TcpSocket socket = [&] {
    const AsUid owner(is_here ? question.uid : std::nullopt);
    return TcpSocket::create(sender, question.destination.address.family());
  }();
  if (!is_here || !question.mark) return socket;
  const auto mark = static_cast<int>(*question.mark);
  if (::setsockopt(socket.fd(), SOL_SOCKET, SO_MARK, &mark, sizeof mark) != 0)
    throw_errno("setsockopt", "SO_MARK");
  return socket;
}

Result bind_probe(TcpSocket& socket, const Facts& facts, const std::string& scope) {
  Result result;
  if (!scope.empty())
    result = socket.bind_to_device(scope);
  else if (facts.arrival.local_sender && !facts.arrival.vrf.empty())
    result = socket.bind_to_device(facts.arrival.vrf);
  if (result.ok()) result = socket.set_reuse_address(true);
  return result.ok() ? bind_source(socket, facts) : result;
}

}  // namespace lab::collect
