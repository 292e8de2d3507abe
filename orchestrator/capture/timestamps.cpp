// SPDX-License-Identifier: MIT
#include "capture/timestamps.hpp"

#include <linux/net_tstamp.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>

#include "net/link.hpp"
#include "net/namespace.hpp"
#include "net/netlink.hpp"
#include "record/address.hpp"
#include "util/error.hpp"
#include "util/fd.hpp"

namespace lab {
namespace {

// Sends datagrams to itself and looks whether they come back stamped. In a
// namespace of its own, so that no capture ever sees them.
class Probe {
 public:
  Probe() : space_(Namespace::create("timestamp probe")) {
    Netlink netlink(space_);
    set_loopback_up(netlink);
    socket_ = in(space_, [] {
      return Fd(checked(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket", "probe"));
    });
    // SO_TIMESTAMPING and not SO_TIMESTAMP: it leaves an unstamped packet unstamped.
    const int wanted = SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE;
    checked(::setsockopt(socket_.get(), SOL_SOCKET, SO_TIMESTAMPING, &wanted, sizeof wanted),
            "setsockopt", "SO_TIMESTAMPING");
    sockaddr_storage address;
    socklen_t length = Endpoint{Address::loopback(Family::inet), 0}.to_sockaddr(address);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    checked(::bind(socket_.get(), generic, length), "bind", "probe");
    checked(::getsockname(socket_.get(), generic, &length), "getsockname", "probe");
    checked(::connect(socket_.get(), generic, length), "connect", "probe");
  }

  bool comes_back_stamped() {
    char byte = 0;
    checked(::send(socket_.get(), &byte, 1, 0), "send", "probe");
    iovec data{&byte, 1};
    alignas(cmsghdr) std::array<char, 256> control;
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    checked(::recvmsg(socket_.get(), &message, 0), "recvmsg", "probe");
    for (cmsghdr* each = CMSG_FIRSTHDR(&message); each; each = CMSG_NXTHDR(&message, each))
      if (each->cmsg_level == SOL_SOCKET && each->cmsg_type == SO_TIMESTAMPING) return true;
    return false;
  }

 private:
  Namespace space_;
  Fd socket_;
};

Probe& probe() {
  static Probe only;
  return only;
}

}  // namespace

void request_timestamps() { probe(); }

void await_timestamps(const Deadline& deadline) {
  static bool stamped = false;
  while (!stamped) {
    stamped = probe().comes_back_stamped();
    if (stamped) return;
    if (deadline.passed())
      throw EnvironmentError("the kernel does not stamp packets (SO_TIMESTAMPING)");
    // Leaves the CPU to the worker that is waited for; asks again in a millisecond.
    ::poll(nullptr, 0, 1);
  }
}

}  // namespace lab
