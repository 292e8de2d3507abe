// SPDX-License-Identifier: MIT
//
// A packetdrill script as a tree: what is written in it, not yet what it means. Source of the
// language: packetdrill's lexer.l and parser.y.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "packetdrill/call.hpp"
#include "packetdrill/packet.hpp"

namespace lab::packetdrill {

// "--tolerance_usecs=10000"
struct Option {
  std::string name;
  std::optional<std::string> value;
  Position at;
};

// "+.1", "0.25", "*", "+.1~+.2"
struct EventTime {
  enum class Kind { absolute, relative, any };
  Kind kind = Kind::absolute;
  std::chrono::microseconds begin{0}, end{0};  // equal unless it is a range
};

// A command for a shell, in backquotes.
struct Command {
  std::string line;
  Position at;
};

// Python code that reads TCP_INFO: "%{ assert tcpi_snd_cwnd == 10 }%".
struct Code {
  std::string text;
};

struct Event {
  EventTime time;
  std::variant<Packet, Call, Command, Code> action;
  Position at;
};

struct Script {
  std::vector<Option> options;
  std::optional<Command> init, cleanup;
  std::vector<Event> events;
};

// Names and the values that replace them: those of --define, and of the command line. A value in
// quotes is a string, one in backquotes a command; else it is a number or a word.
using Defines = std::map<std::string, std::string>;

// The script that `text` contains. `defines` have precedence over those that it defines itself.
// Throws yaml::Problem with the construct that is not understood. Pure.
Script parse_script(std::string_view text, const Defines& defines = {});

}  // namespace lab::packetdrill
