// SPDX-License-Identifier: MIT
#include "tables/drawing.hpp"

#include <fmt/format.h>

#include <map>
#include <string>
#include <vector>

#include "draw/page.hpp"
#include "record/kernel_function.hpp"
#include "record/owner_names.hpp"
#include "tcp_lookup/contract.h"

namespace lab::tables {
namespace {

using draw::Ink;
using draw::Line;
using draw::Page;

// Columns of the drawing: the branch, the step, its bucket, how far it walked, what came out.
constexpr std::size_t branch_at = 2, name_at = 5, bucket_at = 22, walked_at = 36, result_at = 48;

// The kernel function that takes the step.
std::string function_of(const LookupStep& step, Family family) {
  if (step.step == LookupStepName::ehash)
    return fmt::format("{}()", kernel_name(KernelFunction::established4, family));
  if (step.step == LookupStepName::exact || step.step == LookupStepName::wildcard)
    return fmt::format("{}()", kernel_name(KernelFunction::lhash4, family));
  return "not used by the receive path";
}

// What the step's outcome means.
std::string meaning_of(const LookupStep& step, const Tuple& tuple) {
  if (step.result == LookupResult::skipped)
    return "an earlier step hit: the kernel does not get here";
  const Endpoint& destination = tuple.destination;
  if (step.result == LookupResult::cut)
    return fmt::format("only connections among the first {} sockets on port {}, which has more",
                       step.walked.value_or(0), destination.port);
  if (step.step == LookupStepName::ehash) return "no connection has this 4-tuple";
  if (step.step == LookupStepName::exact)
    return fmt::format("nobody listens on {}", destination.str());
  if (step.step == LookupStepName::wildcard)
    return fmt::format(
        "nobody listens on {}",
        Endpoint{Address::any(destination.address.family()), destination.port}.str());
  return fmt::format("nobody holds port {} at {}", destination.port, destination.address.str());
}

// Who has the port at another address.
void draw_elsewhere(const LookupAnswer& answer, const Lookups& lookups, Page& page) {
  constexpr std::size_t most = 3;
  std::vector<std::string> others;
  for (const Row& row : lookups.elsewhere)
    if (row.local.port == answer.tuple.destination.port)
      others.push_back(fmt::format("{}, {}", describe(row), holder_of(row, lookups.processes)));
  if (others.size() > most) {
    const std::size_t more = others.size() - most;
    others.resize(most);
    others.push_back(fmt::format("{} more", more));
  }
  for (const std::string& each : others) {
    Line line;
    line.to(branch_at).add(page.glyphs().vertical, Ink::faint).to(name_at);
    line.add(fmt::format("elsewhere: {}", each)).print(page);
  }
}

std::string verdict_in_words(LookupVerdict verdict) {
  static const std::map<LookupVerdict, std::string_view> meanings{
      {LookupVerdict::rst, "no socket takes the SYN: it is answered with RST"},
      {LookupVerdict::conn_request, "a listener takes the SYN, and answers with SYN-ACK"},
      {LookupVerdict::request,
       "an earlier SYN was answered and the ACK has not come: a repeated SYN gets the SYN-ACK "
       "again, a different one an ACK"},
      {LookupVerdict::simultaneous_open,
       "the socket is connecting itself: simultaneous open, answered with SYN-ACK"},
      {LookupVerdict::challenge_ack,
       "a connection with this 4-tuple exists: challenge ACK (RFC 5961, section 4)"},
      {LookupVerdict::time_wait,
       "a TIME-WAIT socket has this 4-tuple: a SYN that looks newer may open a new connection, "
       "any other gets an ACK"}};
  const auto found = meanings.find(verdict);
  return found == meanings.end() ? "" : std::string(found->second);
}

std::string caveat_in_words(std::string_view caveat) {
  static const std::map<std::string_view, std::string_view> meanings{
      {TCP_LOOKUP_CAVEAT_SK_LOOKUP, "a BPF program (sk_lookup) may choose another socket"},
      {TCP_LOOKUP_CAVEAT_REUSEPORT, "a BPF program chooses within the SO_REUSEPORT group"},
      {TCP_LOOKUP_CAVEAT_INCOMING_CPU,
       "SO_INCOMING_CPU decides between listeners, by the CPU that the segment arrives on"},
      {TCP_LOOKUP_CAVEAT_NO_DEVICE,
       "no --device was given, so a socket that is bound to a device was skipped"}};
  const auto found = meanings.find(caveat);
  return std::string(found == meanings.end() ? caveat : found->second);
}

Ink ink_of(const LookupStep& step) {
  if (step.result == LookupResult::hit) return Ink::good;
  return step.result == LookupResult::skipped ? Ink::faint : Ink::plain;
}

void draw_step(const LookupStep& step, const LookupAnswer& answer, const Lookups& lookups,
               Page& page) {
  const auto& glyphs = page.glyphs();
  Line line;
  line.to(branch_at)
      .add(fmt::format("{}{}", glyphs.tee_right, glyphs.horizontal), Ink::faint)
      .to(name_at)
      .add(to_string(step.step), Ink::strong);
  if (step.bucket) line.to(bucket_at).add(fmt::format("bucket {}", *step.bucket), Ink::faint);
  if (step.walked) line.to(walked_at).add(fmt::format("walked {}", *step.walked), Ink::faint);
  line.to(step.bucket || step.walked ? result_at : bucket_at)
      .add(to_string(step.result), ink_of(step));
  if (step.score) line.add(fmt::format(", score {}", *step.score));
  line.print(page);

  Line below;
  below.to(branch_at).add(glyphs.vertical, Ink::faint).to(name_at);
  // The socket of a cut step is any of the connections, not the one that was looked for.
  if (step.socket && step.result != LookupResult::cut) {
    below.add(fmt::format("{}{} ", glyphs.horizontal, glyphs.right), ink_of(step))
        .add(fmt::format("{}, {}", describe(*step.socket),
                         holder_of(*step.socket, lookups.processes)));
  } else {
    below.add(meaning_of(step, answer.tuple));
  }
  if (step.result != LookupResult::skipped)
    below.add(fmt::format(" {} {}", glyphs.dot,
                          function_of(step, answer.tuple.destination.address.family())),
              Ink::faint);
  below.print(page);
  if (step.step == LookupStepName::bind && step.result == LookupResult::miss)
    draw_elsewhere(answer, lookups, page);
}

void draw_verdict(const LookupAnswer& answer, const Lookups& lookups, Page& page) {
  const auto& glyphs = page.glyphs();
  Line line;
  line.to(branch_at)
      .add(fmt::format("{}{}{} ", glyphs.bottom_left, glyphs.horizontal, glyphs.right), Ink::faint)
      .add(to_string(answer.verdict), is_success(answer) ? Ink::good : Ink::bad)
      .add(fmt::format(" {} {}()", glyphs.dot, answer.handler));
  if (!lookups.inferred)
    line.add(fmt::format(" {} {}", glyphs.dot,
                         answer.agrees ? "the kernel's own lookup agrees"
                                       : "the kernel's own lookup found another socket"),
             answer.agrees ? Ink::faint : Ink::doubtful);
  line.print(page);
  draw::print_hanging(page, 6, "", 6, verdict_in_words(answer.verdict));
  std::string_view rest = answer.caveat;
  while (!rest.empty()) {
    const std::size_t comma = rest.find(',');
    draw::print_hanging(page, 6, "but", 10, caveat_in_words(rest.substr(0, comma)), Ink::doubtful);
    rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
  }
}

}  // namespace

void print_text(const Lookups& lookups, std::ostream& out, const draw::Style& style) {
  Page page(out, style);
  bool first = true;
  for (const LookupAnswer& answer : lookups.answers) {
    if (!first) page.blank();
    first = false;
    Line head;
    head.add(fmt::format("SYN {}", answer.tuple.source.str()), Ink::strong)
        .add(fmt::format(" > {}", answer.tuple.destination.str()), Ink::strong);
    if (!answer.tuple.device.empty())
      head.add(fmt::format(", coming in on {}", answer.tuple.device));
    head.print(page);
    for (const LookupStep& step : answer.steps)
      if (step.step != LookupStepName::verdict) draw_step(step, answer, lookups, page);
    draw_verdict(answer, lookups, page);
  }
  if (!lookups.not_observed.empty()) {
    page.heading("Not observed");
    for (const std::string& each : lookups.not_observed)
      draw::print_hanging(page, 2, page.glyphs().not_observed, 4, each);
  }
  out.flush();
}

}  // namespace lab::tables
