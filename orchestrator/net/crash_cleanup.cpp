// SPDX-License-Identifier: MIT
#include "net/crash_cleanup.hpp"

#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "util/child.hpp"
#include "util/error.hpp"
#include "util/pipe.hpp"

namespace lab {
namespace {

// RTM_DELLINK, made beforehand: after fork() in a program with threads nothing
// may allocate.
struct RemoveLink {
  nlmsghdr header{sizeof(RemoveLink), RTM_DELLINK, NLM_F_REQUEST, 0, 0};
  ifinfomsg link{};
};

RemoveLink request_for(const LinkEnd& end) {
  RemoveLink request;
  request.link.ifi_index = end.index;
  return request;
}

constexpr int netlink_fd = 0, death_fd = 1, first_other_fd = 2;

int remove_links_at_end(int netlink, int death, const std::vector<RemoveLink>& requests) {
  // Move both out of the way first, in case their numbers are swapped.
  const int the_netlink = ::fcntl(netlink, F_DUPFD, first_other_fd);
  const int the_death = ::fcntl(death, F_DUPFD, first_other_fd);
  ::dup2(the_netlink, netlink_fd);
  ::dup2(the_death, death_fd);
  // Close the inherited sockets: the parent's close() must be the last. It waits
  // for our end.
  if (::syscall(SYS_close_range, first_other_fd, ~0U, 0) != 0) return 1;  // before Linux 5.9
  char nothing;
  while (::read(death_fd, &nothing, sizeof nothing) < 0 && errno == EINTR) continue;
  for (const RemoveLink& request : requests) ::send(netlink_fd, &request, sizeof request, 0);
  return 0;
}

}  // namespace

CrashCleanup::CrashCleanup(Netlink& netlink, const std::vector<LinkEnd>& links) {
  std::vector<RemoveLink> requests;
  for (const LinkEnd& end : links) requests.push_back(request_for(end));
  Pipe death = make_pipe("a crash cleanup"), ready = make_pipe("a crash cleanup");
  ChildSettings settings;
  settings.group = ChildSettings::Group::own_session;
  settings.dies_with_us = false;
  child_ = fork_child("a crash cleanup", settings, [&] {
    return remove_links_at_end(nl_socket_get_fd(netlink.get()), death.read_end.get(), requests);
  });
  alive_ = std::move(death.write_end);
  ready.write_end.reset();
  char nothing;
  while (::read(ready.read_end.get(), &nothing, sizeof nothing) < 0 && errno == EINTR) continue;
}

CrashCleanup::~CrashCleanup() {
  ::kill(child_, SIGKILL);
  wait_for_end(child_);
}

}  // namespace lab
