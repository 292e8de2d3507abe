// SPDX-License-Identifier: MIT
//
// What a person sees who types it wrong, or whose machine lacks something: one
// clear message on standard error, the right exit code, nothing on standard
// output but the line that says where the run happens.
#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "program.hpp"

namespace lab::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr int usage = 2, environment = 3;

std::string written(const std::string& name, const std::string& text) {
  const std::string path = testing::TempDir() + name;
  std::ofstream(path) << text;
  return path;
}

TEST(Mistakes, AnUnknownScenarioOffersTheNearest) {
  const Ran ran = run({ORCHESTRATOR, "run", "simopne"});
  EXPECT_EQ(ran.status, usage);
  EXPECT_THAT(ran.err, HasSubstr("simopen"));
  EXPECT_EQ(ran.out, "");
}

TEST(Mistakes, AnUnknownFlagOrCommandSaysWhereToLook) {
  EXPECT_EQ(run({ORCHESTRATOR, "run", "simopen", "--wehre", "here"}).status, usage);
  EXPECT_EQ(run({ORCHESTRATOR, "rnu"}).status, usage);
  EXPECT_EQ(run({ORCHESTRATOR}).status, usage);
  EXPECT_EQ(run({ORCHESTRATOR, "run", "simopen", "--where", "moon"}).status, usage);
  EXPECT_EQ(run({ORCHESTRATOR, "run", "simopen", "--repeat", "0"}).status, usage);
  EXPECT_THAT(run({ORCHESTRATOR, "rnu"}).err, HasSubstr("--help"));
}

TEST(Mistakes, BrokenYamlIsToldByFileLineAndColumn) {
  const std::string path = written("broken.yaml", "name: broken\ntitle: [not closed\n");
  const Ran ran = run({ORCHESTRATOR, "run", path});
  EXPECT_EQ(ran.status, usage);
  EXPECT_THAT(ran.err, testing::ContainsRegex("broken\\.yaml:[0-9]+:[0-9]+: "));
}

TEST(Mistakes, AFileThatIsNotThereIsNamed) {
  const Ran ran = run({ORCHESTRATOR, "run", "/nowhere/at-all.yaml"});
  EXPECT_EQ(ran.status, usage);
  EXPECT_THAT(ran.err, HasSubstr("/nowhere/at-all.yaml"));
}

TEST(Mistakes, AnOutputThatCannotBeWrittenIsToldBeforeTheRun) {
  const Ran ran = run({ORCHESTRATOR, "run", "simopen", "--output", "/nowhere/report.json"});
  EXPECT_EQ(ran.status, usage);
  EXPECT_THAT(ran.err, HasSubstr("/nowhere/report.json"));
  EXPECT_EQ(ran.out, "");
}

TEST(Mistakes, WithoutRootHereSaysWhatToDo) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to give it up";
  // Nobody may not be allowed to look into the build directory.
  const std::filesystem::path copy = testing::TempDir() + "lab-nobody";
  std::filesystem::create_directories(copy);
  std::filesystem::copy(ORCHESTRATOR, copy, std::filesystem::copy_options::overwrite_existing);
  std::filesystem::copy(SOURCE_DIR "/scenarios", copy / "scenarios",
                        std::filesystem::copy_options::recursive |
                            std::filesystem::copy_options::overwrite_existing);
  std::filesystem::permissions(copy, std::filesystem::perms(0755));
  How how;
  how.as_nobody = true;
  how.directory = "/";
  const Ran ran = run({copy / "orchestrator", "run", "simopen", "--where", "here"}, how);
  EXPECT_EQ(ran.status, environment);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("sudo"), HasSubstr("--where vm")));
}

TEST(Mistakes, NoQemuNamesThePackage) {
  How how;
  how.env = {"LAB_QEMU=/nowhere/qemu"};
  const Ran ran = run({ORCHESTRATOR, "run", "simopen", "--where", "vm"}, how);
  EXPECT_EQ(ran.status, environment);
  EXPECT_THAT(ran.err, HasSubstr("/nowhere/qemu"));
  how.env = {"PATH=/nowhere"};
  EXPECT_THAT(run({ORCHESTRATOR, "run", "simopen", "--where", "vm"}, how).err,
              HasSubstr("qemu-system-x86"));
}

TEST(Mistakes, AKernelThatWasNeverFetchedSaysHowToGetIt) {
  const Ran ran = run({ORCHESTRATOR, "run", "simopen", "--where", "vm", "--kernel", "6.99"});
  EXPECT_EQ(ran.status, environment);
  EXPECT_THAT(ran.err, HasSubstr("6.99"));
}

TEST(Mistakes, WithoutAMicroVmAutoRunsHereAndSaysWhy) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root: it makes network namespaces";
  How how;
  how.env = {"LAB_QEMU=/nowhere/qemu"};
  const Ran ran = run({ORCHESTRATOR, "run", "self-connect", "--family", "ipv4"}, how);
  EXPECT_EQ(ran.status, 0) << ran.out << ran.err;
  const std::string first = ran.out.substr(0, ran.out.find('\n'));
  EXPECT_THAT(first, AllOf(HasSubstr("without the module"), HasSubstr("/nowhere/qemu")));
  EXPECT_THAT(ran.out, HasSubstr("not observed"));
}

// The scenario claims that nobody answers; the kernel does, with RST.
TEST(Mistakes, AFailedCheckSaysExpectedSeenAndWhere) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root: it makes network namespaces";
  const std::string path = written("claim.yaml", R"(name: claim
title: A connect to nobody succeeds
rule: none
families: [ipv4]
topology:
  hosts: {client: , server: }
  links:
    - endpoints: ["client:eth0", "server:eth0"]
steps:
  - socket: {name: cli, host: client}
  - connect: {socket: cli, to: "server:8888"}
)");
  const Ran ran = run({ORCHESTRATOR, "run", path, "--where", "here"});
  EXPECT_EQ(ran.status, 1);
  EXPECT_THAT(ran.out, AllOf(HasSubstr("claim.yaml:11"), HasSubstr("ECONNREFUSED"),
                             HasSubstr("expected"), HasSubstr("seen"), HasSubstr("FAIL")));
}

}  // namespace
}  // namespace lab::test
