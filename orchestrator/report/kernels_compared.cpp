// SPDX-License-Identifier: MIT
#include "report/kernels_compared.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "draw/page.hpp"
#include "record/kernel_function.hpp"

namespace lab::report {
namespace {

using draw::Ink;
using draw::Line;
using draw::Page;
using draw::Style;

using nlohmann::json;
using Words = std::vector<std::string>;

std::string text_of(const json& value, const char* key) {
  const auto found = value.find(key);
  return found != value.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string play_of(const json& run) {
  std::string name = text_of(run, "scenario");
  if (const std::string variant = text_of(run, "variant"); !variant.empty()) name += ' ' + variant;
  return name + ' ' + text_of(run, "family");
}

// One play on one kernel, as comparable words.
struct Seen {
  std::string outcome;                                      // "pass", "fail", "skipped: why"
  std::size_t passed = 0, failed = 0, not_observed = 0;     // checks
  std::vector<std::pair<std::string, std::string>> steps;   // "connect a to b:80" → what was seen
  std::vector<std::pair<std::string, std::string>> checks;  // "what was expected" → the outcome
  std::map<std::string, Words> packets, path;               // by host
  bool traced = false;
};

// Whether it is in the path that is compared: a segment's reception, without early demux. Some
// compilers inline that; its lookup reports the same on every kernel.
bool is_compared(const json& event) {
  const auto function = kernel_function_from(text_of(event, "event"));
  return !function ||
         (!is_sending(*function) && ipv4_function(*function) != KernelFunction::early_demux4);
}

std::string event_words(const json& event) {
  std::string words = text_of(event, "event");
  for (const char* part : {"outcome", "reason", "detail"})
    if (const std::string more = text_of(event, part); !more.empty()) words += ' ' + more;
  if (const std::string before = text_of(event, "state"); !before.empty()) {
    words += ' ' + before;
    if (const std::string after = text_of(event, "state_after"); !after.empty())
      words += " > " + after;
  }
  return words;
}

Seen seen_in(const json& run) {
  Seen seen;
  const json& tally = run.at("tally");
  seen.passed = tally.value("pass", std::size_t{0});
  seen.failed = tally.value("fail", std::size_t{0});
  seen.not_observed = tally.value("not_observed", std::size_t{0});
  seen.outcome = seen.failed > 0 || !text_of(run, "aborted").empty() ? "fail" : "pass";
  for (const json& step : run.at("steps")) {
    const std::string name = text_of(step, "text");
    const std::string skipped = text_of(step, "skipped");
    seen.steps.emplace_back(name, skipped.empty() ? "done" : "skipped: " + skipped);
    for (const json& check : step.value("checks", json::array()))
      seen.checks.emplace_back(
          fmt::format("{} [{}]", text_of(check, "title"), text_of(check, "witness")),
          text_of(check, "outcome"));
  }
  for (const json& packet : run.at("packets"))
    if (text_of(packet, "protocol") == "tcp" && text_of(packet, "direction") == "out")
      seen.packets[text_of(packet, "host")].push_back(
          fmt::format("{} len {}", text_of(packet, "flags"), packet.value("length", 0)));
  seen.traced = text_of(run, "no_trace").empty();
  for (const json& event : run.value("trace", json::array()))
    if (is_compared(event)) seen.path[text_of(event, "host")].push_back(event_words(event));
  return seen;
}

// Empty for a kernel without a report.
json part_of(const json& report, const char* key, json otherwise) {
  return report.is_object() ? report.value(key, std::move(otherwise)) : otherwise;
}

// The runs, without plays that did not run: they only have names.
std::vector<json> runs_of(const json& report) {
  std::vector<json> runs;
  for (const json& run : part_of(report, "runs", json::array())) {
    const std::string ending = text_of(run.value("result", json::object()), "ending");
    if (ending != "skipped" && ending != "unplayable") runs.push_back(run);
  }
  return runs;
}

// The plays of one report, including skipped ones.
std::map<std::string, Seen> plays_of(const json& report) {
  std::map<std::string, Seen> plays;
  for (const json& run : runs_of(report)) plays[play_of(run)] = seen_in(run);
  const json summary = part_of(report, "summary", json::object());
  const json skipped = part_of(summary, "skipped", json::object());
  for (const auto& [why, labels] : skipped.items()) {
    if (!labels.is_array()) continue;
    for (const json& label : labels) plays[label.get<std::string>()].outcome = "skipped: " + why;
  }
  return plays;
}

struct Column {
  std::string kernel, problem;
  std::map<std::string, Seen> plays;
};

// The plays' names in the order of their first appearance.
Words order_of(const std::vector<KernelReport>& reports, const std::vector<Column>& columns) {
  Words order;
  const auto add = [&order](const std::string& play) {
    if (std::ranges::find(order, play) == order.end()) order.push_back(play);
  };
  for (const KernelReport& report : reports)
    for (const json& run : runs_of(report.report)) add(play_of(run));
  for (const Column& column : columns)
    for (const auto& [play, seen] : column.plays) add(play);
  return order;
}

std::vector<Column> columns_of(const std::vector<KernelReport>& reports) {
  std::vector<Column> columns;
  for (const KernelReport& report : reports)
    columns.push_back({report.name, report.problem, plays_of(report.report)});
  return columns;
}

// Groups the kernels by word; nothing if all have the same.
class Grouped {
 public:
  void add(const std::string& word, const std::string& kernel) {
    const auto found =
        std::ranges::find(groups_, word, [](const auto& group) { return group.first; });
    if (found == groups_.end())
      groups_.push_back({word, {kernel}});
    else
      found->second.push_back(kernel);
  }
  bool differ() const { return groups_.size() > 1; }
  const auto& groups() const { return groups_; }

 private:
  std::vector<std::pair<std::string, Words>> groups_;
};

class Comparison {
 public:
  Comparison(const std::string& play, const std::vector<Column>& columns) : play_(play) {
    for (const Column& column : columns)
      if (const auto found = column.plays.find(play); found != column.plays.end())
        seen_.emplace_back(column.kernel, &found->second);
  }

  std::vector<Difference> find() {
    compare("outcome", {}, [](const Seen& seen) { return seen.outcome; });
    std::erase_if(seen_, [](const auto& each) {
      return each.second->outcome != "pass" && each.second->outcome != "fail";
    });
    compare_lists("step", &Seen::steps);
    compare_lists("check", &Seen::checks);
    compare_hosts("packets", &Seen::packets);
    // Without the module there is nothing to compare.
    std::erase_if(seen_, [](const auto& each) { return !each.second->traced; });
    compare_hosts("path", &Seen::path);
    return std::move(found_);
  }

 private:
  template <typename Word>
  void compare(const std::string& aspect, const std::string& where, Word word) {
    Grouped grouped;
    for (const auto& [kernel, seen] : seen_) grouped.add(word(*seen), kernel);
    if (grouped.differ()) found_.push_back({play_, aspect, grouped.groups(), where});
  }

  // Compares list entries by name; kernels may have different ones.
  void compare_lists(const std::string& aspect,
                     std::vector<std::pair<std::string, std::string>> Seen::*list) {
    Words names;
    for (const auto& [kernel, seen] : seen_)
      for (const auto& [name, word] : seen->*list)
        if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    for (const std::string& name : names)
      compare(aspect, name, [&](const Seen& seen) {
        Words words;
        for (const auto& [each, word] : seen.*list)
          if (each == name) words.push_back(word);
        return words.empty() ? std::string("missing") : fmt::format("{}", fmt::join(words, ", "));
      });
  }

  // Compares sequences up to the first difference.
  void compare_hosts(const std::string& aspect, std::map<std::string, Words> Seen::*hosts) {
    Words names;
    for (const auto& [kernel, seen] : seen_)
      for (const auto& [host, words] : seen->*hosts)
        if (std::ranges::find(names, host) == names.end()) names.push_back(host);
    for (const std::string& host : names) {
      const auto at = [&](const Seen& seen, std::size_t place) -> std::string {
        const auto found = (seen.*hosts).find(host);
        if (found == (seen.*hosts).end() || place >= found->second.size()) return "nothing more";
        return fmt::format("{}. {}", place + 1, found->second[place]);
      };
      std::size_t longest = 0;
      for (const auto& [kernel, seen] : seen_)
        if (const auto found = (seen->*hosts).find(host); found != (seen->*hosts).end())
          longest = std::max(longest, found->second.size());
      for (std::size_t place = 0; place < longest; ++place) {
        const std::size_t before = found_.size();
        compare(aspect, "on " + host, [&](const Seen& seen) { return at(seen, place); });
        if (found_.size() > before) break;
      }
    }
  }

  std::string play_;
  std::vector<std::pair<std::string, const Seen*>> seen_;  // kernel, what it did
  std::vector<Difference> found_;
};

struct Cell {
  std::string text;
  Ink ink = Ink::plain;
};

Cell cell_of(const Column& column, const std::string& play) {
  if (!column.problem.empty()) return {"no guest", Ink::bad};
  const auto found = column.plays.find(play);
  if (found == column.plays.end()) return {"-", Ink::faint};
  const Seen& seen = found->second;
  if (seen.outcome == "fail") return {fmt::format("FAIL {}", seen.failed), Ink::bad};
  if (seen.outcome != "pass") return {"skipped", Ink::doubtful};
  if (seen.not_observed > 0)
    return {fmt::format("pass {} ({} not seen)", seen.passed, seen.not_observed), Ink::good};
  return {fmt::format("pass {}", seen.passed), Ink::good};
}

void draw_table(Page& page, const Words& order, const std::vector<Column>& columns) {
  constexpr std::size_t gap = 2;
  std::size_t first = 4;
  for (const std::string& play : order) first = std::max(first, play.size());
  std::vector<std::size_t> starts;
  std::size_t next = 2 + first + gap;
  for (const Column& column : columns) {
    std::size_t width = column.kernel.size();
    for (const std::string& play : order)
      width = std::max(width, cell_of(column, play).text.size());
    starts.push_back(next);
    next += width + gap;
  }
  Line head;
  head.to(2).add("play", Ink::faint);
  for (std::size_t i = 0; i < columns.size(); ++i)
    head.to(starts[i]).add(columns[i].kernel, Ink::strong);
  head.print(page);
  for (const std::string& play : order) {
    Line line;
    line.to(2).add(play);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const Cell cell = cell_of(columns[i], play);
      line.to(starts[i]).add(cell.text, cell.ink);
    }
    line.print(page);
  }
}

}  // namespace

std::vector<Difference> differences(const std::vector<KernelReport>& reports) {
  const std::vector<Column> columns = columns_of(reports);
  std::vector<Difference> all;
  for (const std::string& play : order_of(reports, columns)) {
    auto found = Comparison(play, columns).find();
    std::ranges::move(found, std::back_inserter(all));
  }
  return all;
}

void draw_kernels(std::ostream& out, const Style& style, const std::vector<KernelReport>& reports) {
  Page page(out, style);
  const std::vector<Column> columns = columns_of(reports);
  page.heading("Kernels", "checks that passed; not seen: checks that were not observed");
  page.blank();
  draw_table(page, order_of(reports, columns), columns);
  for (const Column& column : columns)
    if (!column.problem.empty())
      Line().to(2).add(fmt::format("{}: {}", column.kernel, column.problem)).print(page);

  page.heading("What differs", "for packets and paths, only the first difference");
  const auto found = differences(reports);
  if (found.empty()) out << "  nothing\n";
  std::string play;
  for (const Difference& difference : found) {
    if (difference.play != play) {
      page.blank();
      Line().to(2).add(difference.play, Ink::strong).print(page);
      play = difference.play;
    }
    Line()
        .to(4)
        .add(fmt::format("{}{}{}", difference.aspect, difference.where.empty() ? "" : ": ",
                         difference.where))
        .print(page);
    for (const auto& [word, kernels] : difference.groups)
      Line().to(6).add(fmt::format("{}", fmt::join(kernels, ", "))).to(25).add(word).print(page);
  }
}

}  // namespace lab::report
