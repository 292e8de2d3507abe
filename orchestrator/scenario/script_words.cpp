// SPDX-License-Identifier: MIT
//
// What the calls of packetdrill scripts return, in words.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

#include <span>

#include "scenario/script_steps.hpp"
#include "util/text.hpp"

namespace lab::scenario {
namespace {

struct Bit {
  std::uint32_t bit;
  std::string_view name;
};

std::string bits_in_words(std::uint32_t bits, std::span<const Bit> known) {
  std::vector<std::string> words;
  for (const auto& [bit, name] : known) {
    if ((bits & bit) == 0) continue;
    words.emplace_back(name);
    bits &= ~bit;
  }
  if (bits != 0 || words.empty()) words.push_back(bits == 0 ? "0" : fmt::format("{:#x}", bits));
  return fmt::format("{}", fmt::join(words, "|"));
}

constexpr Bit epoll_bits[] = {{EPOLLIN, "EPOLLIN"},         {EPOLLPRI, "EPOLLPRI"},
                              {EPOLLOUT, "EPOLLOUT"},       {EPOLLERR, "EPOLLERR"},
                              {EPOLLHUP, "EPOLLHUP"},       {EPOLLRDNORM, "EPOLLRDNORM"},
                              {EPOLLRDBAND, "EPOLLRDBAND"}, {EPOLLWRNORM, "EPOLLWRNORM"},
                              {EPOLLWRBAND, "EPOLLWRBAND"}, {EPOLLRDHUP, "EPOLLRDHUP"}};
constexpr Bit poll_bits[] = {
    {POLLIN, "POLLIN"},         {POLLPRI, "POLLPRI"},       {POLLOUT, "POLLOUT"},
    {POLLERR, "POLLERR"},       {POLLHUP, "POLLHUP"},       {POLLNVAL, "POLLNVAL"},
    {POLLRDNORM, "POLLRDNORM"}, {POLLWRNORM, "POLLWRNORM"}, {POLLRDHUP, "POLLRDHUP"}};
constexpr Bit message_bits[] = {{MSG_OOB, "MSG_OOB"},       {MSG_PEEK, "MSG_PEEK"},
                                {MSG_CTRUNC, "MSG_CTRUNC"}, {MSG_TRUNC, "MSG_TRUNC"},
                                {MSG_EOR, "MSG_EOR"},       {MSG_ERRQUEUE, "MSG_ERRQUEUE"}};

std::string name_of_control(const ControlMessage& message) {
  struct Known {
    int level, type;
    std::string_view name;
  };
  constexpr int tcp_inq = 36;  // linux/tcp.h: TCP_CM_INQ
  constexpr Known known[] = {{IPPROTO_IP, IP_RECVERR, "IP_RECVERR"},
                             {IPPROTO_IPV6, IPV6_RECVERR, "IPV6_RECVERR"},
                             {SOL_SOCKET, SCM_TIMESTAMPING, "SCM_TIMESTAMPING"},
                             {IPPROTO_TCP, tcp_inq, "TCP_CM_INQ"},
                             {IPPROTO_IP, IP_TOS, "IP_TOS"},
                             {IPPROTO_IP, IP_TTL, "IP_TTL"}};
  for (const Known& each : known)
    if (each.level == message.level && each.type == message.type) return std::string(each.name);
  return fmt::format("level {} type {}", message.level, message.type);
}

template <typename... Alternatives>
struct Overloaded : Alternatives... {
  using Alternatives::operator()...;
};
template <typename... Alternatives>
Overloaded(Alternatives...) -> Overloaded<Alternatives...>;

}  // namespace

std::string in_words(const ControlMessage& message) {
  std::string words = name_of_control(message);
  if (message.number) words += fmt::format(" {}", *message.number);
  if (message.error) {
    const auto& [error, origin, type, code, info, data] = *message.error;
    words += fmt::format(" {{errno {}, origin {}, type {}, code {}, info {}, data {}}}", error,
                         origin, type, code, info, data);
  }
  if (message.time)
    words += fmt::format(" at {:.3f} ms", static_cast<double>(message.time->count()) / 1000);
  return words;
}

std::string reply_in_words(int reported, const std::vector<ControlMessage>& control) {
  std::string words = fmt::format(
      "msg_flags {}", bits_in_words(static_cast<std::uint32_t>(reported), message_bits));
  for (const ControlMessage& each : control) words += "; " + in_words(each);
  return words;
}

std::string events_in_words(std::uint32_t events, std::uint64_t data) {
  return fmt::format("{} with data {}", bits_in_words(events, epoll_bits), data);
}

std::string polled_in_words(const std::vector<std::pair<std::string, short>>& reported) {
  std::vector<std::string> words;
  for (const auto& [descriptor, events] : reported)
    words.push_back(fmt::format("{} {}", descriptor,
                                bits_in_words(static_cast<std::uint16_t>(events), poll_bits)));
  return fmt::format("{}", fmt::join(words, ", "));
}

std::string hex_of(const std::string& bytes) {
  return to_hex(std::vector<std::uint8_t>(bytes.begin(), bytes.end()));
}

std::string expected_reply(const SystemCall& call) {
  return std::visit(
      Overloaded{[](const ReceiveMessage& message) {
                   return message.reported ? reply_in_words(*message.reported, message.control)
                                           : std::string();
                 },
                 [](const OptionBytes& option) {
                   return option.get ? hex_of(option.bytes) : std::string();
                 },
                 [](const Ioctl& ioctl) {
                   return ioctl.value ? std::to_string(*ioctl.value) : std::string();
                 },
                 [](const EpollWait& wait) { return events_in_words(wait.events, wait.data); },
                 [](const PollMany& poll) {
                   std::vector<std::pair<std::string, short>> reported;
                   for (const PollMany::One& one : poll.all)
                     reported.emplace_back(one.descriptor, one.reported);
                   return polled_in_words(reported);
                 },
                 [](const auto&) { return std::string(); }},
      call.arguments);
}

}  // namespace lab::scenario
