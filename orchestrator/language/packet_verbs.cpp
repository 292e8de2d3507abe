// SPDX-License-Identifier: MIT
//
// The verbs that act on single packets or read values from them.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "language/parse_parts.hpp"
#include "language/types.hpp"
#include "language/verbs.hpp"

namespace lab::language {

using scenario::Drop;
using scenario::icmp_errors;
using scenario::Inject;
using scenario::Let;
using scenario::PacketSteps;

namespace {

constexpr std::int64_t most_payload = 65535;  // bytes of one IP packet

Type<std::string> icmp_error() {
  auto type = choice("ICMP error", icmp_errors());
  type.words += ", or `type 3 code 9`";
  type.schema = []() -> nlohmann::json {
    return {{"anyOf",
             {{{"enum", icmp_errors()}},
              {{"type", "string"}, {"pattern", "^type [0-9]+ code [0-9]+$|\\$\\{"}}}}};
  };
  type.read = [](const YamlNode& node, std::string_view what, Names&) {
    return require_icmp(yaml::text_of(node, what), node.at);
  };
  return type;
}

// What an ICMP error says besides its code.
void read_quoted(Inject& inject, const Fields& fields, Names& names) {
  const YamlNode* relative = fields.find("seq");
  const YamlNode* raw = fields.find("rawseq");
  if (relative && raw) throw Problem(raw->at, "seq and rawseq are the same number; keep one");
  const YamlNode* number = relative ? relative : raw;
  for (const YamlNode* each : {number, fields.find("mtu")})
    if (each && inject.icmp.empty())
      throw Problem(each->at,
                    "seq, rawseq and mtu are of an ICMP error; write icmp: and about:, "
                    "or the numbers in segment:");
  if (const YamlNode* mtu = fields.find("mtu")) require_reports_mtu(inject.icmp, mtu->at);
  if (!number) return;
  inject.quoted = names.number(yaml::text_of(*number, "seq"), "seq", number->at);
  inject.raw_quoted = raw != nullptr;
}

}  // namespace

template <>
Verb define<Drop>() {
  constexpr std::int64_t most = 1000;
  return verb(
      MapType<Drop>("drop",
                    "Drops the next such segment that arrives at a host, before its "
                    "TCP/IP sees it. The capture at the interface still sees it.")
          .need("host", linked_host(), &Drop::host, "server", "the receiving host")
          .need("segment", path_segment(), &Drop::segment, "\"client > server S\"", "the segment")
          .may("count", integer(1, most), &Drop::count, "2", "how many of them; default: 1"),
      StepClass::acts, about_host(&Drop::host),
      [](const Drop& drop) {
        return fmt::format("drop the next {}{} at {}",
                           drop.count == 1 ? "" : fmt::format("{} of ", drop.count),
                           describe(drop.segment), drop.host);
      },
      succeeds_silently<Drop>("drop"));
}

template <>
Verb define<Inject>() {
  return verb(
      MapType<Inject>(
          "inject",
          "Sends a segment that no socket sends, or an ICMP error about a segment that was seen "
          "at the host. Numbers are relative to the initial sequence numbers seen at that host, or "
          "raw with `rawseq` and `rawack`. The lab chooses the initial sequence number of an "
          "injected SYN.")
          .need("host", linked_host(), &Inject::host, "peer", "the sender")
          .may("segment", injected_segment(), &Inject::segment,
               "\"peer:8888 > client:40000 S. seq 0 ack 1 mss 1460\"",
               "FROM > TO FLAGS, then any of seq, ack, rawseq, rawack, win, urg, AE, tos, ttl, "
               "ect0, ect1, ce, mss, wscale, sackOK, ts VALUE:ECHO and fastopen COOKIE, or all "
               "options "
               "in their order: <mss 1460,nop,wscale 7>")
          .may("data", payload(), &Inject::data, "Hello", "the data of the segment")
          .declare("bytes", false, integer(0, most_payload), "1000",
                   "instead of `data`: as many bytes, all of them `x`")
          .may("part", integer(1, most_payload), &Inject::part, "1460",
               "the segment may be longer than the MTU and arrives as one, as a device with TSO "
               "delivers several with so many bytes of data each; less than the data")
          .may("icmp", icmp_error(), &Inject::icmp, "port-unreachable",
               "instead of `segment`: an ICMP error, sent to the sender of `about`")
          .may("about", path_segment(), &Inject::about, "\"client > server S\"",
               "the segment that the ICMP error is about: the last such one seen at that host")
          .may("mtu", integer(0, UINT16_MAX), &Inject::mtu, "600",
               "in bytes, of an ICMP error that reports one (`frag-needed`); default: 1280")
          .declare("seq", false, text(), "1",
                   "the sequence number that the ICMP error quotes, relative; default: that of the "
                   "segment")
          .declare("rawseq", false, text(), "5", "the same, as on the wire")
          .may("device", text(), &Inject::device, "eth0",
               "the sending interface; default: the one towards the destination")
          .rule([](Inject& inject, const Fields& fields, Names& names) {
            if (inject.segment.has_value() == !inject.icmp.empty())
              throw Problem(fields.at(), "inject needs segment:, or icmp: and about:");
            if (!inject.icmp.empty() != inject.about.has_value())
              throw Problem(fields.at(), "an ICMP error needs a segment; write icmp: and about:");
            read_bytes(inject.data, fields, most_payload, false);
            if (!inject.data.empty() && !inject.segment)
              throw Problem(fields.at(), "data needs a segment; write segment:");
            if (inject.part > 0 && static_cast<std::size_t>(inject.part) >= inject.data.size())
              throw Problem(fields.need("part").at,
                            fmt::format("part is {}, and the segment has {} bytes of data: write a "
                                        "smaller number, or no part",
                                        inject.part, inject.data.size()));
            inject.at = fields.at();
            read_quoted(inject, fields, names);
            if (const auto* device = fields.find("device"))
              names.require_device(inject.host, *device);
          }),
      StepClass::acts, about_host(&Inject::host),
      [](const Inject& inject) {
        if (!inject.icmp.empty())
          return fmt::format("inject icmp {}{}{} about {} from {}", inject.icmp,
                             inject.mtu ? fmt::format(" mtu {}", *inject.mtu) : "",
                             inject.quoted
                                 ? fmt::format(" {} {}", inject.raw_quoted ? "rawseq" : "seq",
                                               to_string(*inject.quoted))
                                 : "",
                             describe(*inject.about), inject.host);
        return fmt::format(
            "inject {}{} from {}", describe(*inject.segment),
            inject.data.empty() ? "" : fmt::format(" with {}", in_quotes(inject.data.bytes())),
            inject.host);
      },
      succeeds_silently<Inject>("inject"));
}

template <>
Verb define<Let>() {
  const std::vector<std::string> of_socket{"local-port", "remote-port"};
  const std::vector<std::string> of_segment{"seq", "ack", "source-port", "destination-port",
                                            "tsval"};
  std::vector<std::string> all = of_socket;
  all.insert(all.end(), of_segment.begin(), of_segment.end());
  const auto is_of_socket = [of_socket](const std::string& field) {
    return std::find(of_socket.begin(), of_socket.end(), field) != of_socket.end();
  };
  return verb(
      MapType<Let>("let",
                   "Names a value that was seen, for later steps to use in places and "
                   "segments as `$NAME` or `$NAME+1`.")
          .need("name", new_name("value"), &Let::name, "port", "the name")
          .may("socket", open_socket(), &Let::socket, "cli", "take the value from this socket")
          .may("host", host(), &Let::host, "server", "or from a segment seen at this host")
          .may("segment", path_segment(), &Let::segment, "\"client > server S\"",
               "the last such segment")
          .need("field", choice("field", all), &Let::field, "local-port",
                "of a socket: `local-port` or `remote-port`; of a segment: `seq`, `ack` (as on the "
                "wire), `source-port`, `destination-port` or `tsval`")
          .rule([is_of_socket](Let& let, const Fields& fields, Names& names) {
            const bool socket = !let.socket.empty();
            if (socket == let.segment.has_value() || socket == !let.host.empty())
              throw Problem(fields.at(),
                            "let takes a value from a socket or from a segment seen at a "
                            "host; write socket:, or host: and segment:");
            if (socket != is_of_socket(let.field))
              throw Problem(fields.need("field").at,
                            fmt::format("a {} has no {}; choose one of {}",
                                        socket ? "socket" : "segment", let.field,
                                        socket ? "local-port, remote-port"
                                               : "seq, ack, source-port, destination-port, tsval"));
            names.add_value(fields.need("name"));
          }),
      StepClass::observes,
      [](const Let& let) {
        return let.socket.empty() ? StepNames{{let.host}, {}, {}} : StepNames{{}, {let.socket}, {}};
      },
      [](const Let& let) {
        return fmt::format("let ${} be the {} of {}", let.name, let.field,
                           let.segment
                               ? fmt::format("last {} at {}", describe(*let.segment), let.host)
                               : let.socket);
      },
      succeeds_silently<Let>("let"));
}

VerbGroup packet_verbs() { return group("Single packets", PacketSteps{}); }

}  // namespace lab::language
