// SPDX-License-Identifier: MIT
//
// Messages of sendmsg() and recvmsg(), with their control messages; and what they share with other
// calls that send and receive.
#include <fmt/format.h>
#include <sys/socket.h>

#include "packetdrill/system_calls.hpp"
#include "yaml/yaml_node.hpp"

namespace lab::packetdrill {
namespace {

using Node = Expression::Kind;
using scenario::ControlMessage;

constexpr std::int64_t most_of_message = 1 << 26;  // of one message

std::uint32_t unsigned_in(const Progress& progress, const Call& call, const Expression& structure,
                          std::string_view name) {
  return static_cast<std::uint32_t>(number_in(progress, call, structure, name));
}

// The lengths of "[{..., 40}, {..., 20}]".
std::vector<std::int64_t> lengths_of(const Progress& progress, const Call& call,
                                     const Expression& message) {
  const Expression* list = field(message, "msg_iov");
  if (!list || list->kind != Node::list) progress.refuse("a message without msg_iov");
  std::vector<std::int64_t> lengths;
  for (const Expression& part : list->parts) {
    const bool fits = part.kind == Node::structure && part.parts.size() == 2 &&
                      part.parts[0].kind == Node::ellipsis;
    const auto length = fits ? constant_of(part.parts[1]) : std::nullopt;
    if (!length || *length < 0 || *length > most_of_message)
      progress.refuse(fmt::format("this msg_iov of {}()", call.name));
    lengths.push_back(*length);
  }
  return lengths;
}

// "{scm_sec=0,scm_nsec=10000000}"; both 0: any time.
std::optional<std::chrono::microseconds> time_in(const Progress& progress, const Call& call,
                                                 const Expression& data) {
  const auto time = std::chrono::seconds(number_in(progress, call, data, "scm_sec")) +
                    std::chrono::nanoseconds(number_in(progress, call, data, "scm_nsec"));
  if (time.count() == 0) return std::nullopt;
  return std::chrono::duration_cast<std::chrono::microseconds>(time);
}

ControlMessage control_message(const Progress& progress, const Call& call,
                               const Expression& written) {
  if (written.kind != Node::structure) progress.refuse("this msg_control");
  ControlMessage message;
  message.level = static_cast<int>(number_in(progress, call, written, "cmsg_level"));
  message.type = static_cast<int>(number_in(progress, call, written, "cmsg_type"));
  const Expression* data = field(written, "cmsg_data");
  if (!data) progress.refuse("a control message without cmsg_data");
  if (const auto number = constant_of(*data)) {
    message.number = number;
  } else if (data->kind == Node::structure && field(*data, "ee_errno")) {
    constexpr std::string_view names[] = {"ee_errno", "ee_origin", "ee_type",
                                          "ee_code",  "ee_info",   "ee_data"};
    std::array<std::uint32_t, 6> values{};
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] = unsigned_in(progress, call, *data, names[i]);
    message.error = values;
  } else if (data->kind == Node::structure && field(*data, "scm_sec")) {
    message.time = time_in(progress, call, *data);
  } else {
    progress.refuse("this cmsg_data");
  }
  return message;
}

const Expression& written_message(const Progress& progress, const Call& call) {
  require_arguments(progress, call, 3);
  if (call.arguments[1].kind != Node::structure)
    progress.refuse(fmt::format("{}() without a message", call.name));
  return call.arguments[1];
}

void sendmsg(Progress& progress, const Call& call) {
  const Expression& written = written_message(progress, call);
  if (number_in(progress, call, written, "msg_flags") != 0)
    progress.refuse("sendmsg() with msg_flags");
  scenario::SendMessage message;
  for (const std::int64_t length : lengths_of(progress, call, written))
    message.parts.emplace_back(static_cast<std::size_t>(length), 'x');
  message.flags = int_of(progress, call, 2);
  // An established connection has its peer, whatever address is given.
  if (field(written, "msg_name") && ((message.flags & MSG_FASTOPEN) != 0 ||
                                     !descriptor_of(progress, call).connection))
    message.to = begin_connection(progress, descriptor_of(progress, call));
  add_message(progress, call, std::move(message));
}

void recvmsg(Progress& progress, const Call& call) {
  const Expression& written = written_message(progress, call);
  scenario::ReceiveMessage message;
  for (const std::int64_t length : lengths_of(progress, call, written)) message.room += length;
  message.flags = int_of(progress, call, 2);
  message.reported = static_cast<int>(number_in(progress, call, written, "msg_flags"));
  if (const Expression* control = field(written, "msg_control"))
    for (const Expression& each : control->parts)
      message.control.push_back(control_message(progress, call, each));
  add_reception(progress, call, std::move(message));
}

void recvfrom(Progress& progress, const Call& call) {
  require_arguments(progress, call, 6);
  scenario::ReceiveMessage message;
  message.null = call.arguments[1].kind != Node::ellipsis;
  message.room = number_of(progress, call, 2);
  message.flags = int_of(progress, call, 3);
  add_reception(progress, call, std::move(message));
}

}  // namespace

