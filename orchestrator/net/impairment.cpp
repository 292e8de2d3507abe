// SPDX-License-Identifier: MIT
#include "net/impairment.hpp"

#include <linux/pkt_sched.h>
#include <netlink/route/qdisc.h>
#include <netlink/route/qdisc/netem.h>
#include <netlink/route/tc.h>

#include <cerrno>
#include <cstdint>
#include <limits>
#include <memory>

#include "util/error.hpp"

namespace lab {
namespace {

using Qdisc = std::unique_ptr<rtnl_qdisc, Release<rtnl_qdisc_put>>;

// netem takes a probability as a fraction of 2^32 - 1.
int probability(int per_cent) {
  constexpr std::uint64_t certain = std::numeric_limits<std::uint32_t>::max();
  return static_cast<int>(
      static_cast<std::uint32_t>(certain * static_cast<std::uint64_t>(per_cent) / 100));
}

}  // namespace

bool impair(Netlink& netlink, const LinkEnd& end, const Impairment& impairment) {
  const Qdisc qdisc(allocated(rtnl_qdisc_alloc()));
  rtnl_tc* tc = TC_CAST(qdisc.get());
  rtnl_tc_set_ifindex(tc, end.index);
  rtnl_tc_set_parent(tc, TC_H_ROOT);
  rtnl_tc_set_handle(tc, TC_H_MAJ(impairment_class));
  netlink.check(rtnl_tc_set_kind(tc, "netem"), "rtnl_tc_set_kind", "netem on " + end.name);
  // Packets that it has room for: it must lose packets only at random.
  constexpr int limit = 1 << 20;
  rtnl_netem_set_limit(qdisc.get(), limit);
  rtnl_netem_set_delay(qdisc.get(),
                       static_cast<int>(std::chrono::microseconds(impairment.delay).count()));
  rtnl_netem_set_loss(qdisc.get(), probability(impairment.loss));
  const int error =
      netlink.error_of(rtnl_qdisc_add(netlink.get(), qdisc.get(), NLM_F_CREATE | NLM_F_REPLACE));
  if (error == ENOENT) return false;  // qdisc_create(): "Specified qdisc kind is unknown"
  if (error != 0) throw SystemError("rtnl_qdisc_add", "netem on " + end.name, error);
  return true;
}

}  // namespace lab
