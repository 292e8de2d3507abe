// SPDX-License-Identifier: MIT
#include "packetdrill/write_step.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "language/step_facts.hpp"
#include "util/error.hpp"
#include "util/printable.hpp"
#include "yaml/yaml_node.hpp"

namespace lab::packetdrill {
namespace {

using scenario::Position;
using yaml::Problem;

constexpr std::int64_t most_file_bytes = 1 << 20;  // of a send or a receive in a file

// The text of a file is UTF-8.
void require_utf8(std::string_view text, Position at) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0)
      throw Problem(
          at, fmt::format("a scenario file has no word for the byte \"{}\", which is not UTF-8",
                          printable(text.substr(0, 1))));
    text.remove_prefix(length);
  }
}

// "{socket: fd3, error: EAGAIN}"
class Map {
 public:
  explicit Map(Position at) : at_(at) {}

  Map& plain(std::string_view key, const std::string& value) {
    pairs_.push_back(fmt::format("{}: {}", key, value));
    return *this;
  }
  Map& text(std::string_view key, const std::string& value) {
    require_utf8(value, at_);
    return plain(key, in_double_quotes(value));
  }
  Map& number(std::string_view key, std::int64_t value) {
    return plain(key, std::to_string(value));
  }
  Map& list(std::string_view key, const std::vector<std::string>& words) {
    return words.empty() ? *this : plain(key, fmt::format("[{}]", fmt::join(words, ", ")));
  }
  // Of the call; 0: success, which is not written.
  Map& error(int error) {
    if (error == scenario::any_errno)
      throw Problem(at_, "a scenario file cannot expect an errno without naming it");
    return error == 0 ? *this : plain("error", errno_name(error));
  }
  std::string str() const { return fmt::format("{{{}}}", fmt::join(pairs_, ", ")); }

 private:
  Position at_;
  std::vector<std::string> pairs_;
};

void require_bytes(std::int64_t bytes, Position at) {
  if (bytes > most_file_bytes)
    throw Problem(at,
                  fmt::format("{} bytes: a scenario file has at most {}", bytes, most_file_bytes));
}

std::vector<std::string> all_quoted(const std::vector<std::string>& words, Position at) {
  std::vector<std::string> made;
  for (const std::string& word : words) {
    require_utf8(word, at);
    made.push_back(in_double_quotes(word));
  }
  return made;
}

std::vector<std::string> poll_words(const std::vector<short>& bits) {
  std::vector<std::string> words;
  for (const short bit : bits)
    for (const scenario::PollEvent& each : scenario::poll_events)
      if (each.bit == bit) words.emplace_back(each.name);
  return words;
}

