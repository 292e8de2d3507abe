// SPDX-License-Identifier: MIT
#include "filter_bpf/small_qdisc.hpp"

#include <fmt/format.h>
#include <linux/pkt_sched.h>
#include <netlink/attr.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>

namespace lab::filter {
namespace {

// The longest frame of a SYN or an answer, and what a tunnel puts around it.
constexpr std::uint64_t longest = 256;

template <typename Options>
std::optional<Options> value_in(const nlattr* attribute) {
  if (!attribute || nla_len(attribute) < static_cast<int>(sizeof(Options))) return std::nullopt;
  Options options;
  std::memcpy(&options, nla_data(const_cast<nlattr*>(attribute)), sizeof options);
  return options;
}

std::string limit_in_bytes(std::uint64_t limit) {
  return limit < longest ? fmt::format("limit {} bytes", limit) : "";
}

// psched_ratecfg_precompute(), psched_ns_t2l(): how much it takes at once, by the time that this
// takes at its rate, in ticks of 64 ns (PSCHED_SHIFT).
std::uint64_t at_once(std::uint64_t bytes_per_second, std::uint32_t ticks) {
  constexpr double seconds_per_tick = 64e-9;
  return static_cast<std::uint64_t>(
      static_cast<double>(bytes_per_second) * ticks * seconds_per_tick + 0.5);
}

// tbf_enqueue() drops what is longer than the bucket.
std::string tbf(const nlattr* options) {
  std::array<nlattr*, TCA_TBF_MAX + 1> has{};
  nla_parse_nested(has.data(), TCA_TBF_MAX, const_cast<nlattr*>(options), nullptr);
  const auto parameters = value_in<tc_tbf_qopt>(has[TCA_TBF_PARMS]);
  if (!parameters) return "";
  const auto rate = [](const tc_ratespec& given, const nlattr* above_32_bits) {
    return value_in<std::uint64_t>(above_32_bits).value_or(given.rate);
  };
  const std::uint64_t burst =
      at_once(rate(parameters->rate, has[TCA_TBF_RATE64]), parameters->buffer);
  if (burst < longest) return fmt::format("burst {} bytes", burst);
  if (const std::uint64_t peak = rate(parameters->peakrate, has[TCA_TBF_PRATE64]); peak != 0)
    if (const std::uint64_t mtu = at_once(peak, parameters->mtu); mtu < longest)
      return fmt::format("mtu {} bytes", mtu);
  return limit_in_bytes(parameters->limit);
}

struct InPackets {
  std::string_view kind;
  int attribute;  // of its limit
};
// sch_codel.c, sch_fq_codel.c, sch_fq.c, sch_pie.c, sch_fq_pie.c
constexpr std::array<InPackets, 6> in_packets{{{"codel", TCA_CODEL_LIMIT},
                                               {"fq_codel", TCA_FQ_CODEL_LIMIT},
                                               {"fq", TCA_FQ_PLIMIT},
                                               {"fq", TCA_FQ_FLOW_PLIMIT},
                                               {"pie", TCA_PIE_LIMIT},
                                               {"fq_pie", TCA_FQ_PIE_LIMIT}}};

}  // namespace

std::string too_small(std::string_view kind, const nlattr* options) {
  if (!options) return "";
  constexpr const char* no_packet = "limit 0";
  if (kind == "tbf") return tbf(options);
  if (kind == "pfifo" || kind == "pfifo_head_drop" || kind == "bfifo") {
    const auto fifo = value_in<tc_fifo_qopt>(options);
    if (!fifo) return "";
    if (kind == "bfifo") return limit_in_bytes(fifo->limit);
    return fifo->limit == 0 ? no_packet : "";
  }
  if (kind == "hfsc") {
    // hfsc_classify(): what no filter puts into a class is dropped then.
    const auto hfsc = value_in<tc_hfsc_qopt>(options);
    return hfsc && hfsc->defcls == 0 ? "no default class" : "";
  }
  const auto* first = static_cast<const nlattr*>(nla_data(const_cast<nlattr*>(options)));
  for (const InPackets& each : in_packets) {
    if (each.kind != kind) continue;
    const auto limit = value_in<std::uint32_t>(nla_find(first, nla_len(options), each.attribute));
    if (limit == 0U) return no_packet;
  }
  return "";
}

}  // namespace lab::filter
