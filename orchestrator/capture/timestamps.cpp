// SPDX-License-Identifier: MIT
#include "capture/timestamps.hpp"

#include <linux/net_tstamp.h>
#include <poll.h>
#include <sys/socket.h>

#include <chrono>
#include <optional>

#include "capture/packet_socket.hpp"
#include "net/link.hpp"
#include "net/namespace.hpp"
#include "net/netlink.hpp"
#include "net/socket.hpp"
#include "util/error.hpp"
#include "util/fd.hpp"

namespace lab {
namespace {

// Sends over a loopback of its own, which no capture of the lab sees.
class Probe {
 public:
  Probe() : space_(Namespace::create("timestamp probe")) {
    set_loopback_up(netlink_);
    wish_ = in(space_, [] {
      return Fd(checked(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket", "probe"));
    });
    const int wanted = SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE;
    checked(::setsockopt(wish_.get(), SOL_SOCKET, SO_TIMESTAMPING, &wanted, sizeof wanted),
            "setsockopt", "SO_TIMESTAMPING");
  }

  // A SYN, which has TCP's departure time, and the RST that answers it, which has
  // not; each once outgoing and once incoming.
  bool all_are_stamped(PacketSocket& packets) const {
    constexpr std::uint16_t nobody = 9;  // no socket is in this namespace to hear it
    TcpSocket caller = TcpSocket::create(space_, Family::inet);
    const Deadline deadline(std::chrono::seconds(1));
    (void)caller.connect({Address::loopback(Family::inet), nobody});
    (void)caller.await_connected(deadline);
    int stamped = 0;
    while (const auto frame = packets.receive())
      if (frame->stamp) ++stamped;
    return stamped == 4;
  }

  PacketSocket listen() const { return PacketSocket(space_, "lo"); }

 private:
  Namespace space_;
  Netlink netlink_{space_};
  Fd wish_;  // keeps stamping on while it is open
};

Probe& probe() {
  static Probe only;
  return only;
}

}  // namespace

void request_timestamps() { probe(); }

void await_timestamps(const Deadline& deadline) {
  static bool proven = false;
  if (proven) return;
  // Closed without a thread: this process may be about to fork. Else it stays open.
  static std::optional<PacketSocket> packets;
  if (!packets) packets.emplace(probe().listen());
  while (!probe().all_are_stamped(*packets)) {
    if (deadline.passed())
      throw EnvironmentError("the kernel does not timestamp packets (SO_TIMESTAMPING)");
    // Leaves the CPU to the worker that we wait for; asks again in a millisecond.
    ::poll(nullptr, 0, 1);
  }
  proven = true;
  if (packets->close_by_the_kernel()) packets.reset();
}

}  // namespace lab
