// SPDX-License-Identifier: MIT
//
// The verbs that send and receive data, and those for options and TCP_INFO, see tcp(7).
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>

#include "language/errnos.hpp"
#include "language/types.hpp"
#include "language/verbs.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace lab::language {

using scenario::GetOption;
using scenario::has_named_value;
using scenario::has_unsigned_value;
using scenario::Info;
using scenario::info_fields;
using scenario::info_options;
using scenario::InfoField;
using scenario::Receive;
using scenario::receive_flags;
using scenario::Send;
using scenario::send_flags;
using scenario::SetOption;
using scenario::socket_options;
using scenario::Transfer;

namespace {

constexpr std::int64_t most_bytes = 1 << 28;       // of one transfer
constexpr std::int64_t most_call_bytes = 1 << 20;  // of one call

// The value of SO_ERROR is an errno, that of TCP_CONGESTION a name, that of any other a number.
template <typename Step>
void read_value(Step& step, const YamlNode& node) {
  if (has_named_value(step.option))
    step.name = yaml::text_of(node, "value");
  else if (step.option == "SO_ERROR")
    step.value = errno_of(node);
  else if (has_unsigned_value(step.option))
    step.value = integer_of(node, "value", 0, UINT32_MAX);
  else
    step.value = integer_of(node, "value", INT32_MIN, INT32_MAX);
}

std::string value_in_words(const GetOption& get) {
  if (has_named_value(get.option)) return get.name;
  return get.option == "SO_ERROR" ? errno_name(static_cast<int>(get.value))
                                  : std::to_string(get.value);
}

Type<std::string> socket_option() { return choice("socket option", socket_options()); }

std::optional<Demand> demanded_value(const GetOption& get, const Played& played) {
  if (get.error != 0) return std::nullopt;
  return Demand{value_in_words(get),
                has_named_value(get.option) ? played.data == get.name : played.value == get.value};
}

std::optional<Demand> demanded_send(const Send& send, const Played& played) {
  if (send.error != 0 || !send.accepted) return std::nullopt;
  return Demand{fmt::format("{} bytes", *send.accepted), played.value == *send.accepted};
}

std::optional<Demand> demanded_data(const Receive& receive, const Played& played) {
  if (receive.error != 0) return std::nullopt;
  if (receive.bytes)
    return Demand{fmt::format("{} bytes", *receive.bytes), played.value == *receive.bytes};
  const std::string data = in_quotes(receive.data);
  const bool met = played.data == receive.data && (played.ended || !receive.end);
  if (!receive.end) return Demand{data, met};
  return Demand{receive.data.empty() ? "the end of the stream and nothing before it"
                                     : data + ", then the end of the stream",
                met};
}

std::optional<Demand> demanded_bytes(const Transfer& transfer, const Played& played) {
  if (transfer.error != 0) return std::nullopt;
  return Demand{fmt::format("{} bytes as they were sent", transfer.bytes),
                played.value == transfer.bytes};
}

std::string flags_in_words(const std::vector<std::string>& flags) {
  return flags.empty() ? "" : fmt::format(", {}", fmt::join(flags, " "));
}

// "10", or bounds that must all hold: ">=2 <=5".
InfoField read_field(const YamlNode& node, const std::string& name) {
  InfoField field{name, 0, UINT64_MAX, yaml::text_of(node, name)};
  for (const std::string_view word : words(field.words)) {
    const std::size_t digits = word.find_first_not_of("<>=");
    const std::string_view sign = word.substr(0, digits);
    const auto number = digits == std::string_view::npos
                            ? std::nullopt
                            : to_integer<std::uint64_t>(word.substr(digits));
    const bool known = sign.empty() || sign == ">=" || sign == "<=" || sign == ">" || sign == "<";
    const std::uint64_t bound = number.value_or(0);
    if (!number || !known || (sign == ">" && bound == UINT64_MAX) || (sign == "<" && bound == 0))
      throw Problem(node.at, fmt::format("\"{}\" is not a number or a range; write 10, \">=2\" or "
                                         "\">=2 <=5\"",
                                         field.words));
    if (sign.empty() || sign == ">=") field.least = std::max(field.least, bound);
    if (sign.empty() || sign == "<=") field.most = std::min(field.most, bound);
    if (sign == ">") field.least = std::max(field.least, bound + 1);
    if (sign == "<") field.most = std::min(field.most, bound - 1);
  }
  if (field.least > field.most)
    throw Problem(node.at, fmt::format("no number is \"{}\"", field.words));
  return field;
}

Type<std::vector<InfoField>> info_numbers() {
  return {"a map from fields of TCP_INFO to numbers or ranges",
          []() -> nlohmann::json {
            return {{"type", "object"},
                    {"propertyNames", {{"enum", info_fields()}}},
                    {"additionalProperties", {{"type", {"integer", "string"}}}}};
          },
          [](const YamlNode& node, std::string_view what, Names&) {
            if (node.kind != YamlNode::Kind::map || node.entries.empty())
              throw Problem(node.at,
                            fmt::format("{} must be a map; write {{tcpi_snd_cwnd: 10}}", what));
            std::vector<InfoField> fields;
            for (const YamlEntry& entry : node.entries) {
              if (std::ranges::find(info_fields(), entry.key) == info_fields().end())
                throw Problem(entry.value.at, fmt::format("TCP_INFO has no field {}",
                                                          unknown(entry.key, info_fields())));
              fields.push_back(read_field(entry.value, entry.key));
            }
            return fields;
          }};
}

}  // namespace

