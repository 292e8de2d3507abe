// SPDX-License-Identifier: MIT
#include "explain/text.hpp"

#include <fmt/format.h>

#include <cerrno>

#include "record/owner_names.hpp"
#include "draw/page.hpp"
#include "record/path_words.hpp"
#include "util/error.hpp"

namespace lab::explain {
namespace {

using draw::Ink;
using draw::Line;
using draw::Page;
using draw::print_hanging;

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
  Line()
      .add(fmt::format("SYN {}", question.source ? question.source->str() : "?"), Ink::strong)
      .add(fmt::format("{}, in {}", rest, netns_of(question)))
      .print(page);

  std::vector<std::string> assumed;
  if (question.source && question.source_is_assumed)
    assumed.push_back(fmt::format(
        "the source address {} ({})", question.source->address.str(),
        facts.arrival.local_sender ? "what a connect() from here uses" : "a neighbour"));
  if (question.source && question.port_is_assumed)
    assumed.push_back(
        fmt::format("the source port {} (ephemeral, in use by nobody)", question.source->port));
  if (facts.arrival.device_is_assumed && !facts.arrival.local_sender)
    assumed.push_back(
        fmt::format("the interface {} (the way back to the source)", facts.arrival.device));
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
    print_hanging(page, 2, page.glyphs().right, 4, conclusion.remedy, Ink::accent);
}

void print_findings(std::string_view title, std::string_view mark,
                    const std::vector<Finding>& findings, Page& page) {
  if (findings.empty()) return;
  page.heading(title);
  for (const Finding& finding : findings) print_hanging(page, 2, mark, 4, finding.text);
}

}  // namespace

void print_probe(const Probe& probe, const Probed& probed, std::ostream& out,
                 const draw::Style& style) {
  Page page(out, style);
  page.heading("Probe",
               fmt::format("a real SYN for {}, sent from {}", probe.destination.str(), probe.from));
  for (const ProbedSegment& segment : segments_of(probe)) {
    print_hanging(page, 2, "", 2, segment.what, Ink::strong);
    for (const TraceEvent* event : segment.events)
      print_hanging(page, 4, event->host == Probe::sender ? "sender" : "",
                    event->host == Probe::sender ? 11 : 4, event_in_words({}, *event));
  }
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
  if (probed.as_predicted) conclusion.remedy.clear();  // it was given above
  print_conclusion(conclusion, probed.as_predicted ? ", as predicted" : ", which was not predicted",
                   page);
  print_findings("Not observed by the probe", page.glyphs().not_observed, probed.not_observed,
                 page);
  out.flush();
}

void print_text(const Facts& facts, const Diagnosis& diagnosis, std::ostream& out,
                const draw::Style& style) {
  Page page(out, style);
  print_question(facts, page);
  page.blank();
  print_steps(diagnosis, page);
  print_conclusion(diagnosis.conclusion, "", page);
  print_findings("Besides", page.glyphs().dot, diagnosis.findings, page);
  print_findings("Not observed", page.glyphs().not_observed, diagnosis.not_observed, page);
  out.flush();
}

}  // namespace lab::explain
