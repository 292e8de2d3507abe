// SPDX-License-Identifier: MIT
#include "packetdrill/convert.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <utility>

#include "packetdrill/comments.hpp"
#include "packetdrill/load.hpp"
#include "packetdrill/write_step.hpp"
#include "record/tcp_options.hpp"
#include "util/error.hpp"
#include "util/printable.hpp"
#include "yaml/fields.hpp"

namespace lab::packetdrill {
namespace {

using scenario::Moment;
using std::chrono::microseconds;

std::string milliseconds(microseconds time) {
  return fmt::format("{}ms", std::chrono::ceil<std::chrono::milliseconds>(time).count());
}

class Conversion {
 public:
  Conversion(const scenario::Scenario& made, std::vector<Comment> comments)
      : made_(made), comments_(std::move(comments)) {
    std::int64_t mss = INT64_MAX;
    for (const scenario::Step& step : made.steps)
      if (const auto* inject = std::get_if<scenario::Inject>(&step.action))
        if (inject->segment && inject->segment->flags.syn && inject->segment->options)
          for (const scenario::ListedOption& option : *inject->segment->options)
            if (option.kind == static_cast<std::uint8_t>(TcpOptionKind::mss))
              mss = std::min(mss, option.numbers.front().number);
    if (mss != INT64_MAX) smallest_mss_ = mss;
  }

  std::string text(const std::string& name) {
    opening();
    const std::string before = std::exchange(text_, "");
    for (const scenario::Step& step : made_.steps) write(step);
    write_comments(INT32_MAX);
    const std::string steps = std::exchange(text_, "");
    head(name, steps);
    return before + text_ + steps;
  }

 private:
  void line(std::string_view words) { text_.append(words).append("\n"); }

  // The comments before the first step.
  void opening() {
    const int first = made_.steps.empty() ? INT32_MAX : made_.steps.front().at.line;
    line("# " + std::string(yaml_comment(made_.file)) + ", converted.");
    for (; next_ < comments_.size() && comments_[next_].line < first; ++next_)
      line("# " + yaml_comment(comments_[next_].text));
  }

  void head(const std::string& name, const std::string& steps) {
    const bool ipv6 = made_.families.front() == Family::inet6;
    const scenario::Link& link = made_.links.front();
    const auto& ends = link.addresses.at(made_.families.front());
    const std::string title = in_double_quotes(printable_line(made_.title));
    line("name: " + name);
    line("title: " + title);
    line(fmt::format("families: {}", ipv6 ? "ipv6" : "ipv4"));
    line(fmt::format("deadline: {}ms", made_.deadline.count()));
    if ((title + steps).find(dollar) != std::string::npos) line("parameters: {dollar: \"$\"}");
    line("topology:\n  hosts:\n    local:\n    remote: {stack: none}\n  links:");
    line("    - endpoints: [\"local:tun0\", \"remote:eth0\"]");
    line(fmt::format("      addresses: {{{}: [{}, {}]}}", ipv6 ? "ipv6" : "ipv4",
                     in_double_quotes(ends[0].str()), in_double_quotes(ends[1].str())));
    line(fmt::format("      mtu: {}", link.mtu));
    line("steps:");
  }

  void write_comments(int before) {
    bool first = true;
    for (; next_ < comments_.size() && comments_[next_].line < before; ++next_) {
      if (first) line("");
      first = false;
      line("  # " + yaml_comment(comments_[next_].text));
    }
  }

  void write(const scenario::Step& step) {
    write_comments(step.at.line);
    if (step.moment) pause(step);
    // At `remote` the file sees what it injects, too, and expects it in its place.
    if (const auto* packets = std::get_if<scenario::Packets>(&step.action)) {
      std::vector<std::string> segments = std::move(injected_);
      injected_.clear();
      scenario::ExpectedSegment expected = packets->segments.front();
      expected.in_parts =
          !packets->strict && expected.length && expected.length->number > smallest_mss_;
      segments.push_back(in_double_quotes(expected_words(expected, step.at)));
      return line(fmt::format("  - packets: {{host: {}, begin: [{}]}}", packets->host,
                              fmt::join(segments, ",\n      ")));
    }
    line("  - " + step_in_yaml(step));
    if (const auto* inject = std::get_if<scenario::Inject>(&step.action); inject && inject->segment)
      injected_.push_back(in_double_quotes(injected_words(*inject->segment, inject->data.size())));
  }

  // What the script waits before the step.
  void pause(const scenario::Step& step) {
    const Moment& moment = *step.moment;
    if (moment.kind == Moment::Kind::any) return;
    const microseconds gap =
        moment.kind == Moment::Kind::relative ? moment.begin : moment.begin - clock_;
    if (gap.count() <= 0) return;
    clock_ += gap;
    if (!std::holds_alternative<scenario::Packets>(step.action) &&
        gap >= std::chrono::milliseconds(1))
      line(fmt::format("  - wait: {{for: {}, because: \"the script waits so long\"}}",
                       milliseconds(gap)));
  }

  const scenario::Scenario& made_;
  std::vector<Comment> comments_;
  std::size_t next_ = 0;  // comment
  std::string text_;
  std::vector<std::string> injected_;  // since the last expected packet
  microseconds clock_{0};
  // What the local end may send as one segment: one that has more data may come in parts.
  std::int64_t smallest_mss_ = 536;  // RFC 9293, 3.7.1: if the peer says none
};

void require_name(const std::string& name) {
  yaml::YamlNode node;
  node.kind = yaml::YamlNode::Kind::scalar;
  node.text = name;
  try {
    yaml::name_of(node, "the scenario's name");
  } catch (const yaml::Problem& problem) {
    throw UsageError(fmt::format("--name {}: {}", name, problem.what()));
  }
}

}  // namespace

std::string convert(std::string_view text, const std::string& file_name, const std::string& name,
                    const parser::Reading& reading) {
  require_name(name);
  const scenario::Scenario made = read_script(text, file_name, reading);
  try {
    return Conversion(made, comments_of(text)).text(name);
  } catch (const yaml::Problem& problem) {
    throw UsageError(
        fmt::format("{}:{}:{}: {}", file_name, problem.at.line, problem.at.column, problem.what()));
  }
}

std::string name_for(const std::string& path) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  std::string name = std::filesystem::path(path).stem();
  std::ranges::replace_if(
      name,
      [&](char c) { return !is_letter(c) && !(c >= '0' && c <= '9') && c != '-' && c != '_'; },
      '-');
  if (name.empty() || !is_letter(name[0])) name = "script-" + name;
  return name.substr(0, yaml::longest_name);
}

}  // namespace lab::packetdrill
