// SPDX-License-Identifier: MIT
//
// The steps of packetdrill scripts. No file has them, so nothing reads them.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "language/verbs.hpp"

namespace lab::language {

using scenario::CallOver;
using scenario::PythonCode;
using scenario::ScriptSteps;
using scenario::SystemCall;

namespace {

// What the call is expected to bring, behind its words.
std::string result_in_words(const SystemCall& call) {
  if (call.error != 0) return expecting(call.error);
  return call.result ? fmt::format(", expecting {}", *call.result) : "";
}

}  // namespace

template <>
Verb define<SystemCall>() {
  return verb(MapType<SystemCall>("call", "A system call of a packetdrill script."),
              StepClass::acts, about_host(&SystemCall::host), [](const SystemCall& call) {
                const std::string reply = expected_reply(call);
                return StepWords{
                    call.words + (call.begins ? ", which blocks" : ""),
                    call.begins ? "" : result_in_words(call) + (reply.empty() ? "" : ", " + reply)};
              });
}

template <>
Verb define<CallOver>() {
  return verb(
      MapType<CallOver>("returned", "The end of a system call that blocks."), StepClass::acts,
      [](const CallOver& over) {
        return StepNames{{over.call.host}, {}, {}};
      },
      [](const CallOver& over) {
        const std::string reply = expected_reply(over.call);
        return StepWords{over.call.words + " returns",
                         result_in_words(over.call) + (reply.empty() ? "" : ", " + reply)};
      });
}

template <>
Verb define<PythonCode>() {
  return verb(
      MapType<PythonCode>("code", "Python code of a packetdrill script."), StepClass::observes,
      [](const PythonCode& code) {
        return StepNames{{code.host}, {}, {}};
      },
      [](const PythonCode& code) {
        std::vector<int> lines;
        for (const PythonCode::Snippet& snippet : code.snippets) lines.push_back(snippet.at.line);
        return StepWords{fmt::format("python3 runs the code of line{} {}",
                                     lines.size() == 1 ? "" : "s", fmt::join(lines, ", "))};
      });
}

VerbGroup script_verbs() { return group("Scripts", ScriptSteps{}); }

}  // namespace lab::language
