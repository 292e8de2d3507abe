// SPDX-License-Identifier: MIT
//
// System calls on sockets.
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "packetdrill/system_calls.hpp"

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
  progress.count_bytes(static_cast<std::int64_t>(count));
  if (data.kind == Node::ellipsis) return std::string(count, 'x');
  if (data.kind != Node::string || data.text.size() < count)
    progress.refuse(fmt::format("the data of {}()", call.name));
  return data.text.substr(0, count);
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
  if (progress.settings.mapped) step.family = Family::inet6;
  progress.descriptors[number] = {step.name, nonblocking, false, std::nullopt};
  progress.last_socket = step.name;
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
      scenario::Listen{listener.socket, int_of(progress, call, 1), error});
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

void connect(Progress& progress, const Call& call) {
  require_arguments(progress, call, 3);
  require_ellipsis(progress, call, 2);
  Descriptor& from = descriptor_of(progress, call);
  const int error = only_error_of(progress, call);
  if (call.arguments[1].text == "AF_UNSPEC") {
    require_at_once(progress, call);
    from.connection.reset();
    return progress.add(scenario::Disconnect{from.socket, error});
  }
  require_ellipsis(progress, call, 1);
  const scenario::Place peer = begin_connection(progress, from);
  progress.add(
      scenario::Connect{from.socket, peer, false, call.end ? EINPROGRESS : error});
  if (call.end) add_outcome(progress, call, scenario::Connected{from.socket, error});
}

// A number of bytes that the script does not write, or those that it does.
void fill_message(const Progress& progress, const Call& call, scenario::SendMessage& message) {
  const Expression& data = call.arguments[1];
  const auto count = static_cast<std::size_t>(byte_count(progress, call, 2));
  message.null = constant_of(data) == 0;
  if (data.kind == Node::string && data.text.size() >= count)
    message.parts = {data.text.substr(0, count)};
  else if (message.null || data.kind == Node::ellipsis)
    message.parts = {std::string(count, 'x')};
  else
    progress.refuse(fmt::format("the data of {}()", call.name));
}

// Whether the verb that a file has for it says all of it.
bool is_plain(const Call& call) { return !call.end && constant_of(call.arguments[1]) != 0; }

// sendto(2) with MSG_FASTOPEN connects, and packets belong to that connection.
void sendto(Progress& progress, const Call& call) {
  require_arguments(progress, call, 6);
  require_ellipsis(progress, call, 5);
  Descriptor& from = descriptor_of(progress, call);
  const auto flags = std::int64_t{int_of(progress, call, 3)};
  const bool unspecified = call.arguments[4].text == "AF_UNSPEC";
  if (!unspecified) require_ellipsis(progress, call, 4);
  const int error = error_of(progress, call);
  const bool whole = error != 0 || result_of(progress, call) == byte_count(progress, call, 2);
  const bool fast = (flags & ~std::int64_t{MSG_NOSIGNAL}) == MSG_FASTOPEN;
  scenario::SendMessage message;
  if (!unspecified) message.to = begin_connection(progress, from);
  if (fast && whole && is_plain(call) && !unspecified)
    return progress.add(scenario::Connect{from.socket, *message.to, false, error,
                                          data_of(progress, call), true});
  fill_message(progress, call, message);
  message.flags = static_cast<int>(flags);
  message.unspecified = unspecified;
  add_message(progress, call, std::move(message));
}

void add_send(Progress& progress, const Call& call, std::int64_t flags) {
  flags &= ~std::int64_t{MSG_NOSIGNAL};  // no call of the lab brings a signal
  std::vector<std::string> names;
  std::int64_t unnamed = flags;
  for (const std::string& name : scenario::send_flags()) {
    const auto flag = constant_of({Node::word, name, 0, {}, {}});
    if (!flag || (flags & *flag) == 0) continue;
    names.push_back(name);
    unnamed &= ~*flag;
  }
  if (!is_plain(call) || unnamed != 0) {
    scenario::SendMessage message;
    fill_message(progress, call, message);
    message.flags = static_cast<int>(flags);
    return add_message(progress, call, std::move(message));
  }
  scenario::Send step;
  step.socket = descriptor_of(progress, call).socket;
  step.data = data_of(progress, call);
  step.wait = false;
  step.error = error_of(progress, call);
  step.flags = std::move(names);
  if (step.error == 0) step.accepted = result_of(progress, call);
  progress.add(std::move(step));
}

