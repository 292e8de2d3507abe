// SPDX-License-Identifier: MIT
//
// setsockopt(), getsockopt() and fcntl().
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <algorithm>

#include "packetdrill/system_calls.hpp"
#include "util/error.hpp"

namespace lab::packetdrill {
namespace {

using Node = Expression::Kind;

// The number in "[1]".
std::int64_t number_in(const Progress& progress, const Call& call, const std::string& option) {
  const Expression& value = call.arguments[3];
  if (value.kind == Node::list && value.parts.size() == 1) {
    if (const auto number = constant_of(value.parts[0])) return *number;
    if (option == "SO_ERROR" && value.parts[0].kind == Node::word)
      if (const int error = errno_from_name(value.parts[0].text); error != 0) return error;
  }
  progress.refuse(fmt::format("the value of {}", option));
}

// "{onoff=1, linger=0}": as SetOption has it.
std::int64_t linger_in(const Progress& progress, const Call& call) {
  const Expression& value = call.arguments[3];
  const auto part = [&](std::size_t index, std::string_view name) -> std::int64_t {
    const bool fits = value.kind == Node::structure && value.parts.size() == 2 &&
                      value.parts[index].kind == Node::field && value.parts[index].text == name;
    if (!fits) progress.refuse("the value of SO_LINGER");
    return value.parts[index].parts.front().number;
  };
  const std::int64_t on = part(0, "onoff"), seconds = part(1, "linger");
  return on == 0 ? -1 : seconds;
}

void require_size(const Progress& progress, const Expression& size, std::int64_t wanted,
                  const std::string& option) {
  const Expression& number =
      size.kind == Node::list && size.parts.size() == 1 ? size.parts[0] : size;
  if (constant_of(number) != wanted)
    progress.refuse(fmt::format("{} with a value of another size than {} bytes", option, wanted));
}

std::string option_of(const Progress& progress, const Call& call) {
  if (call.arguments.size() != 5 || call.end)
    progress.refuse(fmt::format("this form of {}()", call.name));
  const std::string& level = call.arguments[1].text;
  const std::string& name = call.arguments[2].text;
  constexpr std::pair<std::string_view, std::string_view> levels[] = {
      {"SOL_SOCKET", "SO_"}, {"SOL_TCP", "TCP_"},   {"IPPROTO_TCP", "TCP_"},  {"SOL_IP", "IP_"},
      {"IPPROTO_IP", "IP_"}, {"SOL_IPV6", "IPV6_"}, {"IPPROTO_IPV6", "IPV6_"}};
  const bool known =
      std::ranges::any_of(
          levels,
          [&](const auto& each) { return each.first == level && name.starts_with(each.second); }) &&
      std::ranges::find(scenario::socket_options(), name) != scenario::socket_options().end();
  if (!known) progress.refuse(fmt::format("the option {} of {}", name, level));
  return name;
}

// An option that is no int, or that a file has no word for.
bool add_bytes(Progress& progress, const Call& call) {
  if (call.arguments.size() != 5 || call.end) return false;
  const std::string& name = call.arguments[2].text;
  const auto level = constant_of(call.arguments[1]), option = constant_of(call.arguments[2]);
  const Expression& value = call.arguments[3];
  const Expression& size = call.arguments[4];
  const bool get = call.name == "getsockopt";
  const auto bytes = constant_of(get && size.kind == Node::list && size.parts.size() == 1
                                     ? size.parts[0] : size);
  if (!level || !option || !bytes || *bytes < 0 || *bytes > 256) return false;
  scenario::OptionBytes made{static_cast<int>(*level), static_cast<int>(*option), "", get};
  const auto count = static_cast<std::size_t>(*bytes);
  if (value.kind == Node::string) {
    made.bytes = value.text;
    made.bytes.resize(count);
  } else {
    const auto number = static_cast<std::int32_t>(number_in(progress, call, name));
    if (count > sizeof number) return false;
    made.bytes.assign(reinterpret_cast<const char*>(&number), count);
  }
  const std::string& socket = descriptor_of(progress, call).socket;
  scenario::SystemCall step =
      system_call(progress, call, socket, fmt::format("{} {} on {}", call.name, name, socket));
  step.arguments = std::move(made);
  progress.add(std::move(step));
  return true;
}

bool is_known(const Call& call) {
  const auto& known = scenario::socket_options();
  if (call.arguments.size() != 5 ||
      std::ranges::find(known, call.arguments[2].text) == known.end())
    return false;
  return call.name != "setsockopt" || constant_of(call.arguments[4]) == 4 ||
         call.arguments[3].kind != Node::list;
}

template <typename Step>
void add_option(Progress& progress, const Call& call) {
  const std::string option = option_of(progress, call);
  Step step;
  step.socket = descriptor_of(progress, call).socket;
  step.option = option;
  step.error = only_error_of(progress, call);
  if (scenario::has_named_value(option)) {
    const Expression& value = call.arguments[3];
    if (value.kind != Node::string) progress.refuse(fmt::format("the value of {}", option));
    step.name = value.text;
  } else if (option == "SO_LINGER") {
    step.value = linger_in(progress, call);
    require_size(progress, call.arguments[4], 8, option);
  } else {
    step.value = number_in(progress, call, option);
    require_size(progress, call.arguments[4], 4, option);
  }
  progress.add(std::move(step));
}

// The lab's sockets never block. So the mode only decides what the script expects of calls.
void set_mode(Progress& progress, const Call& call) {
  const std::string command = call.arguments.size() < 2 ? "" : call.arguments[1].text;
  Descriptor& socket = descriptor_of(progress, call);
  constexpr std::int64_t plain = O_RDWR;
  const std::int64_t flags = socket.nonblocking ? plain | O_NONBLOCK : plain;
  if (command == "F_GETFL" && call.arguments.size() == 2 && constant_of(call.result) == flags)
    return;
  const bool sets =
      command == "F_SETFL" && call.arguments.size() == 3 && constant_of(call.result) == 0;
  const auto wanted = sets ? constant_of(call.arguments[2]) : std::nullopt;
  if (!wanted || (*wanted & ~(O_RDWR | O_NONBLOCK)) != 0) progress.refuse("this form of fcntl()");
  socket.nonblocking = (*wanted & O_NONBLOCK) != 0;
}

}  // namespace

bool translate_option_call(Progress& progress, const Call& call) {
  const bool option = call.name == "setsockopt" || call.name == "getsockopt";
  if (option && !is_known(call) && add_bytes(progress, call)) return true;
  if (call.name == "setsockopt")
    add_option<scenario::SetOption>(progress, call);
  else if (call.name == "getsockopt")
    add_option<scenario::GetOption>(progress, call);
  else if (call.name == "fcntl")
    set_mode(progress, call);
  else
    return false;
  return true;
}

}  // namespace lab::packetdrill
