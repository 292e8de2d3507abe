// SPDX-License-Identifier: MIT
#include "packetdrill/load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "packetdrill/translator.hpp"
#include "record/tcp_options.hpp"
#include "util/error.hpp"
#include "util/text.hpp"
#include "yaml/yaml_node.hpp"

namespace lab::packetdrill {
namespace {

namespace fs = std::filesystem;
using yaml::Problem;

constexpr std::chrono::seconds longest_wait{20};

// The first line of the comment at its beginning.
std::string title_of(std::string_view text, const std::string& name) {
  for (const std::string_view line : lines(text)) {
    if (!line.starts_with("//")) break;
    const std::size_t begin = line.find_first_not_of("/ \t");
    if (begin == std::string_view::npos || line.find("SPDX-") != std::string_view::npos) continue;
    return std::string(line.substr(begin));
  }
  return name;
}

void build_topology(Progress& progress) {
  scenario::Scenario& made = progress.scenario;
  const Settings& settings = progress.settings;
  scenario::Host local, remote;
  local.name = local_host;
  remote.name = remote_host;
  remote.stack = scenario::Stack::none;
  made.hosts = {local, remote};
  scenario::Link link;
  // Scripts configure packetdrill's device by its name.
  link.ends = {scenario::Link::End{std::string(local_host), "tun0"},
               scenario::Link::End{std::string(remote_host), "eth0"}};
  link.addresses[settings.family] = {settings.local_address(), settings.remote_address()};
  link.mtu = settings.mtu;
  made.links = {link};
  made.families = {settings.family};
}

scenario::Moment moment_of(const Settings& settings, const EventTime& time) {
  using Kind = scenario::Moment::Kind;
  scenario::Moment moment;
  moment.kind = time.kind == EventTime::Kind::absolute   ? Kind::absolute
                : time.kind == EventTime::Kind::relative ? Kind::relative
                                                         : Kind::any;
  moment.begin = time.begin;
  moment.end = time.end;
  moment.tolerance = settings.tolerance;
  moment.tolerance_percent = settings.tolerance_percent;
  return moment;
}

// The timestamps that inbound packets echo.
std::set<std::uint32_t> echoed_in(const Script& script) {
  std::set<std::uint32_t> echoed;
  for (const Event& event : script.events) {
    const auto* packet = std::get_if<Packet>(&event.action);
    const auto* tcp = packet ? std::get_if<Tcp>(&packet->content) : nullptr;
    if (!tcp || packet->direction != Direction::inbound || !tcp->options) continue;
    for (const TcpOption& option : *tcp->options)
      if (option.kind == static_cast<std::uint8_t>(TcpOptionKind::timestamps))
        echoed.insert(option.numbers[1]);
  }
  return echoed;
}

// packetdrill gives Python a snippet without the blanks around it.
std::string without_blanks_around(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return "";
  return std::string(text.substr(begin, text.find_last_not_of(blanks) - begin + 1));
}

// The code of the script so far.
struct ScriptCode {
  Assertions assertions;
  scenario::PythonCode python;
  std::optional<Position> not_understood;  // where the first such snippet is
};

void translate_code(Progress& progress, ScriptCode& script, const Code& code) {
  const auto understood = script.assertions.read(code.text);
  if (!understood && !script.not_understood) script.not_understood = progress.at;
  script.python.snippets.push_back({without_blanks_around(code.text), std::nullopt, progress.at});
  if (understood && !asserts(*understood)) return;
  scenario::Info info = understood.value_or(scenario::Info{});
  info.socket =
      progress.current ? progress.connections[*progress.current].socket : progress.last_socket;
  if (info.socket.empty()) progress.refuse("an assertion before the connection has a descriptor");
  // The connection may come by a call that blocks.
  const bool is_awaited = std::ranges::any_of(progress.pending, [&](const scenario::Step& step) {
    const auto* accept = std::get_if<scenario::Accept>(&step.action);
    return accept && accept->name == info.socket;
  });
  if (is_awaited) progress.end_pending();
  script.python.snippets.back().info = progress.scenario.steps.size();
  progress.add(std::move(info));
}

class Translation {
 public:
  Translation(const std::string& file_name, const Script& script,
              const std::map<std::string, std::string>& given)
      : script_(script) {
    progress_.settings = settings_of(script.options, given);
    progress_.scenario.file = file_name;
    progress_.scenario.name = fs::path(file_name).stem();
    progress_.scenario.deadline = longest_wait;
    progress_.echoed = echoed_in(script);
    build_topology(progress_);
  }

