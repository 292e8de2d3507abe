// SPDX-License-Identifier: MIT
#include "explain_output/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "draw/page.hpp"
#include "draw/text.hpp"
#include "explain_probe/by_rule.hpp"
#include "record/owner_names.hpp"
#include "record/path_words.hpp"
#include "util/error.hpp"

namespace lab::explain_output {
namespace {

using draw::Ink;
using draw::Line;
using draw::Page;
using draw::print_hanging;
using explain::Answer;
using explain::Conclusion;
using explain::Diagnosis;
using explain::Finding;
using explain::in_words;
using explain::is_success;
using explain::Probed;
using explain::Step;
using explain::Unseen;

// What is read, and sent on by mail, is no wider than this.
draw::Style narrow(draw::Style style) {
  constexpr int most = 80;
  style.width = std::min(style.width, most);
  return style;
}

std::string headline(Answer answer) {
  switch (answer) {
    case Answer::syn_ack:
      return "ANSWERED";
    case Answer::simultaneous_open:
      return "ANSWERED";
    case Answer::rst:
      return "REFUSED";
    case Answer::ack:
      return "NOT ACCEPTED";
    case Answer::nothing:
      return "DROPPED";
    case Answer::icmp:
      return "REFUSED BY ICMP";
    case Answer::not_sent:
      return "NOT SENT";
    case Answer::elsewhere:
      return "NOT HERE";
  }
  return "?";
}

// "SYN 10.0.0.1:40000 > 10.0.0.2:8888, coming in on eth0, in network namespace web"
void print_question(const Facts& facts, Page& page) {
  const Question& question = facts.question;
  std::string rest = fmt::format(" > {}", question.destination.str());
  if (!facts.arrival.device.empty()) rest += fmt::format(", coming in on {}", facts.arrival.device);
  if (!facts.arrival.vrf.empty()) rest += fmt::format(" (VRF {})", facts.arrival.vrf);
  const std::string syn = fmt::format("SYN {}", question.source ? question.source->str() : "?");
  rest += fmt::format(", in {}", netns_of(question));
  if (draw::columns(syn) + draw::columns(rest) <= page.width())
    Line().add(syn, Ink::strong).add(rest).print(page);
  else  // the addresses of IPv6 are long
    draw::print_wrapped(page, syn + rest, Ink::strong);

  std::vector<std::string> assumed;
  if (question.source && question.source_is_assumed)
    assumed.push_back(fmt::format(
        "the source address {} ({})", question.source->address.str(),
        facts.arrival.local_sender ? "what a connect() from here uses" : "a neighbour"));
  if (question.source && question.port_is_assumed && question.source->port != 0)
    assumed.push_back(fmt::format("the source port {} (ephemeral, one that connect() finds)",
                                  question.source->port));
  if (facts.arrival.device_is_assumed && !facts.arrival.local_sender)
    assumed.push_back(
        fmt::format("the interface {} (by which the answer leaves)", facts.arrival.device));
  if (!assumed.empty())
    print_hanging(page, 2, "assumed", 11, fmt::format("{}", fmt::join(assumed, ", ")), Ink::faint);
  for (const std::string& remark : question.remarks)
    print_hanging(page, 2, "note", 11, remark, Ink::faint);
}

void print_steps(const Diagnosis& diagnosis, Page& page) {
  constexpr std::size_t name_at = 6, text_at = 23;
  int number = 0;
  for (const Step& step : diagnosis.steps) {
    std::string text = step.text;
    if (!step.function.empty()) text += fmt::format(" {} {}()", page.glyphs().dot, step.function);
    bool first = true;
    for (const std::string& part : draw::wrapped(text, page.width() - text_at)) {
      Line line;
      if (first)
        line.to(2).add(fmt::format("{:2}", ++number), Ink::faint).to(name_at).add(step.name);
      line.to(text_at).add(part).print(page);
      first = false;
    }
  }
}

void print_commands(const std::vector<std::string>& commands, Page& page) {
  for (const std::string& command : commands)
    Line().to(4).add(command, Ink::accent).print(page);  // on one line, to be copied
}

void print_conclusion(const Conclusion& conclusion, std::string_view remark, Page& page) {
  const Ink ink = is_success(conclusion.answer)            ? Ink::good
                  : conclusion.answer == Answer::elsewhere ? Ink::doubtful
                                                           : Ink::bad;
  page.blank();
  Line()
      .add(headline(conclusion.answer), ink)
      .add(fmt::format(" {} ", page.glyphs().dot))
      .add(conclusion.cause, Ink::strong)
      .add(remark)
      .print(page);
  print_hanging(page, 2, "", 2, conclusion.summary + ".", Ink::plain);
  if (!conclusion.remedy.empty())
    print_hanging(page, 2, page.glyphs().right, 4,
                  conclusion.remedy + (conclusion.commands.empty() ? "" : ":"), Ink::accent);
  print_commands(conclusion.commands, page);
}

void print_findings(std::string_view title, const std::vector<Finding>& findings, Page& page) {
  if (findings.empty()) return;
  page.heading(title);
  for (const Finding& finding : findings) {
    print_hanging(page, 2, page.glyphs().dot, 4,
                  finding.text + (finding.commands.empty() ? "" : ":"));
    print_commands(finding.commands, page);
  }
}

void print_unseen(std::string_view title, bool decides, const std::vector<Unseen>& all,
                  Page& page) {
  if (std::ranges::none_of(all, [&](const Unseen& each) { return each.decides == decides; }))
    return;
  page.heading(title);
  for (const Unseen& each : all)
    if (each.decides == decides) print_hanging(page, 2, page.glyphs().not_observed, 4, each.text);
}

std::string_view confidence(bool certain) { return certain ? ", certain" : ", uncertain"; }

void print_not_observed(const std::vector<Unseen>& all, Page& page) {
  print_unseen("Not observed, and could change the verdict", true, all, page);
  print_unseen("Not observed", false, all, page);
}

// The rules that decided, and not those that only led to them; each once, as SYNs are sent again.
void print_rules(const Probe& probe, Page& page) {
  constexpr int name_at = 2, text_at = 13;
  std::set<std::string> printed;
  for (const TracedRule& rule : probe.rules) {
    const bool decides = rule.handle != 0 && (rule.verdict == "accept" || rule.verdict == "queue" ||
                                              rule.verdict == "stolen");
    if (rule.own || (!decides && !rule.drops())) continue;
    const std::string text =
        fmt::format("{}: {} ({})", in_words(rule, probe), rule.verdict, rule.what());
    if (printed.insert(text).second) print_hanging(page, name_at, "rule", text_at, text);
  }
  for (const Translation& each : probe.translations)
    print_hanging(
        page, name_at, "sent on", text_at,
        fmt::format("by {} in {}: {} > {} is {} > {}", each.by, each.name, each.source.str(),
                    each.destination.str(), each.new_source.str(), each.new_destination.str()));
}

}  // namespace

void print_probe(const Probe& probe, const Probed& probed, std::ostream& out,
                 const draw::Style& style) {
  Page page(out, narrow(style));
  page.heading("Probe");
  print_hanging(page, 2, "", 2,
                fmt::format("a real SYN for {}, sent from {}", probe.destination.str(), probe.from),
                Ink::faint);
  for (const ProbedSegment& segment : segments_of(probe)) {
    print_hanging(page, 2, "", 2, segment.what, Ink::strong);
    for (const TraceEvent* event : segment.events)
      print_hanging(page, 4, event->host == Probe::sender ? "sender" : "",
                    event->host == Probe::sender ? 11 : 4, event_in_words({}, *event));
  }
  print_rules(probe, page);
  print_hanging(page, 2, "connect()", 13,
                fmt::format("{} after {} ms{}",
                            probe.error == 0             ? "connected"
                            : probe.error == EINPROGRESS ? "no answer"
                                                         : errno_name(probe.error),
                            probe.waited.count(),
                            probe.retransmissions ? fmt::format(", the SYN was sent {} times",
                                                                probe.retransmissions + 1)
                                                  : ""));
  Conclusion conclusion = probed.conclusion;
  if (probed.is_the_predicted) {  // its remedy was given above
    conclusion.remedy.clear();
    conclusion.commands.clear();
  }
  print_conclusion(
      conclusion,
      fmt::format("{}{}", probed.as_predicted ? ", as predicted" : ", not as predicted",
                  confidence(probed.certain())),
      page);
  print_not_observed(probed.not_observed, page);
  out.flush();
}

void print_text(const Facts& facts, const Diagnosis& diagnosis, std::ostream& out,
                const draw::Style& style, bool probe_follows) {
  Page page(out, narrow(style));
  print_question(facts, page);
  page.blank();
  print_steps(diagnosis, page);
  // The probe's verdict has its own confidence, and it is the one that counts.
  print_conclusion(diagnosis.conclusion,
                   probe_follows ? ", predicted" : confidence(diagnosis.certain()), page);
  print_findings("Besides", diagnosis.findings, page);
  if (!probe_follows) print_not_observed(diagnosis.not_observed, page);
  out.flush();
}

}  // namespace lab::explain_output
