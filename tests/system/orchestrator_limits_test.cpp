// SPDX-License-Identifier: MIT
//
// A machine that has no more room: disks, descriptors, processes, network namespaces. Each is a
// clear error or does not matter; nothing crashes and nothing is left behind.
#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <memory>

#include "program.hpp"
#include "util/temporary_folder.hpp"

namespace lab::test {
namespace {

namespace fs = std::filesystem;
using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

constexpr int environment = 3, usage = 2;

class Limits : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root: it makes network namespaces and mounts";
  }

  // In a mount namespace of its own, after `before`. "$D" is a folder of this test's own.
  Ran after(const std::string& before, std::vector<std::string> arguments,
            std::vector<std::string> unshare = {"-m"}, How how = {}) const {
    std::vector<std::string> argv{"unshare"};
    argv.insert(argv.end(), unshare.begin(), unshare.end());
    argv.insert(argv.end(), {"/bin/sh", "-c", before + "\nexec \"$0\" \"$@\"", ORCHESTRATOR});
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    how.env.push_back("D=" + folder_.string());
    how.deadline = std::chrono::seconds(60);
    return run(argv, how);
  }

  std::vector<std::string> simopen(std::vector<std::string> more = {}) const {
    std::vector<std::string> argv{"run", "simopen", "--where", "here", "-q"};
    argv.insert(argv.end(), more.begin(), more.end());
    return argv;
  }

  const TemporaryFolder temporary_;
  const fs::path folder_ = temporary_.path();
};

constexpr const char* small_disk = "mount -t tmpfs -o size=4k lab-test \"$D\" || exit 99";

TEST_F(Limits, AFullDiskIsAnErrorForEachKindOfReport) {
  std::size_t tried = 0;
  for (const char* flag : {"--output", "--html", "--pcap"}) {
    const bool folder = flag == std::string("--pcap");
    const Ran ran = after(small_disk, simopen({flag, folder ? folder_ : folder_ / "report"}));
    EXPECT_EQ(ran.status, environment) << flag << ran.err;
    EXPECT_THAT(ran.err, HasSubstr("could not be written: No space left on device")) << flag;
    ++tried;
  }
  EXPECT_EQ(tried, 3u);
}

TEST_F(Limits, AFullTemporaryFolderAndCacheDoNotMatter) {
  How how;
  how.env = {"TMPDIR=" + folder_.string(), "XDG_CACHE_HOME=" + folder_.string()};
  const Ran ran = after(std::string(small_disk) + "\ndd if=/dev/zero of=\"$D/all\" 2>/dev/null\n",
                        simopen(), {"-m"}, how);
  EXPECT_EQ(ran.status, 0) << ran.err;
}

TEST_F(Limits, AReadOnlyHomeDoesNotMatter) {
  How how;
  how.env = {"HOME=" + folder_.string(), "XDG_CACHE_HOME=", "XDG_CONFIG_HOME="};
  const std::string read_only = "mount -t tmpfs -o ro lab-test \"$D\" || exit 99";
  EXPECT_EQ(after(read_only, simopen(), {"-m"}, how).status, 0);
  const Ran report = after(read_only, simopen({"--output", folder_ / "r.json"}), {"-m"}, how);
  EXPECT_EQ(report.status, usage);
  EXPECT_THAT(report.err, HasSubstr("Read-only file system"));
}

TEST_F(Limits, FewDescriptorsAreAnErrorThatNamesTheLimit) {
  for (const char* limit : {"64", "20", "8"}) {
    const Ran ran = after(std::string("ulimit -n ") + limit, simopen());
    EXPECT_EQ(ran.status, environment) << limit << ran.err;
    EXPECT_THAT(ran.err, HasSubstr("ulimit -n")) << limit;
  }
}

TEST_F(Limits, FewProcessesAreAnErrorThatNamesTheLimit) {
  How nobody;
  nobody.as_nobody = true;
  nobody.deadline = std::chrono::seconds(60);
  for (const char* limit : {"1", "3"}) {
    const Ran ran = run({"prlimit", std::string("--nproc=") + limit, ORCHESTRATOR, "run", "simopen",
                         "--where", "here", "-q"},
                        nobody);
    EXPECT_EQ(ran.status, environment) << limit << ran.err;
    EXPECT_THAT(ran.err, AnyOf(HasSubstr("ulimit -u"), HasSubstr("user namespace"))) << limit;
  }
}

TEST_F(Limits, FewNetworkNamespacesAreAnErrorThatNamesTheSysctl) {
  for (const char* most : {"0", "3"}) {
    const Ran ran =
        after(std::string("echo ") + most + " >/proc/sys/user/max_net_namespaces || exit 99",
              simopen(), {"-Urmn"});
    EXPECT_EQ(ran.status, environment) << most << ran.err;
    EXPECT_THAT(ran.err, HasSubstr("user.max_net_namespaces")) << most;
  }
}

// Root there, but not of the network namespace that it is in: it could not come back.
TEST_F(Limits, RootOfAUserNamespaceAloneGetsOneOfItsOwn) {
  const Ran ran = after(":", simopen(), {"-Urm"});
  EXPECT_THAT(ran.status, AnyOf(0, environment)) << ran.err;
  EXPECT_THAT(ran.err, Not(HasSubstr("cannot return")));
  const Ran tables = after(":", {"tables"}, {"-Urm"});
  EXPECT_THAT(tables.status, AnyOf(0, environment)) << tables.err;
}

TEST_F(Limits, AHostWithoutIpv6RunsScenariosOverIpv4) {
  const Ran ran = after(
      "echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6 && "
      "echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6 || exit 99",
      simopen({"--family", "ipv4"}), {"-mn"});
  EXPECT_EQ(ran.status, 0) << ran.err;
}

TEST_F(Limits, TwoAtOnceDoNotDisturbEachOther) {
  const std::vector<std::string> argv{ORCHESTRATOR, "run",  "simopen", "self-connect", "--where",
                                      "here",       "--repeat", "5",       "-q"};
  Running one(argv), other(argv);
  EXPECT_EQ(one.finish(std::chrono::seconds(120)).status, 0);
  EXPECT_EQ(other.finish(std::chrono::seconds(120)).status, 0);
}

}  // namespace
}  // namespace lab::test
