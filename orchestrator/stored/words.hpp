// SPDX-License-Identifier: MIT
//
// How the lab's values are stored: addresses, flags, states, words of its enumerations.
#pragma once

#include <string>
#include <string_view>

#include "json/format.hpp"
#include "record/address.hpp"
#include "record/kernel_function.hpp"
#include "record/lookup_words.hpp"
#include "record/packet.hpp"
#include "record/row.hpp"
#include "record/timeline.hpp"
#include "record/trace_words.hpp"
#include "record/witness.hpp"
#include "util/error.hpp"

namespace lab {

struct AddressText {
  static constexpr const char *definition = "address", *meaning = "an IP address",
                              *pattern = "^[0-9a-f:.]+$", *what = "an IP address";
  static std::string str(const Address& address) { return address.str(); }
  static auto parse(std::string_view text) { return Address::parse(text); }
};
template <>
struct Format<Address> : TextFormat<AddressText> {};

struct EndpointText {
  static constexpr const char *definition = "endpoint",
                              *meaning = "an address and a port: 10.0.0.1:80, [fd00::1]:80",
                              *pattern = R"(^([0-9.]+|\[[0-9a-f:.]+\]):[0-9]+$)",
                              *what = "an address and port";
  static std::string str(const Endpoint& endpoint) { return endpoint.str(); }
  static auto parse(std::string_view text) { return Endpoint::parse(text); }
};
template <>
struct Format<Endpoint> : TextFormat<EndpointText> {};

struct FlagsText {
  static constexpr const char *definition = "flags",
                              *meaning = "TCP flags as tcpdump writes them; . is ACK",
                              *pattern = R"(^F?S?R?P?\.?U?E?W?$)", *what = "TCP flags, as in \"S.\"";
  static std::string str(const TcpFlags& flags) { return flags.str(); }
  static auto parse(std::string_view text) { return TcpFlags::parse(text); }
};
template <>
struct Format<TcpFlags> : TextFormat<FlagsText> {};

struct WitnessesText {
  static constexpr const char *definition = "witnesses",
                              *meaning =
                                  "who was asked: module, sock_diag, packets, trace, socket, "
                                  "program; several with a comma between",
                              *pattern = "^[a-z_, ]*$", *what = "witnesses";
  static std::string str(const Witnesses& witnesses) { return witnesses.str(); }
  static auto parse(std::string_view text) { return Witnesses::parse(text); }
};
template <>
struct Format<Witnesses> : TextFormat<WitnessesText> {};

// A word of the trace. The schema allows any, since a later program's trace may have more; a
// reader refuses those that it does not know.
template <typename Value, auto parse>
struct TraceWord {
  static nlohmann::json write(Value value) { return to_string(value); }
  static Value read(const JsonPlace& from) {
    return from.parsed(parse,
                       "a word of the trace that this program knows; use the program that "
                       "wrote the document, or a later one");
  }
  static Schema schema(Definitions&) { return {{"type", "string"}}; }
};
template <>
struct Format<KernelFunction> : TraceWord<KernelFunction, kernel_function_from> {};
template <>
struct Format<TraceDetail> : TraceWord<TraceDetail, trace_detail_from> {};
template <>
struct Format<TraceOutcome> : TraceWord<TraceOutcome, trace_outcome_from> {};

// An errno by its name.
struct ErrnoName {
  static nlohmann::json write(int error) { return errno_name(error); }
  static int read(const JsonPlace& from) {
    const std::string name = from.as<std::string>();
    const int error = errno_from_name(name);
    if (error == 0 && name != errno_name(0)) from.refuse(fmt::format("\"{}\" is no errno", name));
    return error;
  }
  static Schema schema(Definitions&) {
    return {{"type", "string"}, {"pattern", "^(0|E[A-Z0-9]+)$"}};
  }
};

// A Timestamp.
struct Time : Format<Timestamp> {
  static Schema schema(Definitions& definitions) {
    return definitions.refer("time", [] {
      return Schema{{"type", "integer"},
                    {"description", "nanoseconds since 1970-01-01 UTC, CLOCK_REALTIME"}};
    });
  }
};

// Packet::outgoing.
struct Direction {
  static nlohmann::json write(bool outgoing) { return outgoing ? "out" : "in"; }
  static bool read(const JsonPlace& from) {
    const std::string word = from.as<std::string>();
    if (word != "out" && word != "in") from.refuse("must be \"out\" or \"in\"");
    return word == "out";
  }
  static Schema schema(Definitions&) { return {{"enum", {"in", "out"}}}; }
};

// "ipv4", "ipv6"
template <>
struct Format<Family> {
  static nlohmann::json write(Family family) { return family_name(family); }
  static Family read(const JsonPlace& from) {
    const std::string word = from.as<std::string>();
    if (word != "ipv4" && word != "ipv6") from.refuse("must be \"ipv4\" or \"ipv6\"");
    return word == "ipv4" ? Family::inet : Family::inet6;
  }
  static Schema schema(Definitions& definitions) {
    return definitions.refer("family", [] {
      return Schema{{"enum", {"ipv4", "ipv6"}}, {"description", "the IP that a run used"}};
    });
  }
};

template <>
struct Words<TcpState> {
  using enum TcpState;
  static constexpr TcpState all[] = {established, syn_sent,   syn_received, fin_wait_1,
                                     fin_wait_2,  time_wait,  closed,       close_wait,
                                     last_ack,    listen,     closing};
  static constexpr const char *definition = "state", *meaning = "RFC 9293, 3.3.2",
                              *what = "a TCP state";
  static auto parse(std::string_view word) { return tcp_state_from(word); }
};

template <>
struct Words<Kind> {
  static constexpr Kind all[] = {Kind::full, Kind::request, Kind::timewait};
  static constexpr const char *definition = "kind",
                              *meaning =
                                  "the struct behind a row: tcp_sock, tcp_request_sock, "
                                  "tcp_timewait_sock",
                              *what = "a kind of socket";
  static auto parse(std::string_view word) { return kind_from(word); }
};

template <>
struct Words<Role> {
  static constexpr Role all[] = {Role::nothing, Role::listening, Role::connected};
  static constexpr const char *definition = "role",
                              *meaning = "in the bind table: what the socket is besides bound",
                              *what = "a role";
  static auto parse(std::string_view word) { return role_from(word); }
};

template <>
struct Words<Witness> {
  using enum Witness;
  static constexpr Witness all[] = {module, sock_diag, packets, socket, program, trace};
  static constexpr const char *definition = "witness", *meaning = "a source of what was seen",
                              *what = "a witness";
  static auto parse(std::string_view word) { return witness_from(word); }
};

template <>
struct Words<Outcome> {
  static constexpr Outcome all[] = {Outcome::pass, Outcome::fail, Outcome::not_observed};
  static constexpr const char *definition = "outcome",
                              *meaning = "not_observed: nobody could see it, which is not a pass",
                              *what = "an outcome";
  static auto parse(std::string_view word) { return outcome_from(word); }
};

template <>
struct Words<StepClass> {
  static constexpr StepClass all[] = {StepClass::prepares, StepClass::acts, StepClass::observes};
  static constexpr const char *definition = "step_class",
                              *meaning =
                                  "whether a step sets something up, does something, or states "
                                  "what must be seen",
                              *what = "a class of steps";
  static auto parse(std::string_view word) { return step_class_from(word); }
};

template <>
struct Words<LookupStepName> {
  using enum LookupStepName;
  static constexpr LookupStepName all[] = {ehash, exact, wildcard, bind, verdict};
  static constexpr const char *definition = "lookup_step_name", *meaning = "a step of a lookup",
                              *what = "a step of a lookup";
  static auto parse(std::string_view word) { return lookup_step_name_from(word); }
};

template <>
struct Words<LookupResult> {
  using enum LookupResult;
  static constexpr LookupResult all[] = {hit, miss, skipped, cut};
  static constexpr const char *definition = "lookup_result",
                              *meaning =
                                  "cut: of the bind table, only connections among the first "
                                  "sockets on the port, and there are more",
                              *what = "hit, miss, skipped or cut";
  static auto parse(std::string_view word) { return lookup_result_from(word); }
};

template <>
struct Words<LookupVerdict> {
  using enum LookupVerdict;
  static constexpr LookupVerdict all[] = {rst,           conn_request, simultaneous_open,
                                          challenge_ack, request,      time_wait};
  static constexpr const char *definition = "lookup_verdict", *meaning = "what happens to the SYN",
                              *what = "a verdict";
  static auto parse(std::string_view word) { return lookup_verdict_from(word); }
};

}  // namespace lab