template <>
Verb define<SetOption>() {
  return verb(
      MapType<SetOption>("setsockopt", "Sets an option whose value is an int, or a name.")
          .need("socket", any_socket(), &SetOption::socket, "srv", "the socket")
          .need("option", socket_option(), &SetOption::option, "TCP_DEFER_ACCEPT",
                "the option's name")
          .declare("value", true, text(), "5", "a number; of TCP_CONGESTION and TCP_ULP, a name")
          .may("error", errno_value(), &SetOption::error, "EINVAL", "the expected errno")
          .rule([](SetOption& set, const Fields& fields, Names& names) {
            require_possible("setsockopt()", set.error, fields, names);
            read_value(set, fields.need("value"));
          }),
      StepClass::prepares, about_socket(&SetOption::socket),
      [](const SetOption& set) {
        return fmt::format("set {} of {} to {}{}", set.option, set.socket,
                           set.name.empty() ? std::to_string(set.value) : set.name,
                           expecting(set.error));
      },
      {"setsockopt()", &SetOption::error});
}

template <>
Verb define<GetOption>() {
  return verb(
      MapType<GetOption>("getsockopt", "Checks the value of an option.")
          .need("socket", any_socket(), &GetOption::socket, "cli", "the socket")
          .need("option", socket_option(), &GetOption::option, "SO_ERROR", "the option's name")
          .declare("value", false, text(), "ECONNREFUSED",
                   "a number; of SO_ERROR, an errno; of TCP_CONGESTION and TCP_ULP, a name; needed "
                   "unless there is an `error`")
          .may("error", errno_value(), &GetOption::error, "ENOTCONN", "the expected errno")
          .rule([](GetOption& get, const Fields& fields, Names& names) {
            require_possible("getsockopt()", get.error, fields, names);
            const YamlNode* value = fields.find("value");
            if (value && get.error != 0)
              throw Problem(value->at,
                            "a getsockopt that fails returns no value; keep one of "
                            "value and error");
            if (get.error == 0) read_value(get, fields.need("value"));
          }),
      StepClass::observes, about_socket(&GetOption::socket),
      [](const GetOption& get) {
        return fmt::format("{} of {}{}", get.option, get.socket,
                           get.error != 0 ? expecting(get.error) : " is " + value_in_words(get));
      },
      {"getsockopt()", &GetOption::error, true, demanded_value});
}

template <>
Verb define<Send>() {
  return verb(
      MapType<Send>("send",
                    "Sends data. With `wait: false`, `flags` or `accepted`, or without data, calls "
                    "send(2) once, and `error` is its errno.")
          .need("socket", any_socket(), &Send::socket, "cli", "the socket")
          .may("data", payload(), &Send::data, "Hello", "the data; `\"\"`: none")
          .declare("bytes", false, integer(0, most_call_bytes), "2000",
                   "instead of `data`: as many bytes, all of them `x`")
          .may("wait", flag(), &Send::wait, "false", "default: `true`")
          .may("flags", list(choice("flag of send(2)", send_flags()), true), &Send::flags,
               "[MSG_MORE]", "flags of send(2)")
          .may("accepted", integer(0, most_call_bytes), &Send::accepted, "500",
               "how many bytes send(2) must accept at once; default: not compared")
          .may("error", errno_value(), &Send::error, "EPIPE", "the expected errno")
          .rule([](Send& send, const Fields& fields, Names& names) {
            require_possible("send()", send.error, fields, names);
            read_bytes(send.data, fields, most_call_bytes, true);
            if (send.error != 0 && send.accepted)
              throw Problem(fields.at(),
                            "a send that fails accepts nothing; keep one of accepted "
                            "and error");
            if (send.error == EAGAIN && !send.once())
              throw Problem(fields.at(),
                            "send waits for room, so it never ends with EAGAIN; write "
                            "wait: false");
          }),
      StepClass::acts, about_socket(&Send::socket),
      [](const Send& send) {
        const std::string accepted =
            send.accepted ? fmt::format(", {} accepted", *send.accepted) : "";
        return fmt::format("send {} on {}{}{}{}{}", in_quotes(send.data.bytes()), send.socket,
                           send.wait ? "" : " without waiting", flags_in_words(send.flags),
                           accepted, expecting(send.error));
      },
      {"send()", &Send::error, true, demanded_send});
}

