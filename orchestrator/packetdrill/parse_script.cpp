// SPDX-License-Identifier: MIT
//
// The structure of a script: options, commands, events and their times.
#include <fmt/format.h>

#include <algorithm>

#include "packetdrill/grammar.hpp"
#include "util/text.hpp"
#include "yaml/yaml_node.hpp"

namespace lab::packetdrill {
namespace {

using std::chrono::microseconds;
using yaml::Problem;
using Kind = Token::Kind;

constexpr std::int64_t longest_time = 24 * 3600;  // seconds

// "WORD=WORD", "WORD=\"text\"", "WORD=`command`" behind --define, as one text.
std::string definition(Cursor& cursor) {
  std::string text = cursor.take().text + "=";
  cursor.take();  // "="
  switch (cursor.next().kind) {
    case Kind::string:
      return text + "\"" + cursor.take().text + "\"";
    case Kind::command:
      return text + "`" + cursor.take().text + "`";
    case Kind::word:
    case Kind::integer:
    case Kind::decimal:
      return text + cursor.take().text;
    default:
      cursor.refuse("the value of the definition");
  }
}

Option parse_option(Cursor& cursor) {
  const Token name = cursor.take();
  Option option{name.text, std::nullopt, name.at};
  if (!cursor.accept_mark('=')) return option;
  switch (cursor.next().kind) {
    case Kind::word:
      option.value = cursor.is_mark('=', 1) ? definition(cursor) : cursor.take().text;
      // "ipv4-mapped-ipv6" are three words for the lexer.
      while (cursor.is_mark('-') && cursor.is(Kind::word, 1))
        for (int part = 0; part < 2; ++part) *option.value += cursor.take().text;
      return option;
    case Kind::integer:
    case Kind::decimal:
    case Kind::string:
    case Kind::address:
      option.value = cursor.take().text;
      return option;
    default:
      cursor.refuse(fmt::format("the value of --{}", name.text));
  }
}

// Those that the script's options define, unless the caller has.
Defines all_defines(const std::vector<Option>& options, const Defines& given) {
  Defines all = given;
  for (const Option& option : options) {
    if (option.name != "define") continue;
    const std::string text = option.value.value_or("");
    const std::size_t equals = text.find('=');
    if (equals == 0 || equals == std::string::npos)
      throw Problem(option.at, "--define needs a name and a value: --define=NAME=VALUE");
    all.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return all;
}

EventTime parse_event_time(Cursor& cursor) {
  EventTime time;
  if (cursor.accept_mark('*')) {
    time.kind = EventTime::Kind::any;
    return time;
  }
  if (cursor.accept_mark('+')) time.kind = EventTime::Kind::relative;
  time.begin = time.end = parse_time(cursor);
  if (!cursor.is_mark('~')) return time;
  const Position at = cursor.take().at;
  if (time.kind == EventTime::Kind::relative) cursor.require_mark('+', "before the range's end");
  time.end = parse_time(cursor);
  if (time.end < time.begin) throw Problem(at, "the time range ends before it begins");
  return time;
}

Command parse_command(Cursor& cursor) {
  const Token token = cursor.require(Kind::command, "a command in backquotes");
  return {token.text, token.at};
}

std::variant<Packet, Call, Command, Code> parse_action(Cursor& cursor) {
  if (cursor.is_mark('<') || cursor.is_mark('>')) return parse_packet(cursor);
  if (cursor.is(Kind::command)) return parse_command(cursor);
  if (cursor.is(Kind::code)) return Code{cursor.take().text};
  if (cursor.is(Kind::word) || cursor.is(Kind::ellipsis)) return parse_call(cursor);
  cursor.refuse("a packet, a system call, a command or code");
}

// A range and "*" are for what the script waits for.
void require_outbound(const Event& event) {
  if (event.time.kind != EventTime::Kind::any && event.time.begin == event.time.end) return;
  const auto* packet = std::get_if<Packet>(&event.action);
  if (!packet || packet->direction != Direction::outbound)
    throw Problem(event.at, fmt::format("{} is only for outbound packets",
                                        event.time.kind == EventTime::Kind::any ? "the time \"*\""
                                                                                : "a time range"));
}

// What editors and tools of other systems save, and no text.
void require_text(std::string_view text) {
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff"))
    throw Problem({1, 1}, "the script is in UTF-16; save it as UTF-8");
  if (text.starts_with("\xef\xbb\xbf"))
    throw Problem({1, 1}, "the script begins with a byte order mark; save it without one");
  const std::size_t zero = text.find('\0');
  if (zero == std::string_view::npos) return;
  const std::string_view before = text.substr(0, zero);
  const std::size_t line = before.rfind('\n') + 1;  // npos + 1 is 0
  throw Problem(
      {1 + static_cast<int>(std::ranges::count(before, '\n')), 1 + static_cast<int>(zero - line)},
      "a byte of value 0; a script is text");
}

bool begins_event(const Cursor& cursor) {
  return cursor.is_mark('+') || cursor.is_mark('*') || cursor.is(Kind::integer) ||
         cursor.is(Kind::decimal);
}

Event parse_event(Cursor& cursor) {
  if (!begins_event(cursor)) cursor.refuse("an event's time (\"+.1\", \"0.25\", \"*\")");
  const Position at = cursor.next().at;
  const EventTime time = parse_event_time(cursor);
  Event event{time, parse_action(cursor), at};
  require_outbound(event);
  return event;
}

}  // namespace

microseconds parse_time(Cursor& cursor) {
  const Token token = cursor.next();
  if (token.kind != Kind::integer && token.kind != Kind::decimal)
    cursor.refuse("a time in seconds");
  cursor.take();
  if (token.text.starts_with('-')) throw Problem(token.at, "a time cannot be negative");
  const std::size_t dot = token.text.find('.');
  std::string fraction = dot == std::string::npos ? "" : token.text.substr(dot + 1, 6);
  fraction.resize(6, '0');
  const std::string whole = dot == 0 ? "0" : token.text.substr(0, dot);
  const auto seconds = to_integer<std::int64_t>(whole);
  if (token.hexadecimal || !seconds || *seconds > longest_time)
    throw Problem(token.at, fmt::format("{} is not a time in seconds: from 0 to {}", token.text,
                                        longest_time));
  return std::chrono::seconds(*seconds) + microseconds(*to_integer<std::int64_t>(fraction));
}

Script parse_script(std::string_view text, const Defines& defines) {
  require_text(text);
  Cursor cursor(tokens_of(without_conditionals(text, defines)));
  Script script;
  while (cursor.is(Kind::option)) script.options.push_back(parse_option(cursor));
  cursor.define(all_defines(script.options, defines));
  if (cursor.is(Kind::command)) script.init = parse_command(cursor);
  do script.events.push_back(parse_event(cursor));
  while (!cursor.is(Kind::end) && !cursor.is(Kind::command));
  if (cursor.is(Kind::command)) script.cleanup = parse_command(cursor);
  if (!cursor.is(Kind::end)) cursor.refuse("nothing behind the command that cleans up");
  if (script.events.front().time.begin.count() != 0)
    throw Problem(script.events.front().at, "the first event must be at time 0");
  return script;
}

}  // namespace lab::packetdrill
