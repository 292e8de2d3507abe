// SPDX-License-Identifier: MIT
#include "net/crash_cleanup.hpp"

#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "util/error.hpp"
#include "util/pipe.hpp"

namespace lab {
namespace {

// RTM_DELLINK, made beforehand: after fork() in a program with threads nothing
// may be called that allocates.
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

[[noreturn]] void wait_and_execute(int netlink, int death, const std::vector<RemoveLink>& requests) {
  ::setsid();
  // Away from the two numbers first, in case they are each other's.
  const int the_netlink = ::fcntl(netlink, F_DUPFD, first_other_fd);
  const int the_death = ::fcntl(death, F_DUPFD, first_other_fd);
  ::dup2(the_netlink, netlink_fd);
  ::dup2(the_death, death_fd);
  // Sockets among them: a close() of our parent's must be the last. It waits
  // for the end of this.
  if (::syscall(SYS_close_range, first_other_fd, ~0U, 0) != 0) ::_exit(1);  // before Linux 5.9
  char nothing;
  while (::read(death_fd, &nothing, sizeof nothing) < 0 && errno == EINTR) continue;
  for (const RemoveLink& request : requests)
    ::send(netlink_fd, &request, sizeof request, 0);
  ::_exit(0);
}

}  // namespace

LastWill::LastWill(Netlink& netlink, const std::vector<LinkEnd>& links) {
  std::vector<RemoveLink> requests;
  for (const LinkEnd& end : links) requests.push_back(request_for(end));
  Pipe death = make_pipe("a last will"), ready = make_pipe("a last will");
  child_ = checked(::fork(), "fork", "a last will");
  if (child_ == 0)
    wait_and_execute(nl_socket_get_fd(netlink.get()), death.read_end.get(), requests);
  alive_ = std::move(death.write_end);
  ready.write_end.reset();
  char nothing;
  while (::read(ready.read_end.get(), &nothing, sizeof nothing) < 0 && errno == EINTR) continue;
}

LastWill::~LastWill() {
  ::kill(child_, SIGKILL);
  while (::waitpid(child_, nullptr, 0) < 0 && errno == EINTR) continue;
}

}  // namespace lab
