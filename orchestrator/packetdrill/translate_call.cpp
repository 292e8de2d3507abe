// SPDX-License-Identifier: MIT
//
// System calls on sockets.
#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>

#include "packetdrill/arguments.hpp"

namespace lab::packetdrill {
namespace {

using Node = Expression::Kind;
using Translate = void (*)(Progress&, const Call&);

constexpr std::int64_t most_bytes = 1
                                    << 26;  // of one call, and of all that send: they are in memory

// A step at the call's time; of a call that blocks, before the next call, when it must be over.
void add_outcome(Progress& progress, const Call& call, scenario::Action action) {
  if (call.end)
    progress.pending.push_back({std::move(action), "", std::nullopt, progress.at});
  else
    progress.add(std::move(action));
}

std::int64_t byte_count(const Progress& progress, const Call& call, std::size_t argument) {
  const std::int64_t count = number_of(progress, call, argument);
  if (count < 0 || count > most_bytes)
    progress.refuse(fmt::format("{}() of {} bytes", call.name, count));
  return count;
}

// The bytes to send: those that the script states, or as many as it says.
std::string data_of(Progress& progress, const Call& call) {
  const Expression& data = call.arguments[1];
  const auto count = static_cast<std::size_t>(byte_count(progress, call, 2));
  if ((progress.bytes += static_cast<std::int64_t>(count)) > most_bytes)
    progress.refuse(fmt::format("more than {} bytes to send in all", most_bytes));
  if (data.kind == Node::ellipsis) return std::string(count, 'x');
  if (data.kind != Node::string || data.text.size() < count)
    progress.refuse(fmt::format("the data of {}()", call.name));
  return data.text.substr(0, count);
}

// The names of the flags of send(2) and recv(2), all of which must be in `known`.
std::vector<std::string> flags_of(const Progress& progress, const Call& call,
                                  const std::vector<std::string>& known) {
  const Expression& flags = call.arguments[3];
  std::vector<std::string> names;
  if (flags.kind == Node::integer && flags.number == 0) return names;
  for (const Expression& flag :
       flags.kind == Node::either ? flags.parts : std::vector<Expression>{flags}) {
    if (flag.kind != Node::word || std::ranges::find(known, flag.text) == known.end())
      progress.refuse(
          fmt::format("the flag {} of {}()", flag.kind == Node::word ? flag.text : "", call.name));
    names.push_back(flag.text);
  }
  return names;
}

void socket(Progress& progress, const Call& call) {
  require_arguments(progress, call, 3);
  require_at_once(progress, call);
  require_ellipsis(progress, call, 0);
  const Expression& type = call.arguments[1];
  const bool nonblocking =
      type.kind == Node::either && type.parts.size() == 2 && type.parts[1].text == "SOCK_NONBLOCK";
  const bool tcp =
      (type.text == "SOCK_STREAM" || (nonblocking && type.parts[0].text == "SOCK_STREAM")) &&
      (call.arguments[2].text == "IPPROTO_TCP" || constant_of(call.arguments[2]) == 0);
  if (!tcp) progress.refuse("a socket that is not TCP's");
  if (error_of(progress, call) != 0) progress.refuse("socket() that fails");
  const std::int64_t number = result_of(progress, call);
  if (progress.descriptors.contains(number))
    progress.refuse(fmt::format("socket() that returns {}, which is open", number));
  scenario::OpenSocket step;
  step.name = progress.new_name(number);
  step.host = local_host;
  progress.descriptors[number] = {step.name, nonblocking, false, std::nullopt};
  progress.current.reset();
  progress.listening = false;
  progress.add(std::move(step));
}

void bind(Progress& progress, const Call& call) {
  require_arguments(progress, call, 3);
  require_at_once(progress, call);
  require_ellipsis(progress, call, 1);
  const std::string& name = descriptor_of(progress, call).socket;
  progress.add(scenario::Bind{name,
                              {std::string(local_host), {progress.settings.bind_port, ""}, ""},
                              only_error_of(progress, call)});
}

void listen(Progress& progress, const Call& call) {
  require_arguments(progress, call, 2);
  require_at_once(progress, call);
  Descriptor& listener = descriptor_of(progress, call);
  const int error = only_error_of(progress, call);
  listener.listening |= error == 0;
  if (error == 0) {
    progress.listening = true;
    progress.current.reset();
  }
  progress.add(
      scenario::Listen{listener.socket, static_cast<int>(number_of(progress, call, 1)), error});
}

void accept(Progress& progress, const Call& call) {
  require_arguments(progress, call, 3);
  require_ellipsis(progress, call, 1);
  require_ellipsis(progress, call, 2);
  const std::string listener = descriptor_of(progress, call).socket;
  const int error = error_of(progress, call);
  scenario::Accept step{{listener}, "", "", error};
  if (error == 0) {
    const std::int64_t number = result_of(progress, call);
    step.name = progress.new_name(number);
    progress.descriptors[number] = {step.name, false, false, progress.current};
    if (progress.current && progress.connections[*progress.current].socket.empty())
      progress.connections[*progress.current].socket = step.name;
  }
  add_outcome(progress, call, std::move(step));
}

// Packets belong to the connection that this socket tries to make.
void begin_connection(Progress& progress, Descriptor& from) {
  if (from.connection) return;  // connect() again, to learn the outcome
  Connection made;
  made.local_port = {0, fmt::format("port-{}", from.socket)};
  made.remote_port = {progress.settings.connect_port, ""};
  made.socket = from.socket;
  made.active = true;
  made.port_known = false;
  from.connection = progress.current = progress.connections.size();
  progress.listening = false;
  progress.connections.push_back(std::move(made));
}

scenario::Place peer(const Progress& progress) {
  return {std::string(remote_host), {progress.settings.connect_port, ""}, ""};
}

void connect(Progress& progress, const Call& call) {
  require_arguments(progress, call, 3);
  require_ellipsis(progress, call, 1);
  require_ellipsis(progress, call, 2);
  Descriptor& from = descriptor_of(progress, call);
  const int error = only_error_of(progress, call);
  begin_connection(progress, from);
  progress.add(
      scenario::Connect{from.socket, peer(progress), false, call.end ? EINPROGRESS : error});
  if (call.end) add_outcome(progress, call, scenario::Connected{from.socket, error});
}

// sendto(2) with MSG_FASTOPEN connects.
void sendto(Progress& progress, const Call& call) {
  require_arguments(progress, call, 6);
  require_at_once(progress, call);
  require_ellipsis(progress, call, 4);
  require_ellipsis(progress, call, 5);
  Descriptor& from = descriptor_of(progress, call);
  const auto flags = flags_of(progress, call, {"MSG_FASTOPEN", "MSG_NOSIGNAL"});
  if (std::ranges::find(flags, "MSG_FASTOPEN") == flags.end())
    progress.refuse("sendto() without MSG_FASTOPEN");
  const std::string data = data_of(progress, call);
  const int error = error_of(progress, call);
  if (error == 0 && result_of(progress, call) != static_cast<std::int64_t>(data.size()))
    progress.refuse("sendto() that accepts a part of its data");
  begin_connection(progress, from);
  progress.add(scenario::Connect{from.socket, peer(progress), false, error, data, true});
}

void add_send(Progress& progress, const Call& call, std::vector<std::string> flags) {
  require_at_once(progress, call);
  scenario::Send step;
  step.socket = descriptor_of(progress, call).socket;
  step.data = data_of(progress, call);
  step.wait = false;
  step.error = error_of(progress, call);
  step.flags = std::move(flags);
  if (step.error == 0) step.accepted = result_of(progress, call);
  progress.add(std::move(step));
}

void write(Progress& progress, const Call& call) {
  require_arguments(progress, call, 3);
  add_send(progress, call, {});
}

void send(Progress& progress, const Call& call) {
  require_arguments(progress, call, 4);
  add_send(progress, call, flags_of(progress, call, scenario::send_flags()));
}

void add_receive(Progress& progress, const Call& call, std::vector<std::string> flags) {
  require_ellipsis(progress, call, 1);
  scenario::Receive step;
  step.socket = descriptor_of(progress, call).socket;
  step.room = byte_count(progress, call, 2);
  step.error = error_of(progress, call);
  step.flags = std::move(flags);
  const std::int64_t result = result_of(progress, call);
  if (*step.room == 0) progress.refuse(fmt::format("{}() of no bytes", call.name));
  step.end = result == 0;
  if (result > 0) step.bytes = result;
  add_outcome(progress, call, std::move(step));
}

void read(Progress& progress, const Call& call) {
  require_arguments(progress, call, 3);
  add_receive(progress, call, {});
}

void recv(Progress& progress, const Call& call) {
  require_arguments(progress, call, 4);
  add_receive(progress, call, flags_of(progress, call, scenario::receive_flags()));
}

void close(Progress& progress, const Call& call) {
  require_arguments(progress, call, 1);
  require_at_once(progress, call);
  const Descriptor closed = descriptor_of(progress, call);
  if (only_error_of(progress, call) != 0) progress.refuse("close() that fails");
  if (closed.connection && !progress.connections[*closed.connection].port_known)
    progress.connections[*closed.connection].socket.clear();  // its port stays unknown
  progress.descriptors.erase(number_of(progress, call, 0));
  progress.add(scenario::Close{closed.socket, false, 0});
}

void shutdown(Progress& progress, const Call& call) {
  require_arguments(progress, call, 2);
  require_at_once(progress, call);
  const std::string& how = call.arguments[1].text;
  constexpr std::pair<std::string_view, scenario::Direction> words[] = {
      {"SHUT_RD", scenario::Direction::read},
      {"SHUT_WR", scenario::Direction::write},
      {"SHUT_RDWR", scenario::Direction::both}};
  const auto* word = std::ranges::find(words, std::string_view(how),
                                       &std::pair<std::string_view, scenario::Direction>::first);
  if (word == std::end(words)) progress.refuse(fmt::format("shutdown() with \"{}\"", how));
  progress.add(scenario::Shutdown{descriptor_of(progress, call).socket, word->second,
                                  only_error_of(progress, call)});
}

const Expression* field(const Expression& structure, std::string_view name) {
  for (const Expression& each : structure.parts)
    if (each.kind == Node::field && each.text == name) return &each.parts.front();
  return nullptr;
}

std::vector<short> poll_bits(const Progress& progress, const Expression* events) {
  std::vector<short> bits;
  if (!events || (events->kind == Node::integer && events->number == 0)) return bits;
  for (const Expression& each :
       events->kind == Node::either ? events->parts : std::vector<Expression>{*events}) {
    constexpr std::pair<std::string_view, short> known[] = {
        {"POLLIN", POLLIN},       {"POLLOUT", POLLOUT}, {"POLLPRI", POLLPRI},
        {"POLLRDHUP", POLLRDHUP}, {"POLLERR", POLLERR}, {"POLLHUP", POLLHUP}};
    const auto* bit = std::ranges::find(known, std::string_view(each.text),
                                        &std::pair<std::string_view, short>::first);
    if (bit == std::end(known)) progress.refuse(fmt::format("the event {} of poll()", each.text));
    bits.push_back(bit->second);
  }
  return bits;
}

// Of one socket, at once. The lab asks for all events, so those that the script does not ask for
// are not compared.
void poll(Progress& progress, const Call& call) {
  require_arguments(progress, call, 3);
  const Expression& list = call.arguments[0];
  if (list.kind != Node::list || list.parts.size() != 1)
    progress.refuse("poll() of several sockets");
  const Expression* number = field(list.parts[0], "fd");
  const auto found =
      number ? progress.descriptors.find(number->number) : progress.descriptors.end();
  if (found == progress.descriptors.end()) progress.refuse("poll() of an unknown descriptor");
  if (error_of(progress, call) != 0) progress.refuse("poll() that fails");
  const auto asked = poll_bits(progress, field(list.parts[0], "events"));
  scenario::Poll step;
  step.socket = found->second.socket;
  step.events = poll_bits(progress, field(list.parts[0], "revents"));
  for (const short bit : asked)
    if (std::ranges::find(step.events, bit) == step.events.end()) step.lacks.push_back(bit);
  if ((result_of(progress, call) == 0) != step.events.empty())
    progress.refuse("poll() whose result and revents differ");
  if (step.events.empty()) progress.refuse("poll() without an event");
  add_outcome(progress, call, std::move(step));
}

const std::map<std::string, Translate>& calls() {
  static const std::map<std::string, Translate> all = {
      {"socket", socket},   {"bind", bind},     {"listen", listen}, {"accept", accept},
      {"connect", connect}, {"sendto", sendto}, {"write", write},   {"send", send},
      {"read", read},       {"recv", recv},     {"close", close},   {"shutdown", shutdown},
      {"poll", poll}};
  return all;
}

}  // namespace

void translate_call(Progress& progress, const Call& call) {
  for (scenario::Step& step : progress.pending) progress.scenario.steps.push_back(std::move(step));
  progress.pending.clear();
  if (translate_option_call(progress, call)) return;
  const auto found = calls().find(call.name);
  if (found == calls().end()) progress.refuse(fmt::format("{}()", call.name));
  found->second(progress, call);
}

}  // namespace lab::packetdrill
