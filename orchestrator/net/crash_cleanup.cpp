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

struct Removal {
  int netlink;
  std::vector<RemoveLink> requests;
};

int remove_links_at_end(int death, std::vector<Removal>& removals) {
  // Move all out of the way first, in case their numbers are swapped.
  const int first_other_fd = static_cast<int>(removals.size()) + 1;
  const int death_fd = ::fcntl(death, F_DUPFD, first_other_fd);
  for (Removal& each : removals) each.netlink = ::fcntl(each.netlink, F_DUPFD, first_other_fd);
  for (int number = 1; Removal& each : removals) each.netlink = ::dup2(each.netlink, number++);
  ::dup2(death_fd, 0);
  // Close the inherited sockets: the parent's close() must be the last. It waits
  // for our end.
  if (::syscall(SYS_close_range, first_other_fd, ~0U, 0) != 0) return 1;  // before Linux 5.9
  char nothing;
  while (::read(0, &nothing, sizeof nothing) < 0 && errno == EINTR) continue;
  for (const Removal& each : removals)
    for (const RemoveLink& request : each.requests)
      ::send(each.netlink, &request, sizeof request, 0);
  return 0;
}

}  // namespace

CrashCleanup::CrashCleanup(const std::vector<Links>& links) {
  std::vector<Removal> removals;
  for (const Links& each : links) {
    removals.push_back({nl_socket_get_fd(each.netlink.get()), {}});
    for (const LinkEnd& end : each.ends) removals.back().requests.push_back(request_for(end));
  }
  Pipe death = make_pipe("a crash cleanup"), ready = make_pipe("a crash cleanup");
  ChildSettings settings;
  settings.group = ChildSettings::Group::own_session;
  settings.dies_with_us = false;
  child_ = fork_child("a crash cleanup", settings, [&] {
    return remove_links_at_end(death.read_end.get(), removals);
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