  scenario::Scenario scenario(std::string_view text) {
    if (script_.init) command(*script_.init, "init");
    for (const Event& event : script_.events) translate(event);
    progress_.end_pending();
    run_python();
    if (script_.cleanup) command(*script_.cleanup, "cleanup");
    scenario::Scenario& made = progress_.scenario;
    made.title = title_of(text, made.name);
    made.summary = "A script of packetdrill's language.";
    return std::move(made);
  }

 private:
  void command(const Command& command, const std::string& name) {
    progress_.at = command.at;
    progress_.moment.reset();
    translate_command(progress_, command, name);
  }

  void run_python() {
    if (!code_.not_understood) return;
    progress_.at = *code_.not_understood;
    progress_.moment.reset();
    code_.python.host = local_host;
    progress_.add(std::move(code_.python));
  }

  void translate(const Event& event) {
    progress_.at = event.at;
    progress_.begun = event.time.begin;
    scenario::Moment moment = moment_of(progress_.settings, event.time);
    if (moment.kind == scenario::Moment::Kind::relative) {
      moment.begin += skipped_;
      moment.end += skipped_;
    }
    progress_.moment = moment;
    std::visit([this](const auto& action) { one(action); }, event.action);
    // An event without a step: what follows counts from when it would have happened.
    skipped_ = progress_.moment && moment.kind == scenario::Moment::Kind::relative
                   ? moment.begin
                   : std::chrono::microseconds{0};
  }

  void one(const Packet& packet) { translate_packet(progress_, packet); }
  void one(const Call& call) { translate_call(progress_, call); }
  void one(const Command& command) {
    translate_command(progress_, command, fmt::format("line-{}", command.at.line));
  }
  void one(const Code& code) { translate_code(progress_, code_, code); }

  const Script& script_;
  Progress progress_;
  ScriptCode code_;
  std::chrono::microseconds skipped_{0};
};

}  // namespace

void Progress::add(scenario::Action action, bool timed) {
  scenario::Step step{std::move(action), "", std::nullopt, at};
  if (timed && moment) {
    step.moment = moment;
    moment.reset();
  }
  scenario.steps.push_back(std::move(step));
}

void Progress::end_pending() {
  for (scenario::Step& step : pending) scenario.steps.push_back(std::move(step));
  pending.clear();
}

void Progress::refuse(std::string_view what) const {
  throw Problem(at, fmt::format("{} cannot be played", what));
}

std::string Progress::new_name(std::int64_t descriptor) {
  std::string name = fmt::format("fd{}", descriptor);
  for (int again = 2; !names.insert(name).second; ++again)
    name = fmt::format("fd{}-{}", descriptor, again);
  return name;
}

scenario::Scenario read_script(std::string_view text, const std::string& file_name,
                               const parser::Reading& reading) {
  std::map<std::string, std::string> given, defines;
  for (const auto& [name, value] : reading.parameters)
    (is_option(name) ? given : defines)[name] = value;
  try {
    return Translation(file_name, parse_script(text, defines), given).scenario(text);
  } catch (const Problem& problem) {
    throw UsageError(
        fmt::format("{}:{}:{}: {}", file_name, problem.at.line, problem.at.column, problem.what()));
  }
}

std::string text_of_file(const std::string& path) {
  std::error_code error;
  if (!fs::exists(path, error)) throw UsageError(fmt::format("{}: there is no such file", path));
  if (!fs::is_regular_file(path, error))
    throw UsageError(fmt::format("{}: not a regular file; name a script's .pkt file", path));
  const auto size = fs::file_size(path, error);
  if (error || size > yaml::largest_text)
    throw UsageError(fmt::format("{}:1:1: the file has {} bytes; a script has at most {}", path,
                                 size, yaml::largest_text));
  try {
    return read_file(path);
  } catch (const SystemError& failure) {
    throw UsageError(fmt::format("{}: cannot be read: {}", path, failure.what()));
  }
}

scenario::Scenario load(const std::string& path, const parser::Reading& reading) {
  return read_script(text_of_file(path), path, reading);
}

}  // namespace lab::packetdrill
