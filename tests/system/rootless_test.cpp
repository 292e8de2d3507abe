// SPDX-License-Identifier: MIT
//
// Runs without root, as a real user who has none.
#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "program.hpp"

namespace lab::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using Json = nlohmann::json;

// Nobody, with a home and a temporary folder of his own. The program, the catalogue
// and the lab's programs stay where they are: he may read them, or the test says so.
class Rootless : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root, to give it up";
    how_.as_nobody = true;
    how_.directory = "/";
    how_.env = {"HOME=/nonexistent", "LAB_QEMU=/nowhere/qemu"};
    if (run({"test", "-x", ORCHESTRATOR}, how_).status != 0)
      GTEST_SKIP() << "nobody may not run " << ORCHESTRATOR;
    if (run({"unshare", "-Urn", "true"}, how_).status != 0)
      GTEST_SKIP() << "this machine forbids user namespaces";
  }
  Ran lab(std::vector<std::string> words) {
    words.insert(words.begin(), ORCHESTRATOR);
    return run(words, how_);
  }
  How how_;
};

TEST_F(Rootless, HereIsInAUserNamespace) {
  const Ran ran = lab({"run", "simopen", "--family", "ipv4", "--where", "here"});
  EXPECT_EQ(ran.status, 0) << ran.out << ran.err;
  EXPECT_THAT(ran.out, AllOf(StartsWith("In this kernel, in your own user namespace (no root): "
                                        "chosen by --where here."),
                             HasSubstr("simopen ipv4: PASS")));
}

// The packets and sock_diag see what they see as root; of the module it is said why
// it saw nothing, or it saw all.
TEST_F(Rootless, TheWitnessesSeeWhatTheyCan) {
  const Ran ran = lab({"run", "simopen", "--family", "ipv4", "--where", "here", "-f", "json"});
  ASSERT_EQ(ran.status, 0) << ran.err;
  std::map<std::string, std::size_t> passed;
  const Json report = Json::parse(ran.out);
  for (const Json& step : report["runs"][0]["steps"])
    for (const Json& check : step["checks"]) {
      EXPECT_NE(check["outcome"], "fail") << check.dump(2);
      if (check["outcome"] == "pass") ++passed[check["witness"].get<std::string>()];
    }
  EXPECT_GT(passed["packets"], 0u);
  EXPECT_GT(passed["sock_diag"] + passed["module, sock_diag"], 0u);
  EXPECT_GT(report["runs"][0]["packets"].size(), 8u);
}

TEST_F(Rootless, TheWholeCatalogueHasNoFailures) {
  const Ran ran = lab({"run", "all", "--where", "here", "-j", "8"});
  EXPECT_EQ(ran.status, 0) << ran.out << ran.err;
  EXPECT_THAT(ran.out, AllOf(HasSubstr(" 0 failed"), Not(HasSubstr("could not run"))));
}

TEST_F(Rootless, AutoSaysWhyItIsHere) {
  const Ran ran = lab({"run", "self-connect", "--family", "ipv4"});
  EXPECT_EQ(ran.status, 0) << ran.out << ran.err;
  const std::string first = ran.out.substr(0, ran.out.find('\n'));
  EXPECT_THAT(first, HasSubstr("user namespace"));
}

// A place in which no user namespace can be made: one whose limit is 0, and no rights
// to change that.
TEST_F(Rootless, WhereTheyAreForbiddenTheWaysOutAreNamed) {
  const Ran ran = run({"unshare", "-Ur", "sh", "-c",
                       "echo 0 > /proc/sys/user/max_user_namespaces; "
                       "exec setpriv --bounding-set=-all --inh-caps=-all " ORCHESTRATOR
                       " run simopen --where here"},
                      how_);
  EXPECT_EQ(ran.status, 3) << ran.out << ran.err;
  EXPECT_THAT(ran.err, AllOf(HasSubstr("user.max_user_namespaces"), HasSubstr("--where vm"),
                             HasSubstr("sudo")));
}

TEST_F(Rootless, KeepingNeedsRoot) {
  const Ran ran = lab({"run", "simopen", "--where", "here", "--keep=rootless"});
  EXPECT_EQ(ran.status, 3);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("--keep needs root"), HasSubstr("sudo")));
  for (const char* verb : {"inspect", "clean"}) {
    const Ran other = lab({verb});
    EXPECT_EQ(other.status, 3) << verb;
    EXPECT_THAT(other.err, HasSubstr("needs root"));
  }
}

}  // namespace
}  // namespace lab::test
