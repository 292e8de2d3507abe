// SPDX-License-Identifier: MIT
#include "persist/enter.hpp"

#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "net/namespace.hpp"
#include "persist/netns_names.hpp"
#include "process/root_mount.hpp"
#include "util/error.hpp"
#include "util/print.hpp"

namespace lab::persist {
namespace {

namespace fs = std::filesystem;

// As ip-netns(8) (netns_switch()): a mount namespace of its own, which does not
// propagate to others.
void show_the_namespace(const std::string& netns) {
  require_root_mount("exec");
  checked(::unshare(CLONE_NEWNS), "unshare(CLONE_NEWNS)", netns);
  checked(::mount("", "/", "none", MS_SLAVE | MS_REC, nullptr), "mount(MS_SLAVE)", "/");
  unsigned long flags = 0;
  if (::umount2("/sys", MNT_DETACH) < 0) {
    struct statvfs status {};
    if (::statvfs("/sys", &status) == 0 && (status.f_flag & ST_RDONLY)) flags = MS_RDONLY;
  }
  // A command also works without /sys.
  ::mount(netns.c_str(), "/sys", "sysfs", flags, nullptr);
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(fmt::format("/etc/netns/{}", netns), none)) {
    const std::string from = entry.path().string();
    const std::string to = fmt::format("/etc/{}", entry.path().filename().string());
    if (::mount(from.c_str(), to.c_str(), "none", MS_BIND, nullptr) < 0)
      print_printable(stderr, "orchestrator: {} cannot be mounted over {}: {}\n", from, to,
                      std::strerror(errno));
  }
}

}  // namespace

int enter_and_run(const Place& place, const std::string& netns,
                  const std::vector<std::string>& command, std::string& why) {
  const Namespace space = open_name(place, netns);
  const Entered inside(space);
  show_the_namespace(netns);
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  ::execvp(arguments.front(), arguments.data());
  const int error = errno;
  why = fmt::format("{}: {}", command.front(),
                    error == ENOENT ? "no such program" : std::strerror(error));
  return error == ENOENT ? not_found : not_executable;
}

}  // namespace lab::persist