void write(Progress& progress, const Call& call) {
  require_arguments(progress, call, 3);
  add_send(progress, call, 0);
}

void send(Progress& progress, const Call& call) {
  require_arguments(progress, call, 4);
  add_send(progress, call, int_of(progress, call, 3));
}

void add_receive(Progress& progress, const Call& call, std::int64_t flags) {
  std::vector<std::string> names;
  std::int64_t unnamed = flags;
  for (const std::string& name : scenario::receive_flags()) {
    const auto flag = constant_of({Node::word, name, 0, {}, {}});
    if (!flag || (flags & *flag) == 0) continue;
    names.push_back(name);
    unnamed &= ~*flag;
  }
  const std::int64_t room = byte_count(progress, call, 2);
  if (!is_plain(call) || unnamed != 0 || room == 0) {
    scenario::ReceiveMessage message;
    message.room = room;
    message.null = constant_of(call.arguments[1]) == 0;
    message.flags = static_cast<int>(flags);
    return add_reception(progress, call, std::move(message));
  }
  require_ellipsis(progress, call, 1);
  scenario::Receive step;
  step.socket = descriptor_of(progress, call).socket;
  step.room = room;
  step.error = error_of(progress, call);
  step.flags = std::move(names);
  const std::int64_t result = result_of(progress, call);
  step.end = result == 0;
  if (result > 0) step.bytes = result;
  progress.add(std::move(step));
}

void read(Progress& progress, const Call& call) {
  require_arguments(progress, call, 3);
  add_receive(progress, call, 0);
}

void recv(Progress& progress, const Call& call) {
  require_arguments(progress, call, 4);
  add_receive(progress, call, int_of(progress, call, 3));
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

// Of one socket, at once, with an event: the verb that a file has. That asks for all events, so
// those that the script does not ask for are not compared.
bool add_poll(Progress& progress, const Call& call) {
  if (call.name != "poll" || call.end || call.arguments.size() != 3) return false;
  const Expression& list = call.arguments[0];
  if (list.kind != Node::list || list.parts.size() != 1 || result_of(progress, call) != 1)
    return false;
  const Expression* number = field(list.parts[0], "fd");
  if (!number || constant_of(call.arguments[2]) != 0) return false;
  const auto asked = poll_bits(progress, field(list.parts[0], "events"));
  scenario::Poll step;
  step.socket = descriptor_at(progress, call, *number).socket;
  step.events = poll_bits(progress, field(list.parts[0], "revents"));
  for (const short bit : asked)
    if (std::ranges::find(step.events, bit) == step.events.end()) step.lacks.push_back(bit);
  if (step.events.empty()) return false;
  progress.add(std::move(step));
  return true;
}

const std::map<std::string, Translate>& calls() {
  static const std::map<std::string, Translate> all = {
      {"socket", socket},   {"bind", bind},     {"listen", listen}, {"accept", accept},
      {"connect", connect}, {"sendto", sendto}, {"write", write},   {"send", send},
      {"read", read},       {"recv", recv},     {"close", close},   {"shutdown", shutdown}};
  return all;
}

}  // namespace

scenario::Place begin_connection(Progress& progress, Descriptor& from) {
  const scenario::Place peer{
      std::string(remote_host), {progress.settings.connect_port, ""}, ""};
  if (from.connection) return peer;  // connect() again, to learn the outcome
  Connection made;
  std::string name = "port_" + from.socket;
  std::ranges::replace(name, '-', '_');  // "$port-2" is a difference in a file
  made.local_port = {0, name};
  made.remote_port = peer.port;
  made.socket = from.socket;
  made.active = true;
  made.port_known = false;
  from.connection = progress.current = progress.connections.size();
  progress.listening = false;
  progress.connections.push_back(std::move(made));
  return peer;
}

void Progress::count_bytes(std::int64_t count) {
  if ((bytes += count) > most_bytes)
    refuse(fmt::format("more than {} bytes to send in all", most_bytes));
}

void translate_call(Progress& progress, const Call& call) {
  progress.end_pending();
  if (translate_option_call(progress, call) || add_poll(progress, call) ||
      translate_message(progress, call) || translate_file_call(progress, call))
    return;
  const auto found = calls().find(call.name);
  if (found == calls().end()) progress.refuse(fmt::format("{}()", call.name));
  found->second(progress, call);
}

}  // namespace lab::packetdrill
