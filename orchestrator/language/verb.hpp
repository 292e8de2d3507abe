// SPDX-License-Identifier: MIT
//
// The definition of a verb: name, keys, class, words and judgement of its step, in one place.
// Each *_verbs.cpp defines the steps of its group:
//
//   template <>
//   Verb define<Bind>() {
//     return verb(
//         MapType<Bind>("bind", "Gives a socket its local address.")  // name, meaning, keys
//             .need("socket", open_socket(), &Bind::socket, "srv", "which")
//             ...,
//         StepClass::prepares, about_socket(&Bind::socket),           // class, where
//         [](const Bind& bind) { return fmt::format("bind {} to ...", bind.socket); },  // words
//         {"bind()", &Bind::error});                                  // how it is judged
//   }
//
// Its action is a function act() in run/play_*.cpp; a step that is not judged by errno has a
// function judge_step() in check/. To add a verb, see docs/contributing.md.
#pragma once

#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "language/definition.hpp"
#include "language/step_facts.hpp"
#include "scenario/model.hpp"

namespace lab::language {

// The hosts, sockets and programs that a step is about, by name.
struct StepNames {
  std::vector<std::string> hosts, sockets, programs;
};

// How a step is judged by the errno of one call.
template <typename Step>
struct ErrnoRule {
  std::string call;                            // "bind()"
  std::function<int(const Step&)> error = {};  // the expected errno; empty: success
  bool claims = true;                          // as in Call; an expected errno always does
  // What else the call must return; nothing: only the errno counts.
  std::function<std::optional<Demand>(const Step&, const Played&)> demand = {};
};

// For a call that prepares something and tests nothing about TCP: it adds a check only when it
// fails.
template <typename Step>
ErrnoRule<Step> succeeds_silently(std::string call) {
  return {std::move(call), {}, false};
}

// A verb with its step's type erased. The functions accept only that step.
struct Verb {
  std::string name;
  std::string meaning;
  std::vector<Key> keys;
  std::function<scenario::Action(const YamlNode&, Names&)> read;  // throws Problem
  std::size_t alternative = 0;                                    // the step's index in Action
  StepClass step_class = StepClass::acts;
  std::function<StepNames(const scenario::Action&)> names;
  std::function<StepWords(const scenario::Action&)> words;
  std::function<Call(const scenario::Action&, const Played&)> call;  // empty: not judged by errno
};

// The definition of a step's verb, specialized for each in *_verbs.cpp.
template <typename Step>
Verb define() = delete;

namespace detail {

template <typename Step>
Verb verb_without_call(const MapType<Step>& map, StepClass step_class,
                       std::function<StepNames(const Step&)> names,
                       std::function<StepWords(const Step&)> words) {
  const std::size_t alternative = scenario::Action(Step{}).index();
  Verb verb{map.name(), map.meaning(), map.keys(), {}, alternative, step_class, {}, {}, {}};
  verb.read = [map](const YamlNode& node, Names& known) -> scenario::Action {
    return map.read(node, known);
  };
  verb.names = [names = std::move(names)](const scenario::Action& action) {
    return names(std::get<Step>(action));
  };
  verb.words = [words = std::move(words)](const scenario::Action& action) {
    return words(std::get<Step>(action));
  };
  return verb;
}

}  // namespace detail

// A verb whose step is judged by errno.
template <typename Step>
requires(scenario::judging_of<Step> == scenario::Judging::by_errno) Verb
    verb(const MapType<Step>& map, StepClass step_class,
         std::type_identity_t<std::function<StepNames(const Step&)>> names,
         std::type_identity_t<std::function<StepWords(const Step&)>> words,
         std::type_identity_t<ErrnoRule<Step>> rule) {
  Verb verb = detail::verb_without_call<Step>(map, step_class, std::move(names), std::move(words));
  verb.call = [rule = std::move(rule)](const scenario::Action& action, const Played& played) {
    const Step& step = std::get<Step>(action);
    const int error = rule.error ? rule.error(step) : 0;
    return Call{rule.call, error, rule.claims || error != 0,
                rule.demand ? rule.demand(step, played) : std::nullopt};
  };
  return verb;
}

// A verb whose step is judged by a function of check/.
template <typename Step>
requires(scenario::judging_of<Step> != scenario::Judging::by_errno) Verb
    verb(const MapType<Step>& map, StepClass step_class,
         std::type_identity_t<std::function<StepNames(const Step&)>> names,
         std::type_identity_t<std::function<StepWords(const Step&)>> words) {
  return detail::verb_without_call<Step>(map, step_class, std::move(names), std::move(words));
}

// The StepNames of one member that names a socket, a program or a host.
template <typename Step>
auto about_socket(std::string Step::*member) {
  return [member](const Step& step) { return StepNames{{}, {step.*member}, {}}; };
}
template <typename Step>
auto about_program(std::string Step::*member) {
  return [member](const Step& step) { return StepNames{{}, {}, {step.*member}}; };
}
template <typename Step>
auto about_host(std::string Step::*member) {
  return [member](const Step& step) { return StepNames{{step.*member}, {}, {}}; };
}
template <typename Step>
auto about_hosts(std::vector<std::string> Step::*member) {
  return [member](const Step& step) { return StepNames{step.*member, {}, {}}; };
}

struct VerbGroup {
  std::string title;  // "Sockets"
  std::vector<Verb> verbs;
};

// The verbs of a list of steps. Does not compile when one of them is not defined above.
template <typename... Steps>
VerbGroup group(std::string title, scenario::StepList<Steps...>) {
  return {std::move(title), {define<Steps>()...}};
}

// Parts of the words of several verbs.
std::string expecting(int error);                // ", expecting ECONNREFUSED"; nothing: success
std::string in_quotes(const std::string& data);  // as a string literal, truncated if long

}  // namespace lab::language
