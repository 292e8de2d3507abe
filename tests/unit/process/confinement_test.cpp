// SPDX-License-Identifier: MIT
//
// Untrusted programs: what they see, what they may do, and that nothing of them
// remains.
#include "process/confinement.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <regex>

#include "net/program.hpp"
#include "process/program_user_namespace.hpp"
#include "unit/net/await_program.hpp"
#include "util/temporary_folder.hpp"
#include "util/text.hpp"

namespace lab {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class Confined : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root: it makes namespaces";
  }

  static Program start(const std::string& script, Trust trust = Trust::confined) {
    Started started = Program::start(
        Namespace::current(),
        {"/bin/sh", {"sh", "-c", script}, {"PATH=/usr/sbin:/usr/bin:/sbin:/bin"}, "", trust});
    EXPECT_EQ(started.error, 0);
    return std::move(started.program.value());
  }

  // The whole output of the script.
  static std::string said(const std::string& script, Trust trust = Trust::confined) {
    Program program = start(script, trust);
    EXPECT_TRUE(await(program, [&] { return program.exit().has_value(); }));
    return program.output();
  }
};

TEST_F(Confined, RunAsAnUnprivilegedUserOfTheirOwn) {
  const std::string status = said("cat /proc/self/status");
  for (const char* line :
       {"CapInh:\t0000000000000000", "CapPrm:\t0000000000000000", "CapEff:\t0000000000000000",
        "CapBnd:\t0000000000000000", "CapAmb:\t0000000000000000", "NoNewPrivs:\t1"})
    EXPECT_THAT(status, HasSubstr(line));
  EXPECT_THAT(status, Not(HasSubstr("Uid:\t0")));
  EXPECT_THAT(status, HasSubstr("Gid:\t65534\t65534\t65534\t65534"));
}

TEST_F(Confined, HaveAUserNamespaceOfTheirOwn) {
  if (!program_user_namespaces_work()) GTEST_SKIP() << "this kernel does not let them";
  const std::string own = said("readlink /proc/self/ns/user");
  EXPECT_NE(own, fs::read_symlink("/proc/self/ns/user").string() + "\n");
  EXPECT_NE(own, said("readlink /proc/self/ns/user")) << "each has another";
  // Its user and group as themselves, and no other.
  const std::string map = said("id -u; cat /proc/self/uid_map; id -g; cat /proc/self/gid_map");
  EXPECT_TRUE(std::regex_match(map, std::regex(R"((\d+)\n +\1 +\1 +1\n(65534)\n +\2 +\2 +1\n)")))
      << map;
  EXPECT_THAT(said("ls -ln / 2>&1 | grep -c ' 0  *0 '"), "0\n") << "what is root's is nobody's";
}

TEST_F(Confined, HaveOnlyNetworkCapabilitiesAsRoot) {
  const std::string status = said("cat /proc/self/status", Trust::confined_root);
  EXPECT_THAT(status, HasSubstr("Uid:\t0\t0\t0\t0"));
  // CAP_NET_BIND_SERVICE 10, CAP_NET_ADMIN 12, CAP_NET_RAW 13
  for (const char* line :
       {"CapInh:\t0000000000000000", "CapPrm:\t0000000000003400", "CapEff:\t0000000000003400",
        "CapBnd:\t0000000000003400", "NoNewPrivs:\t1"})
    EXPECT_THAT(status, HasSubstr(line));
}

TEST_F(Confined, SetSysctlsOfTheNetworkOnlyAsRoot) {
  const std::string net = "cd /proc/sys/net/ipv4; cat ip_forward >ip_forward && echo wrote";
  EXPECT_EQ(said(net, Trust::confined_root), "wrote\n");
  EXPECT_THAT(said(net + " 2>&1"), Not(HasSubstr("wrote\n")));
  const std::string other = "cd /proc/sys/kernel; cat panic >panic && echo wrote";
  EXPECT_THAT(said(other + " 2>&1", Trust::confined_root), HasSubstr("Read-only file system"));
}

TEST_F(Confined, SeeNoProcessButTheirOwn) {
  for (const Trust trust : {Trust::confined, Trust::confined_root}) {
    const std::string seen = said("cd /proc; echo [0-9]*; cat 1/comm; echo ppid $PPID", trust);
    EXPECT_THAT(seen, StartsWith("1 2")) << seen;
    EXPECT_THAT(seen, HasSubstr("program-init\nppid 0\n"));
    EXPECT_THAT(said("ls /proc/1/fd /proc/1/root 2>&1", trust), HasSubstr("Permission denied"));
    EXPECT_EQ(said(fmt::format("kill -0 {} 2>/dev/null || echo none", ::getpid()), trust),
              "none\n");
  }
}

TEST_F(Confined, SeeOnlyHarmlessDevices) {
  for (const Trust trust : {Trust::confined, Trust::confined_root})
    EXPECT_EQ(said("ls /dev | tr '\\n' ' '; mknod /tmp/n c 1 1 2>/dev/null || echo refused", trust),
              "fd full null random shm stderr stdin stdout tty urandom zero refused\n");
}