template <>
Verb define<Receive>() {
  return verb(
      MapType<Receive>("receive",
                       "Waits for as many bytes as `data` has, and compares them with "
                       "it.")
          .need("socket", any_socket(), &Receive::socket, "conn", "the socket")
          .may("data", text(), &Receive::data, "Hello", "the expected data")
          .may("bytes", integer(1, most_call_bytes), &Receive::bytes, "2000",
               "instead of `data`: how many bytes, whatever they are")
          .may("flags", list(choice("flag of recv(2)", receive_flags()), true), &Receive::flags,
               "[MSG_PEEK]",
               "flags of recv(2), which is then called once, when there is something to read")
          .may("end", flag(), &Receive::end, "true",
               "instead of `data`: the peer closes without sending anything")
          .may("error", errno_value(), &Receive::error, "ECONNRESET",
               "instead of `data`: the errno of recv(2); EAGAIN: there is nothing to read now")
          .rule([](Receive& receive, const Fields& fields, Names& names) {
            require_possible("recv()", receive.error, fields, names);
            const int stated = !receive.data.empty() + receive.end + (receive.error != 0) +
                               receive.bytes.has_value();
            if (stated == 0)
              throw Problem(fields.at(),
                            "receive expects nothing; write data: Hello, bytes: 5, end: true or "
                            "error: ECONNRESET");
            if (stated > 1)
              throw Problem(fields.at(),
                            "receive expects one thing at a time; keep one of data, bytes, "
                            "end and error");
            if (!receive.data.empty() &&
                std::ranges::find(receive.flags, "MSG_TRUNC") != receive.flags.end())
              throw Problem(fields.at(),
                            "MSG_TRUNC discards the data, so they cannot be compared; "
                            "write bytes: instead of data:");
          }),
      StepClass::acts, about_socket(&Receive::socket),
      [](const Receive& receive) {
        const std::string what = receive.end          ? "the end"
                                 : receive.error != 0 ? "nothing"
                                 : receive.bytes      ? fmt::format("{} bytes", *receive.bytes)
                                                      : in_quotes(receive.data);
        return fmt::format("receive {} on {}{}{}", what, receive.socket,
                           flags_in_words(receive.flags), expecting(receive.error));
      },
      {"recv()", &Receive::error, true, demanded_data});
}

template <>
Verb define<Transfer>() {
  return verb(
      MapType<Transfer>("transfer",
                        "Writes bytes to one socket, reads them from the other at the "
                        "same time, and compares them. Both may be the same socket.")
          .need("from", open_socket(), &Transfer::from, "cli", "the sending socket")
          .need("to", open_socket(), &Transfer::to, "conn", "the receiving socket")
          .need("bytes", integer(1, most_bytes), &Transfer::bytes, "1048576", "how many bytes")
          .may("error", errno_value(), &Transfer::error, "ECONNRESET",
               "the expected errno of send(2) or recv(2)")
          .rule(possible<Transfer>("transfer")),
      StepClass::acts,
      [](const Transfer& transfer) {
        return StepNames{{}, {transfer.from, transfer.to}, {}};
      },
      [](const Transfer& transfer) {
        return fmt::format("transfer {} bytes from {} to {}{}", transfer.bytes, transfer.from,
                           transfer.to, expecting(transfer.error));
      },
      {"transfer", &Transfer::error, true, demanded_bytes});
}

template <>
Verb define<Info>() {
  const auto options = list(choice("TCP_INFO option", info_options()), true);
  return verb(
      MapType<Info>("info", "Waits until TCP_INFO is as described.")
          .need("socket", open_socket(), &Info::socket, "cli", "the socket")
          .may("state", state(), &Info::state, "ESTABLISHED", "tcpi_state")
          .may("has", options, &Info::has, "[timestamps]", "tcpi_options that must be on")
          .may("lacks", options, &Info::lacks, "[sack]", "tcpi_options that must be off")
          .may("retransmissions", integer(0, UINT32_MAX), &Info::retransmissions, "1",
               "tcpi_total_retrans")
          .may("unacknowledged", integer(0, UINT32_MAX), &Info::unacknowledged, "0", "tcpi_unacked")
          .may("fields", info_numbers(), &Info::fields,
               "{tcpi_snd_cwnd: 10, tcpi_rtt: \">0 <=50000\"}",
               "any field of struct tcp_info or of SO_MEMINFO: a number, or a range")
          .rule([](Info& info, const Fields& fields, Names&) {
            if (!info.state && info.has.empty() && info.lacks.empty() && !info.retransmissions &&
                !info.unacknowledged && info.fields.empty())
              throw Problem(fields.at(),
                            "info states nothing; write state: ESTABLISHED, has: "
                            "[timestamps] or the like");
          }),
      StepClass::observes, about_socket(&Info::socket), [](const Info& info) {
        std::vector<std::string> words;
        if (info.state) words.emplace_back(lab::to_string(*info.state));
        for (const std::string& option : info.has) words.push_back(option);
        for (const std::string& option : info.lacks) words.push_back("no " + option);
        if (info.retransmissions)
          words.push_back(fmt::format("retransmissions {}", *info.retransmissions));
        if (info.unacknowledged)
          words.push_back(fmt::format("unacknowledged {}", *info.unacknowledged));
        for (const InfoField& field : info.fields)
          words.push_back(fmt::format("{} {}", field.name, field.words));
        return words.empty() ? fmt::format("read TCP_INFO of {}", info.socket)
                             : fmt::format("{} is {}", info.socket, fmt::join(words, ", "));
      });
}

}  // namespace lab::language
