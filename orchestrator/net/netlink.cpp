// SPDX-License-Identifier: MIT
#include "net/netlink.hpp"

#include <linux/netlink.h>
#include <netlink/attr.h>
#include <netlink/errno.h>
#include <netlink/handlers.h>
#include <netlink/msg.h>
#include <poll.h>

#include <cerrno>
#include <new>
#include <utility>

#include "util/error.hpp"

namespace lab {
namespace {

// For failures before a request is sent: libnl's codes that have an errno.
int errno_from_libnl(int code) {
  switch (code < 0 ? -code : code) {
    case NLE_NOMEM:
      return ENOMEM;
    case NLE_PERM:
      return EPERM;
    case NLE_OBJ_NOTFOUND:
      return ENOENT;
    case NLE_NODEV:
      return ENODEV;
    case NLE_EXIST:
      return EEXIST;
    case NLE_OPNOTSUPP:
      return EOPNOTSUPP;
    default:
      return EINVAL;
  }
}

// The kernel appends its text to the error message. With NETLINK_CAP_ACK the refused
// request is not quoted in between.
std::string sentence_behind(nlmsgerr* message) {
  nlmsghdr* header = reinterpret_cast<nlmsghdr*>(reinterpret_cast<char*>(message) - NLMSG_HDRLEN);
  if (!(header->nlmsg_flags & NLM_F_ACK_TLVS) || !(header->nlmsg_flags & NLM_F_CAPPED)) return "";
  const nlattr* text = nlmsg_find_attr(header, sizeof(nlmsgerr), NLMSGERR_ATTR_MSG);
  return text ? nla_get_string(text) : "";
}

}  // namespace

NlAddress to_nl(const Address& address, int prefix_length) {
  NlAddress result(allocated(
      nl_addr_build(static_cast<int>(address.family()), address.bytes(), address.size())));
  nl_addr_set_prefixlen(result.get(),
                        prefix_length < 0 ? static_cast<int>(address.size() * 8) : prefix_length);
  return result;
}

Netlink::Netlink(const Namespace& space) : space_(space), socket_(allocated(nl_socket_alloc())) {
  check(in(space, [&] { return nl_connect(socket_.get(), NETLINK_ROUTE); }), "nl_connect",
        space.name());
  const int on = 1;
  for (const int option : {NETLINK_EXT_ACK, NETLINK_CAP_ACK})
    checked(::setsockopt(nl_socket_get_fd(socket_.get()), SOL_NETLINK, option, &on, sizeof on),
            "setsockopt(netlink)", space.name());
  nl_socket_modify_err_cb(socket_.get(), NL_CB_CUSTOM, &Netlink::on_error, this);
}

int Netlink::on_error(sockaddr_nl*, nlmsgerr* message, void* self) {
  auto& netlink = *static_cast<Netlink*>(self);
  netlink.error_ = -message->error;
  netlink.reason_ = sentence_behind(message);
  return NL_STOP;
}

int Netlink::error_of(int result) {
  const int error = std::exchange(error_, 0);
  if (result >= 0) return 0;
  return error != 0 ? error : errno_from_libnl(result);
}

void Netlink::check(int result, std::string_view call, std::string_view object) {
  const std::string reason = std::exchange(reason_, "");
  const int error = error_of(result);
  if (error == 0) return;
  std::string where = std::string(object) + " of " + space_.name();
  if (!reason.empty()) where += ": the kernel says \"" + reason + "\"";
  throw SystemError(call, where, error);
}

bool await_change(const Namespace& space, int group, const std::function<bool()>& condition,
                  const Deadline& deadline) {
  if (condition()) return true;
  // Subscribe before checking: what happens between the check and the wait is queued.
  Netlink news(space);
  nl_socket_disable_seq_check(news.get());
  nl_socket_modify_cb(
      news.get(), NL_CB_VALID, NL_CB_CUSTOM, [](nl_msg*, void*) -> int { return NL_OK; }, nullptr);
  news.check(nl_socket_add_memberships(news.get(), group, 0), "nl_socket_add_memberships",
             "rtnetlink");
  while (!condition()) {
    pollfd queue{nl_socket_get_fd(news.get()), POLLIN, 0};
    const int ready = ::poll(&queue, 1, deadline.poll_timeout());
    if (ready < 0 && errno != EINTR) throw_errno("poll", "rtnetlink");
    if (ready > 0) news.check(nl_recvmsgs_default(news.get()), "nl_recvmsgs", "rtnetlink");
    if (ready <= 0 && deadline.passed()) return false;
  }
  return true;
}

}  // namespace lab
