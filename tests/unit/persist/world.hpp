// SPDX-License-Identifier: MIT
//
// A private place for kept labs, and labs to put there. The names are
// mounts, so that the test goes into a mount namespace of its own first.
#pragma once

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "net/namespace.hpp"
#include "persist/lab.hpp"
#include "persist/netns_names.hpp"
#include "util/temporary_folder.hpp"

namespace lab::persist {

#define SKIP_WITHOUT_ROOT() \
  if (::geteuid() != 0) GTEST_SKIP() << "network namespaces and mounts need root"

class World : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (::geteuid() != 0) return;
    ASSERT_EQ(::unshare(CLONE_NEWNS), 0);
    ASSERT_EQ(::mount("", "/", "none", MS_PRIVATE | MS_REC, nullptr), 0);
  }
  ~World() override {
    for (const Name& name : list_names(place_)) take_name(place_, name.name);
    while (::umount2(place_.names.c_str(), MNT_DETACH) == 0) continue;
  }

  void write(const std::string& path, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path) << text;
  }
  bool exists(const std::string& path) const { return std::filesystem::exists(path); }

  // Kept by this process, with one host, "a", of this namespace.
  Lab lab_of(const std::string& name, const Namespace& space) const {
    Lab lab;
    lab.name = name;
    lab.scenario = "simopen";
    lab.family = "ipv4";
    lab.boot = boot_id();
    lab.keeper = this_process();
    lab.hosts = {{"a", netns_name(name, "a"), space.inode(), {"10.0.0.1"}}};
    return lab;
  }
  // Written down, marked and named.
  void keep(const Lab& lab, const Namespace& space) const {
    write_state(place_, lab);
    Netlink netlink(space);
    set_mark(netlink, {lab.name, "a"});
    give_name(place_, lab.hosts[0].netns, space, {lab.name, "a"});
  }

  const TemporaryFolder temporary_;
  const std::string folder_ = temporary_.path();
  const Place place_{folder_ + "/states", folder_ + "/netns"};
};

// A process that waits for its end, inside a namespace or not; gone with this object.
class Sleeper {
 public:
  explicit Sleeper(bool ignores_sigterm = false) { begin(ignores_sigterm); }
  explicit Sleeper(const Namespace& space) {
    in(space, [this] { begin(false); });
  }
  ~Sleeper() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Sleeper(const Sleeper&) = delete;
  Sleeper& operator=(const Sleeper&) = delete;

  Process process() const { return {pid_, stat_of(pid_).value().start}; }
  // The signal that ended it. Waits for its end.
  int ended_by() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  }

 private:
  void begin(bool ignores_sigterm) {
    // Before the fork, to avoid a race.
    const auto before = ::signal(SIGTERM, ignores_sigterm ? SIG_IGN : SIG_DFL);
    pid_ = ::fork();
    if (pid_ == 0)
      for (;;) ::pause();
    ::signal(SIGTERM, before);
  }
  pid_t pid_ = -1;
};

}  // namespace lab::persist