scenario::SystemCall system_call(const Progress& progress, const Call& call,
                                 const std::string& descriptor, std::string words) {
  scenario::SystemCall step;
  step.name = call.name;
  step.words = std::move(words);
  step.host = local_host;
  step.descriptor = descriptor;
  step.error = error_of(progress, call);
  if (step.error == 0) step.result = result_of(progress, call);
  return step;
}

void add_system_call(Progress& progress, const Call& call, scenario::SystemCall step) {
  if (!call.end) return progress.add(std::move(step));
  scenario::CallOver over;
  over.call = step;
  over.duration = *call.end - progress.begun;
  if (over.duration.count() < 0) progress.refuse("a call that returns before it begins");
  const auto share = std::chrono::duration_cast<std::chrono::microseconds>(
      over.duration * (progress.settings.tolerance_percent / 100));
  over.tolerance = std::max(progress.settings.tolerance, share);
  step.begins = true;
  progress.add(std::move(step));
  progress.pending.push_back({std::move(over), "", std::nullopt, progress.at});
}

const Expression* field(const Expression& structure, std::string_view name) {
  for (const Expression& each : structure.parts)
    if (each.kind == Node::field && each.text == name) return &each.parts.front();
  return nullptr;
}

std::int64_t number_in(const Progress& progress, const Call& call, const Expression& structure,
                       std::string_view name) {
  const Expression* found = field(structure, name);
  const auto number = found ? constant_of(*found) : std::nullopt;
  if (found && !number && found->kind == Node::word)
    throw yaml::Problem(found->at, fmt::format("{} is no known number; define it with -D {}=VALUE",
                                               found->text, found->text));
  if (!number) progress.refuse(fmt::format("{}() without a known {}", call.name, name));
  return *number;
}

const Descriptor& descriptor_at(const Progress& progress, const Call& call,
                                const Expression& number) {
  const auto value = constant_of(number);
  const auto found = value ? progress.descriptors.find(*value) : progress.descriptors.end();
  if (found == progress.descriptors.end())
    progress.refuse(fmt::format("{}() on a descriptor that the script has not opened", call.name));
  return found->second;
}

void add_message(Progress& progress, const Call& call, scenario::SendMessage message) {
  std::size_t bytes = 0;
  for (const std::string& part : message.parts) bytes += part.size();
  progress.count_bytes(static_cast<std::int64_t>(bytes));
  const std::string& name = descriptor_of(progress, call).socket;
  scenario::SystemCall step =
      system_call(progress, call, name, fmt::format("{} {} bytes on {}", call.name, bytes, name));
  step.arguments = std::move(message);
  add_system_call(progress, call, std::move(step));
}

void add_reception(Progress& progress, const Call& call, scenario::ReceiveMessage message) {
  if (message.room < 0 || message.room > most_of_message)
    progress.refuse(fmt::format("{}() of {} bytes", call.name, message.room));
  const std::string& name = descriptor_of(progress, call).socket;
  scenario::SystemCall step = system_call(
      progress, call, name, fmt::format("{} of at most {} bytes on {}", call.name, message.room, name));
  step.arguments = std::move(message);
  add_system_call(progress, call, std::move(step));
}

bool translate_message(Progress& progress, const Call& call) {
  if (call.name == "sendmsg")
    sendmsg(progress, call);
  else if (call.name == "recvmsg")
    recvmsg(progress, call);
  else if (call.name == "recvfrom")
    recvfrom(progress, call);
  else
    return false;
  return true;
}

}  // namespace lab::packetdrill