TEST_F(Confined, HaveNoDescriptorOfOurs) {
  const int open = ::dup(0);  // inherited: it is not closed by exec
  EXPECT_EQ(said("ls /proc/self/fd"), "0\n1\n2\n3\n") << "3 is the folder that ls reads";
  ::close(open);
}

TEST_F(Confined, WriteNowhereButInTheirOwnTmp) {
  const TemporaryFolder folder;
  fs::permissions(folder.path(), fs::perms(0755));
  const std::string mine = folder.path() / "mine";
  std::ofstream(mine) << "mine\n";
  ::chmod(mine.c_str(), 0666);
  const std::string script = fmt::format(
      "exec 2>/dev/null; for f in /etc/x /proc/sys/kernel/core_pattern /proc/sysrq-trigger "
      "/sys/kernel/uevent_helper /dev/x {0}; do echo x >$f && echo wrote $f; done; "
      "cat {0}; echo hello >/tmp/x-{1} && cat /tmp/x-{1}; "
      "mount -o remount,rw / && echo remounted",
      mine, ::getpid());
  for (const Trust trust : {Trust::confined, Trust::confined_root})
    EXPECT_EQ(said(script, trust), "mine\nhello\n");
  EXPECT_FALSE(fs::exists(fmt::format("/tmp/x-{}", ::getpid())));
}

TEST_F(Confined, CannotReadWhatIsKeptFromPrograms) {
  const TemporaryFolder folder;
  fs::permissions(folder.path(), fs::perms(0755));
  const std::string secret = folder.path() / "secret";
  std::ofstream(secret) << "the answer\n";
  ASSERT_EQ(::chown(secret.c_str(), 1, 1), 0);
  ::chmod(secret.c_str(), 0600);
  for (const Trust trust : {Trust::confined, Trust::confined_root})
    EXPECT_THAT(said("cat " + secret + " 2>&1", trust), HasSubstr("Permission denied"));
}

TEST_F(Confined, EndWithTheirOwnStatus) {
  Program program = start("exit 7");
  ASSERT_TRUE(await(program, [&] { return program.exit().has_value(); }));
  EXPECT_EQ(program.exit(), 7);
  Program killed = start("kill -USR1 $$");
  ASSERT_TRUE(await(killed, [&] { return killed.exit().has_value(); }));
  EXPECT_EQ(killed.exit(), 128 + SIGUSR1);
}

TEST_F(Confined, GetSignalsThemselves) {
  Program handles = start("trap 'echo terminated; exit 3' TERM; echo ready; while :; do :; done");
  ASSERT_TRUE(await(handles, [&] { return handles.output() == "ready\n"; }));
  EXPECT_EQ(handles.signal(SIGTERM).error, 0);
  ASSERT_TRUE(await(handles, [&] { return handles.exit().has_value(); }));
  EXPECT_EQ(handles.exit(), 3);
  Program dies = start("echo ready; exec sleep 1000");
  ASSERT_TRUE(await(dies, [&] { return dies.output() == "ready\n"; }));
  EXPECT_EQ(dies.signal(SIGTERM).error, 0);
  ASSERT_TRUE(await(dies, [&] { return dies.exit().has_value(); }));
  EXPECT_EQ(dies.exit(), 128 + SIGTERM);
}

// A fork bomb: no process group and no session holds all of it.
TEST_F(Confined, EndWithAllThatTheyHaveStarted) {
  Program program = start(
      "setsid sh -c 'setsid sleep 1000 & setsid sleep 1000 & echo ready; wait' & "
      "wait");
  ASSERT_TRUE(await(program, [&] { return program.output() == "ready\n"; }));
  program.kill();
  EXPECT_EQ(program.exit(), 128 + SIGKILL);
  std::size_t looked = 0, left = 0;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    struct stat owner {};
    if (::stat(entry.path().c_str(), &owner) != 0) continue;
    ++looked;
    left += owner.st_uid >= Confinement::first_user && owner.st_gid == Confinement::nobody;
  }
  EXPECT_GT(looked, 0u);
  EXPECT_EQ(left, 0u);
}

TEST_F(Confined, HaveALimitedNumberOfProcesses) {
  const std::string limits = said("cat /proc/self/limits");
  EXPECT_THAT(limits, testing::ContainsRegex("Max processes +256 +256"));
  EXPECT_THAT(limits, testing::ContainsRegex("Max file size +67108864 +67108864"));
}

TEST_F(Confined, ReturnTheErrorOfAFailedStart) {
  const Namespace here = Namespace::current();
  const auto error = [&](const std::string& file) {
    return Program::start(here, {file, {"x"}, {}, "", Trust::confined}).error;
  };
  EXPECT_EQ(error("/nowhere/knock"), ENOENT);
  EXPECT_EQ(error("/etc/passwd"), EACCES);
}

TEST_F(Confined, MakeNoUserNamespaceAndNoneOfTheCallsThatAttackTheKernel) {
  EXPECT_THAT(said("grep Seccomp: /proc/self/status"), StartsWith("Seccomp:\t2"));
  EXPECT_THAT(said("unshare -U true 2>&1 || echo refused"), HasSubstr("refused"));
  EXPECT_THAT(said("unshare -U true 2>&1 || echo refused", Trust::confined_root),
              HasSubstr("refused"));
}

}  // namespace
}  // namespace lab
