// SPDX-License-Identifier: MIT
//
// epoll, poll() of several descriptors, pipes, files, splice(), sendfile(), ioctl().
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <array>

#include "packetdrill/system_calls.hpp"

namespace lab::packetdrill {
namespace {

using Node = Expression::Kind;
using Translate = void (*)(Progress&, const Call&);

// A descriptor that is no socket.
std::string open_file(Progress& progress, std::int64_t number) {
  if (progress.descriptors.contains(number))
    progress.refuse(fmt::format("a descriptor {}, which is open", number));
  Descriptor made;
  made.socket = progress.new_name(number);
  made.file = true;
  return (progress.descriptors[number] = made).socket;
}

// The data of an epoll event: one of ptr, fd, u32 and u64. Those that the lab registers are the
// script's numbers.
struct EpollData {
  std::uint64_t number = 0;
  bool narrow = false;
};
EpollData epoll_data(const Progress& progress, const Call& call, const Expression& event) {
  for (const std::string_view name : {"ptr", "fd", "u32", "u64"})
    if (field(event, name)) {
      const bool narrow = name == "fd" || name == "u32";
      const auto number = static_cast<std::uint64_t>(number_in(progress, call, event, name));
      return {narrow ? static_cast<std::uint32_t>(number) : number, narrow};
    }
  progress.refuse(fmt::format("{}() without ptr, fd, u32 or u64", call.name));
}

void epoll_create(Progress& progress, const Call& call) {
  require_arguments(progress, call, 1);
  require_at_once(progress, call);
  scenario::SystemCall step = system_call(progress, call, "", "epoll_create");
  step.result.reset();  // the number is the script's
  scenario::EpollCreate create;
  if (step.error == 0) create.name = open_file(progress, result_of(progress, call));
  step.arguments = create;
  progress.add(std::move(step));
}

void epoll_ctl(Progress& progress, const Call& call) {
  require_arguments(progress, call, 4);
  require_at_once(progress, call);
  const Expression& event = call.arguments[3];
  const std::string& epoll = descriptor_of(progress, call).socket;
  const std::string& target = descriptor_at(progress, call, call.arguments[2]).socket;
  scenario::EpollControl control;
  control.operation = int_of(progress, call, 1);
  control.target = target;
  control.events = static_cast<std::uint32_t>(number_in(progress, call, event, "events"));
  control.data = epoll_data(progress, call, event).number;
  scenario::SystemCall step =
      system_call(progress, call, epoll,
                  fmt::format("epoll_ctl on {}: {} {}", epoll, call.arguments[1].text, target));
  step.arguments = control;
  progress.add(std::move(step));
}

int timeout_of(const Progress& progress, const Call& call, std::size_t argument) {
  const int timeout = int_of(progress, call, argument);
  constexpr std::int64_t longest_pause = 1000;  // ms: what the script may stand still for
  if ((timeout < 0 || timeout > longest_pause) && !call.end)
    progress.refuse(
        fmt::format("{}() with a timeout and without the time when it returns", call.name));
  return timeout;
}

void epoll_wait(Progress& progress, const Call& call) {
  constexpr std::int64_t most_events = 64;
  require_arguments(progress, call, 4);
  const std::string& epoll = descriptor_of(progress, call).socket;
  const Expression& event = call.arguments[1];
  const EpollData data = epoll_data(progress, call, event);
  scenario::EpollWait wait;
  wait.events = static_cast<std::uint32_t>(number_in(progress, call, event, "events"));
  wait.data = data.number;
  wait.narrow = data.narrow;
  const int most = int_of(progress, call, 2);
  if (most > most_events) progress.refuse(fmt::format("epoll_wait() for {} events", most));
  wait.most = most;
  wait.timeout = timeout_of(progress, call, 3);
  scenario::SystemCall step = system_call(progress, call, epoll, "epoll_wait on " + epoll);
  step.arguments = wait;
  add_system_call(progress, call, std::move(step));
}

void poll(Progress& progress, const Call& call) {
  require_arguments(progress, call, 3);
  const Expression& list = call.arguments[0];
  if (list.kind != Node::list) progress.refuse("poll() without a list of descriptors");
  scenario::PollMany poll;
  for (const Expression& each : list.parts) {
    const Expression* number = field(each, "fd");
    if (!number) progress.refuse("poll() without a descriptor");
    poll.all.push_back({descriptor_at(progress, call, *number).socket,
                        static_cast<short>(number_in(progress, call, each, "events")),
                        static_cast<short>(number_in(progress, call, each, "revents"))});
  }
  poll.timeout = timeout_of(progress, call, 2);
  scenario::SystemCall step =
      system_call(progress, call, "",
                  fmt::format("poll of {}", poll.all.size() == 1
                                                ? poll.all.front().descriptor
                                                : fmt::format("{} descriptors", poll.all.size())));
  step.arguments = std::move(poll);
  add_system_call(progress, call, std::move(step));
}

void pipe(Progress& progress, const Call& call) {
  require_arguments(progress, call, 1);
  require_at_once(progress, call);
  const Expression& ends = call.arguments[0];
  if (ends.kind != Node::list || ends.parts.size() != 2 || error_of(progress, call) != 0)
    progress.refuse("this form of pipe()");
  scenario::MakePipe pipe;
  for (std::size_t i = 0; i < 2; ++i) {
    const auto number = constant_of(ends.parts[i]);
    if (!number) progress.refuse("this form of pipe()");
    pipe.ends[i] = open_file(progress, *number);
  }
  scenario::SystemCall step = system_call(progress, call, "", "pipe");
  step.arguments = std::move(pipe);
  progress.add(std::move(step));
}

void open(Progress& progress, const Call& call) {
  require_arguments(progress, call, 2);
  require_at_once(progress, call);
  if (call.arguments[0].kind != Node::string) progress.refuse("open() without a path");
  scenario::OpenFile file;
  file.path = call.arguments[0].text;
  if ((number_of(progress, call, 1) & ~std::int64_t{O_CLOEXEC | O_NONBLOCK}) != O_RDONLY)
    progress.refuse("open() to write (a script may only read files)");
  scenario::SystemCall step = system_call(progress, call, "", "open " + file.path);
  step.result.reset();  // the number is the script's
  if (step.error == 0) file.name = open_file(progress, result_of(progress, call));
  step.arguments = std::move(file);
  progress.add(std::move(step));
}

void splice(Progress& progress, const Call& call) {
  require_arguments(progress, call, 6);
  if (number_of(progress, call, 1) != 0 || number_of(progress, call, 3) != 0)
    progress.refuse("splice() with an offset");
  const Descriptor& source = descriptor_of(progress, call);
  const std::string& from = source.socket;
  scenario::Splice splice;
  splice.waits = !source.file && !source.nonblocking;
  splice.to = descriptor_at(progress, call, call.arguments[2]).socket;
  splice.bytes = number_of(progress, call, 4);
  splice.flags = static_cast<unsigned>(number_of(progress, call, 5));
  scenario::SystemCall step =
      system_call(progress, call, from, fmt::format("splice {} to {}", from, splice.to));
  step.arguments = std::move(splice);
  add_system_call(progress, call, std::move(step));
}

void sendfile(Progress& progress, const Call& call) {
  require_arguments(progress, call, 4);
  const Expression& offset = call.arguments[2];
  const auto from = offset.kind == Node::list && offset.parts.size() == 1
                        ? constant_of(offset.parts[0])
                        : std::nullopt;
  if (!from) progress.refuse("sendfile() without an offset");
  const std::string& to = descriptor_of(progress, call).socket;
  scenario::SendFile file;
  file.from = descriptor_at(progress, call, call.arguments[1]).socket;
  file.offset = *from;
  file.bytes = number_of(progress, call, 3);
  scenario::SystemCall step =
      system_call(progress, call, to, fmt::format("sendfile {} to {}", file.from, to));
  step.arguments = std::move(file);
  add_system_call(progress, call, std::move(step));
}

// Those of tcp(7) and socket(7): each writes an int, and changes nothing.
unsigned long ioctl_request(Progress& progress, const Call& call) {
  const auto request = static_cast<unsigned long>(number_of(progress, call, 1));
  constexpr std::array known{SIOCINQ, SIOCOUTQ, SIOCOUTQNSD, SIOCATMARK};
  if (std::find(known.begin(), known.end(), request) == known.end())
    progress.refuse(
        "ioctl() with a request other than SIOCINQ (FIONREAD), SIOCOUTQ, SIOCOUTQNSD "
        "and SIOCATMARK");
  return request;
}

void ioctl(Progress& progress, const Call& call) {
  require_at_once(progress, call);
  if (call.arguments.size() != 2 && call.arguments.size() != 3)
    progress.refuse(fmt::format("ioctl() with {} arguments", call.arguments.size()));
  scenario::Ioctl ioctl;
  ioctl.request = ioctl_request(progress, call);
  if (call.arguments.size() == 3) {
    const Expression& value = call.arguments[2];
    const auto number = value.kind == Node::list && value.parts.size() == 1
                            ? constant_of(value.parts[0])
                            : std::nullopt;
    if (!number) progress.refuse("this form of ioctl()");
    ioctl.value = static_cast<int>(*number);
  }
  const std::string& name = descriptor_of(progress, call).socket;
  scenario::SystemCall step = system_call(
      progress, call, name, fmt::format("ioctl {} on {}", call.arguments[1].text, name));
  step.arguments = ioctl;
  progress.add(std::move(step));
}

void close_file(Progress& progress, const Call& call) {
  const std::string name = descriptor_of(progress, call).socket;
  scenario::SystemCall step = system_call(progress, call, name, "close " + name);
  step.arguments = scenario::CloseFile{};
  progress.descriptors.erase(number_of(progress, call, 0));
  progress.add(std::move(step));
}

const std::map<std::string, Translate>& file_calls() {
  static const std::map<std::string, Translate> all = {{"epoll_create", epoll_create},
                                                       {"epoll_ctl", epoll_ctl},
                                                       {"epoll_wait", epoll_wait},
                                                       {"poll", poll},
                                                       {"pipe", pipe},
                                                       {"open", open},
                                                       {"splice", splice},
                                                       {"sendfile", sendfile},
                                                       {"ioctl", ioctl}};
  return all;
}

}  // namespace

bool translate_file_call(Progress& progress, const Call& call) {
  const auto found = file_calls().find(call.name);
  if (found != file_calls().end()) {
    found->second(progress, call);
    return true;
  }
  if (call.name != "close" || !descriptor_of(progress, call).file) return false;
  close_file(progress, call);
  return true;
}

}  // namespace lab::packetdrill
