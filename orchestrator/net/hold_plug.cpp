// SPDX-License-Identifier: MIT
//
// Holding by sch_plug (net/sched/sch_plug.c), the qdisc made for it. It counts
// epochs: BUFFER ends one and begins the next; RELEASE_ONE sends the packets of
// the ended one; RELEASE_INDEFINITE sends all and stops holding.
#include <linux/pkt_sched.h>
#include <netlink/route/qdisc.h>
#include <netlink/route/qdisc/plug.h>
#include <netlink/route/tc.h>

#include <cerrno>
#include <memory>

#include "net/hold.hpp"
#include "net/impairment.hpp"
#include "util/error.hpp"

namespace lab {
namespace {

using Qdisc = std::unique_ptr<rtnl_qdisc, Release<rtnl_qdisc_put>>;

using Cache = std::unique_ptr<nl_cache, Release<nl_cache_free>>;

class PlugHold : public Hold {
 public:
  explicit PlugHold(HeldLink link) : link_(std::move(link)) {}

  std::string_view mechanism() const override { return "sch_plug"; }

  std::optional<std::size_t> held() override {
    nl_cache* filled = nullptr;
    check(rtnl_qdisc_alloc_cache(link_.netlink.get(), &filled), "rtnl_qdisc_alloc_cache");
    const Cache cache(filled);
    const Qdisc qdisc(rtnl_qdisc_get(cache.get(), link_.end.index, handle));
    if (!qdisc) throw SystemError("rtnl_qdisc_get", "plug on " + link_.end.name, ENOENT);
    return rtnl_tc_get_stat(TC_CAST(qdisc.get()), RTNL_TC_QLEN);
  }

  // 0, or the errno with which the kernel refused the qdisc.
  int install() {
    const Qdisc qdisc = plug();
    // In bytes. There is no default: unset it would be 0 and drop everything. Far
    // above what a socket's send buffer holds.
    constexpr int limit = 64 << 20;
    rtnl_qdisc_plug_set_limit(qdisc.get(), limit);
    return link_.netlink.error_of(
        rtnl_qdisc_add(link_.netlink.get(), qdisc.get(), NLM_F_CREATE | NLM_F_REPLACE));
  }

  // A new plug is closed (plug_init), and so is this one until hold() is called.
  void open() { command(rtnl_qdisc_plug_release_indefinite); }

 protected:
  void do_hold() override { command(rtnl_qdisc_plug_buffer); }
  void do_mark() override { command(rtnl_qdisc_plug_buffer); }
  void do_release_marked() override { command(rtnl_qdisc_plug_release_one); }
  void do_release_all() override { open(); }

 private:
  static constexpr std::uint32_t handle = TC_HANDLE(1, 0);

  Qdisc plug() const {
    Qdisc qdisc(allocated(rtnl_qdisc_alloc()));
    rtnl_tc* tc = TC_CAST(qdisc.get());
    rtnl_tc_set_ifindex(tc, link_.end.index);
    rtnl_tc_set_parent(tc, link_.impaired ? impairment_class : TC_H_ROOT);
    rtnl_tc_set_handle(tc, handle);
    rtnl_tc_set_kind(tc, "plug");
    return qdisc;
  }

  void command(int (*choose)(rtnl_qdisc*)) {
    const Qdisc qdisc = plug();
    choose(qdisc.get());
    check(rtnl_qdisc_add(link_.netlink.get(), qdisc.get(), 0), "rtnl_qdisc_add");
  }

  void check(int result, std::string_view call) {
    link_.netlink.check(result, call, "plug on " + link_.end.name);
  }

  HeldLink link_;
};

}  // namespace

std::unique_ptr<Hold> make_plug_hold(HeldLink link) {
  auto hold = std::make_unique<PlugHold>(link);
  const int error = hold->install();
  if (error == ENOENT) return nullptr;  // qdisc_create(): "Specified qdisc kind is unknown"
  if (error != 0) throw SystemError("rtnl_qdisc_add", "plug on " + link.end.name, error);
  hold->open();
  return hold;
}

}  // namespace lab
