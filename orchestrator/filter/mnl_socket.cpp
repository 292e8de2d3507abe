// SPDX-License-Identifier: MIT
#include "filter/mnl_socket.hpp"

#include <sys/socket.h>

#include "util/error.hpp"

namespace lab::filter {
namespace {

// The negative errno that an NLMSG_ERROR and, at the end of a dump, an NLMSG_DONE begin with.
int errno_of(const nlmsghdr* message) {
  if (::mnl_nlmsg_get_payload_len(message) < sizeof(int)) return 0;
  return -*static_cast<const int*>(::mnl_nlmsg_get_payload(message));
}

}  // namespace

MnlSocket::MnlSocket(const Namespace& space, int protocol, const char* name)
    : name_(name), socket_(in(space, [&] { return ::mnl_socket_open2(protocol, SOCK_CLOEXEC); })) {
  if (!socket_) throw_errno("socket", name_);
  checked(::mnl_socket_bind(socket_.get(), 0, MNL_SOCKET_AUTOPID), "bind", name_);
}

nlmsghdr* MnlSocket::request(std::uint16_t type, std::uint16_t flags) {
  nlmsghdr* message = ::mnl_nlmsg_put_header(buffer_.data());
  message->nlmsg_type = type;
  message->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
  message->nlmsg_seq = ++sequence_;
  return message;
}

int MnlSocket::ask(const nlmsghdr* request, const std::function<void(const nlmsghdr*)>& visit) {
  const std::uint32_t sequence = request->nlmsg_seq;
  checked(::mnl_socket_sendto(socket_.get(), request, request->nlmsg_len), "sendto", name_);
  for (;;) {
    const ssize_t got = checked(
        ::mnl_socket_recvfrom(socket_.get(), buffer_.data(), buffer_.size()), "recv", name_);
    int left = static_cast<int>(got);
    const auto* each = reinterpret_cast<const nlmsghdr*>(buffer_.data());
    for (; ::mnl_nlmsg_ok(each, left); each = ::mnl_nlmsg_next(each, &left)) {
      if (each->nlmsg_seq != sequence) continue;  // left from a request that ended early
      if (each->nlmsg_type == NLMSG_DONE || each->nlmsg_type == NLMSG_ERROR) return errno_of(each);
      visit(each);
    }
  }
}

}  // namespace lab::filter