Map fill(const scenario::OpenSocket& open, Position at) {
  Map map(at);
  map.plain("name", open.name).plain("host", open.host);
  return open.family ? map.plain("family", std::string(family_name(*open.family))) : map;
}
Map fill(const scenario::SetOption& set, Position at) {
  Map map(at);
  map.plain("socket", set.socket).plain("option", set.option);
  if (scenario::has_named_value(set.option))
    map.text("value", set.name);
  else
    map.number("value", set.value);
  return map.error(set.error);
}
Map fill(const scenario::GetOption& get, Position at) {
  Map map(at);
  map.plain("socket", get.socket).plain("option", get.option);
  if (get.error != 0) return map.error(get.error);
  if (scenario::has_named_value(get.option)) return map.text("value", get.name);
  if (get.option == "SO_ERROR" && get.value != 0)
    return map.plain("value", errno_name(static_cast<int>(get.value)));
  return map.number("value", get.value);
}
Map fill(const scenario::Bind& bind, Position at) {
  return Map(at)
      .plain("socket", bind.socket)
      .text("to", scenario::to_string(bind.to))
      .error(bind.error);
}
Map fill(const scenario::Listen& listen, Position at) {
  return Map(at)
      .plain("socket", listen.socket)
      .number("backlog", listen.backlog)
      .error(listen.error);
}
Map fill(const scenario::Connect& connect, Position at) {
  Map map(at);
  map.plain("socket", connect.socket)
      .text("to", scenario::to_string(connect.to))
      .plain("wait", "false");
  if (connect.fastopen) map.text("data", connect.data);
  return connect.error == 0 ? map.plain("error", "0") : map.error(connect.error);
}
Map fill(const scenario::Connected& connected, Position at) {
  return Map(at).plain("socket", connected.socket).error(connected.error);
}
Map fill(const scenario::Disconnect& disconnect, Position at) {
  return Map(at).plain("socket", disconnect.socket).error(disconnect.error);
}
Map fill(const scenario::Accept& accept, Position at) {
  Map map(at);
  map.plain("socket", accept.sockets.front());
  if (accept.error == 0) map.plain("name", accept.name);
  return map.error(accept.error);
}
Map fill(const scenario::Send& send, Position at) {
  const std::string bytes(send.data.bytes());
  require_bytes(static_cast<std::int64_t>(bytes.size()), at);
  Map map(at);
  map.plain("socket", send.socket);
  if (bytes.find_first_not_of('x') == std::string::npos)
    map.number("bytes", static_cast<std::int64_t>(bytes.size()));
  else
    map.text("data", bytes);
  map.plain("wait", "false");
  if (send.accepted) map.number("accepted", *send.accepted);
  return map.list("flags", send.flags).error(send.error);
}
Map fill(const scenario::Receive& receive, Position at) {
  Map map(at);
  map.plain("socket", receive.socket);
  require_bytes(receive.bytes.value_or(0), at);
  if (receive.end) map.plain("end", "true");
  if (receive.bytes) map.number("bytes", *receive.bytes);
  return map.list("flags", receive.flags).error(receive.error);
}
Map fill(const scenario::Shutdown& shutdown, Position at) {
  constexpr std::string_view words[] = {"read", "write", "both"};
  return Map(at)
      .plain("socket", shutdown.socket)
      .plain("how", std::string(words[static_cast<std::size_t>(shutdown.how)]))
      .error(shutdown.error);
}
Map fill(const scenario::Close& close, Position at) {
  return Map(at).plain("socket", close.socket).error(close.error);
}
Map fill(const scenario::Info& info, Position at) {
  Map map(at);
  map.plain("socket", info.socket).list("has", info.has).list("lacks", info.lacks);
  std::vector<std::string> pairs;
  for (const scenario::InfoField& field : info.fields)
    pairs.push_back(field.name + ": " + in_double_quotes(field.words));
  return pairs.empty() ? map : map.plain("fields", fmt::format("{{{}}}", fmt::join(pairs, ", ")));
}
Map fill(const scenario::Sysctl& sysctl, Position at) {
  std::vector<std::string> pairs;
  for (const auto& [name, value] : sysctl.set)
    pairs.push_back(name + ": " + in_double_quotes(value));
  return Map(at)
      .plain("host", sysctl.host)
      .plain("set", fmt::format("{{{}}}", fmt::join(pairs, ", ")));
}
Map fill(const scenario::Exec& exec, Position at) {
  return Map(at)
      .plain("host", exec.host)
      .plain("name", exec.name)
      .list("run", all_quoted(exec.run, at))
      .plain("root", "true");
}
Map fill(const scenario::Poll& poll, Position at) {
  return Map(at)
      .plain("socket", poll.socket)
      .plain("events", fmt::format("[{}]", fmt::join(poll_words(poll.events), ", ")))
      .list("lacks", poll_words(poll.lacks));
}
Map fill(const scenario::Let& let, Position at) {
  Map map(at);
  map.plain("name", let.name);
  if (let.segment)
    map.plain("host", let.host).text("segment", scenario::describe(*let.segment));
  else
    map.plain("socket", let.socket);
  return map.plain("field", let.field);
}
Map fill(const scenario::Inject& inject, Position at) {
  Map map(at);
  map.plain("host", inject.host);
  if (inject.segment) {
    map.text("segment", scenario::describe(*inject.segment));
    if (!inject.data.empty()) map.number("bytes", static_cast<std::int64_t>(inject.data.size()));
    return inject.part > 0 ? map.number("part", inject.part) : map;
  }
  map.text("icmp", inject.icmp).text("about", scenario::describe(*inject.about));
  if (inject.mtu) map.number("mtu", *inject.mtu);
  return inject.quoted ? map.text("seq", scenario::to_string(*inject.quoted)) : map;
}

template <typename Step>
concept HasWords = requires(const Step& step) {
  fill(step, Position{});
};

}  // namespace

std::string in_double_quotes(std::string_view text) {
  std::string made = "\"";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    if (text.substr(i).starts_with("${"))
      made += dollar;
    else if (c == '"' || c == '\\')
      made += fmt::format("\\{}", c);
    else if (byte < 0x20 || byte == 0x7f)
      made += fmt::format("\\x{:02x}", byte);
    else
      made += c;
  }
  return made + "\"";
}

std::string yaml_comment(std::string_view text) {
  std::string made(text);
  std::ranges::replace_if(
      made, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
  return made;
}

std::string step_in_yaml(const scenario::Step& step) {
  return std::visit(
      [&]<typename Step>(const Step& action) -> std::string {
        if constexpr (HasWords<Step>)
          return fmt::format("{}: {}", language::verb_of(step.action), fill(action, step.at).str());
        else if constexpr (std::is_same_v<Step, scenario::SystemCall>)
          throw Problem(step.at,
                        fmt::format("a scenario file has no verb for this {}()", action.name));
        else
          throw Problem(step.at, fmt::format("a scenario file cannot say \"{}\"",
                                             language::describe(step.action)));
      },
      step.action);
}

std::string expected_words(const scenario::ExpectedSegment& segment, Position at) {
  if (segment.options)
    for (const scenario::ListedOption& option : *segment.options)
      if (option.tick > 0) throw Problem(at, "a scenario file has no tolerance for timestamps");
  return scenario::describe(segment);
}

std::string injected_words(const scenario::InjectedSegment& segment, std::size_t bytes) {
  return fmt::format("{} > {} {} {} {} length {}", scenario::to_string(segment.from),
                     scenario::to_string(segment.to), scenario::written_flags(segment.flags),
                     segment.raw_sequence ? "rawseq" : "seq", scenario::to_string(segment.sequence),
                     bytes);
}

}  // namespace lab::packetdrill
