// SPDX-License-Identifier: MIT
#include "net/crash_cleanup.hpp"

#include <linux/rtnetlink.h>
#include <sys/socket.h>

namespace lab {
namespace {

struct RemoveLink {
  nlmsghdr header{sizeof(RemoveLink), RTM_DELLINK, NLM_F_REQUEST, 0, 0};
  ifinfomsg link{};
};

RemoveLink request_for(const LinkEnd& end) {
  RemoveLink request;
  request.link.ifi_index = end.index;
  return request;
}

std::vector<int> sockets_of(const std::vector<CrashCleanup::Links>& links) {
  std::vector<int> sockets;
  for (const CrashCleanup::Links& each : links)
    sockets.push_back(nl_socket_get_fd(each.netlink.get()));
  return sockets;
}

// In the child, where the sockets have the numbers from 1 on.
void remove(const std::vector<CrashCleanup::Links>& links) {
  for (int socket = 1; const CrashCleanup::Links& each : links) {
    for (const LinkEnd& end : each.ends) {
      const RemoveLink request = request_for(end);
      ::send(socket, &request, sizeof request, 0);
    }
    ++socket;
  }
}

}  // namespace

CrashCleanup::CrashCleanup(const std::vector<Links>& links)
    : removal_("a crash cleanup", sockets_of(links), [&] { remove(links); }) {}

}  // namespace lab
