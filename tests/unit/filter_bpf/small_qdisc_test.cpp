// SPDX-License-Identifier: MIT
//
// Queueing disciplines that are too small for any segment, by their options.
#include "filter_bpf/small_qdisc.hpp"

#include <gmock/gmock.h>
#include <linux/pkt_sched.h>
#include <netlink/attr.h>

#include <cstdint>
#include <functional>

#include "net/netlink_message.hpp"

namespace lab::filter {
namespace {

// TCA_OPTIONS with these attributes in it.
std::string with_attributes(const char* kind, const std::function<void(nl_msg*)>& add) {
  const NlMessage message(allocated(nlmsg_alloc_simple(RTM_NEWQDISC, 0)));
  nlattr* options = nla_nest_start(message.get(), TCA_OPTIONS);
  add(message.get());
  nla_nest_end(message.get(), options);
  return too_small(kind, options);
}

// TCA_OPTIONS that are a structure.
template <typename Options>
std::string with(const char* kind, const Options& options) {
  const NlMessage message(allocated(nlmsg_alloc_simple(RTM_NEWQDISC, 0)));
  nla_put(message.get(), TCA_OPTIONS, sizeof options, &options);
  return too_small(kind, nlmsg_attrdata(nlmsg_hdr(message.get()), 0));
}

TEST(SmallQdisc, AFifoThatTakesNothing) {
  EXPECT_EQ(with("pfifo", tc_fifo_qopt{0}), "limit 0");
  EXPECT_EQ(with("pfifo", tc_fifo_qopt{1}), "");
  EXPECT_EQ(with("pfifo_head_drop", tc_fifo_qopt{0}), "limit 0");
  EXPECT_EQ(with("bfifo", tc_fifo_qopt{100}), "limit 100 bytes");
  EXPECT_EQ(with("bfifo", tc_fifo_qopt{15000}), "");
  EXPECT_EQ(too_small("pfifo", nullptr), "");
}

std::string tbf(std::uint32_t rate, std::uint32_t ticks, std::uint32_t limit,
                std::uint64_t rate64 = 0, std::uint32_t peak = 0, std::uint32_t mtu = 0) {
  return with_attributes("tbf", [&](nl_msg* message) {
    tc_tbf_qopt parameters{};
    parameters.rate.rate = rate;
    parameters.buffer = ticks;
    parameters.limit = limit;
    parameters.peakrate.rate = peak;
    parameters.mtu = mtu;
    nla_put(message, TCA_TBF_PARMS, sizeof parameters, &parameters);
    if (rate64 != 0) nla_put_u64(message, TCA_TBF_RATE64, rate64);
  });
}

// As the kernel lists "tbf rate 1mbit burst 40" and "burst 1540": 125,000 bytes take a second.
TEST(SmallQdisc, ATokenBucketThatNoSegmentFits) {
  EXPECT_EQ(tbf(125000, 5000, 10000), "burst 40 bytes");
  EXPECT_EQ(tbf(125000, 192500, 10000), "");
  EXPECT_EQ(tbf(125000, 192500, 50), "limit 50 bytes");
  EXPECT_EQ(tbf(~0U, 10, 10000, 10'000'000'000), "") << "6400 bytes";
  EXPECT_EQ(tbf(125000, 192500, 10000, 0, 250000, 2500), "mtu 40 bytes");
}

TEST(SmallQdisc, AQueueOfNoPackets) {
  const auto limited = [](const char* kind, int attribute, std::uint32_t limit) {
    return with_attributes(kind, [&](nl_msg* message) { nla_put_u32(message, attribute, limit); });
  };
  EXPECT_EQ(limited("fq_codel", TCA_FQ_CODEL_LIMIT, 0), "limit 0");
  EXPECT_EQ(limited("fq_codel", TCA_FQ_CODEL_LIMIT, 10240), "");
  EXPECT_EQ(limited("fq_codel", TCA_FQ_CODEL_TARGET, 0), "");
  EXPECT_EQ(limited("fq", TCA_FQ_PLIMIT, 0), "limit 0");
  EXPECT_EQ(limited("fq", TCA_FQ_FLOW_PLIMIT, 0), "limit 0");
  EXPECT_EQ(limited("htb", 1, 0), "") << "another kind";
}

TEST(SmallQdisc, AnHfscWithoutADefaultClass) {
  EXPECT_EQ(with("hfsc", tc_hfsc_qopt{0}), "no default class");
  EXPECT_EQ(with("hfsc", tc_hfsc_qopt{0x10}), "");
}

}  // namespace
}  // namespace lab::filter
