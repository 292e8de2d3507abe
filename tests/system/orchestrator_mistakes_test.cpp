// SPDX-License-Identifier: MIT
//
// What a person sees who types it wrong, or whose machine lacks something: one
// clear message on standard error, the right exit code, nothing on standard
// output but the line that says where the run happens.
#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "program.hpp"
#include "util/executable.hpp"
#include "util/temporary_folder.hpp"
#include "util/text.hpp"

namespace lab::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr int usage = 2, environment = 3;

std::string written(const std::string& name, const std::string& text) {
  static const TemporaryFolder folder;
  const std::string path = folder.path() / name;
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

// Such a program's loader would run on this machine, before any guest is there.
TEST(Mistakes, AProgramWithALoaderOfItsOwnIsRefusedAndTheLoaderIsNotRun) {
  if (find_in_path("patchelf").empty()) GTEST_SKIP() << "needs patchelf (apt-get install patchelf)";
  namespace fs = std::filesystem;
  const TemporaryFolder temporary;
  const std::string folder = temporary.path();
  const std::string proof = folder + "/proof";
  std::ofstream(folder + "/loader") << "#!/bin/sh\n: >" << proof << "\n";
  fs::permissions(folder + "/loader", fs::perms::owner_all);
  fs::copy_file("/bin/true", folder + "/prog");
  ASSERT_EQ(run({"patchelf", "--set-interpreter", folder + "/loader", folder + "/prog"}).status, 0);
  std::ofstream(folder + "/interp.yaml") << R"(name: interp
title: A program with a loader of its own
families: [ipv4]
topology: {hosts: {a: }}
steps:
  - exec: {host: a, run: [./prog]}
)";
  // As ldd(1) asks a loader.
  run({folder + "/loader", "--list", folder + "/prog"});
  ASSERT_TRUE(fs::remove(proof)) << "the loader leaves no proof when it is run";

  const Ran ran = run({ORCHESTRATOR, "run", folder + "/interp.yaml", "--where", "vm"});

  EXPECT_EQ(ran.status, usage);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("interp.yaml:6: "),
                             HasSubstr("names \"" + folder + "/loader\" as its ELF interpreter"),
                             HasSubstr("/lib/ld-musl-")));
  EXPECT_FALSE(fs::exists(proof)) << "the loader was run on this machine";
}

TEST(Mistakes, AnOutputThatCannotBeWrittenIsToldBeforeTheRun) {
  const Ran ran = run({ORCHESTRATOR, "run", "simopen", "--output", "/nowhere/report.json"});
  EXPECT_EQ(ran.status, usage);
  EXPECT_THAT(ran.err, HasSubstr("/nowhere/report.json"));
  EXPECT_EQ(ran.out, "");
}

TEST(Mistakes, AFullDiskIsToldByItsName) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root: it makes network namespaces";
  const Ran ran =
      run({ORCHESTRATOR, "run", "self-connect", "--where", "here", "--output", "/dev/full"});
  EXPECT_EQ(ran.status, environment);
  EXPECT_THAT(ran.err, HasSubstr("--output /dev/full: the report could not be written: No space"));
}

// "$FILE" where FILE is not set.
TEST(Mistakes, AFlagWithAnEmptyValueIsRefused) {
  for (const char* flag : {"--output", "--html", "--junit", "--pcap", "--kernel"}) {
    const Ran ran = run({ORCHESTRATOR, "run", "simopen", "--where", "here", flag, ""});
    EXPECT_EQ(ran.status, usage) << flag;
    EXPECT_THAT(ran.err, HasSubstr(std::string(flag) + ": its value is empty")) << flag;
    EXPECT_EQ(ran.out, "") << flag;
  }
}

TEST(Mistakes, AFolderIsNoReport) {
  const Ran ran = run({ORCHESTRATOR, "draw", "/tmp"});
  EXPECT_EQ(ran.status, usage);
  EXPECT_THAT(ran.err, HasSubstr("/tmp: a folder; name a file that `run --output` wrote"));
}

TEST(Mistakes, ANameWithANewlineIsToldOnOneLine) {
  const Ran ran = run({ORCHESTRATOR, "run", "si\nmopen"});
  EXPECT_EQ(ran.status, usage);
  EXPECT_THAT(ran.err, HasSubstr("there is no scenario \"si mopen\""));
}

// What a shell does with 2>/dev/full, 2>&- and with all three closed.
TEST(Mistakes, AreToldByTheStatusWhereNothingCanBePrinted) {
  const auto status_of = [](const std::string& words) {
    return run({"sh", "-c", ORCHESTRATOR " " + words}).status;
  };
  for (const std::string away : {"2>/dev/full", "2>&-", "<&- >&- 2>&-"}) {
    EXPECT_EQ(status_of("run nosuch " + away), usage) << away;
    EXPECT_EQ(status_of("nosuch " + away), usage) << away;
  }
  EXPECT_EQ(status_of("list <&- 2>&- >&-"), environment);
  EXPECT_EQ(status_of("list <&- 2>&- >/dev/null"), 0);
}

TEST(Mistakes, AFamilyThatTheScenarioIsNotForIsSkipped) {
  const std::string path = written("one.yaml", R"(name: one
title: Over one family only
rule: none
families: [ipv4]
topology:
  hosts: {left: }
steps:
  - socket: {name: cli, host: left}
)");
  const Ran ran = run({ORCHESTRATOR, "run", path, "--where", "here", "--family", "ipv6"});
  constexpr int skipped = 4;
  EXPECT_EQ(ran.status, skipped) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("one ipv6: skipped: the scenario does not list this family"));
}

// Nobody may not be allowed to look into the build directory.
class Copied {
 public:
  Copied() {
    std::filesystem::copy(ORCHESTRATOR, folder_);
    std::filesystem::copy(SOURCE_DIR "/scenarios", folder_ / "scenarios",
                          std::filesystem::copy_options::recursive);
    std::filesystem::permissions(folder_, std::filesystem::perms(0755));
  }
  std::string program() const { return folder_ / "orchestrator"; }
  static How as_nobody() {
    How how;
    how.as_nobody = true;
    how.directory = "/";
    return how;
  }

 private:
  TemporaryFolder temporary_;
  const std::filesystem::path folder_ = temporary_.path();
};

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

// A reader of the file must not find an older report there.
TEST(Mistakes, NoQemuIsReportedInTheFilesThatWereAskedFor) {
  const TemporaryFolder folder;
  const std::string junit = folder.path() / "run.xml", json = folder.path() / "run.json";
  std::ofstream(junit) << "an older report";
  How how;
  how.env = {"PATH=/nowhere"};
  const Ran ran = run({ORCHESTRATOR, "run", "simopen", "--where", "vm", "--junit", junit, "-o", json},
                      how);
  EXPECT_EQ(ran.status, environment);
  EXPECT_THAT(read_file(junit), AllOf(HasSubstr("errors=\"2\""), HasSubstr("qemu-system-x86"),
                                      HasSubstr("--where vm --kernel"), Not(HasSubstr("older"))));
  EXPECT_THAT(read_file(json), HasSubstr("qemu-system-x86"));
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
  const std::string first = ran.out.substr(0, ran.out.find("\nself-connect"));
  EXPECT_THAT(first, AllOf(HasSubstr("without the module"), HasSubstr("/nowhere/qemu")));
  EXPECT_THAT(ran.out, HasSubstr("not observed"));
}

TEST(Mistakes, AQuestionThatIsNotClearSaysWhatToWrite) {
  const auto complaint = [](const std::vector<std::string>& words) {
    std::vector<std::string> argv{ORCHESTRATOR, "explain"};
    argv.insert(argv.end(), words.begin(), words.end());
    const Ran ran = run(argv);
    EXPECT_EQ(ran.status, usage) << ran.out << ran.err;
    EXPECT_EQ(ran.out, "");
    return ran.err;
  };
  EXPECT_THAT(complaint({}), HasSubstr("DST:PORT"));
  EXPECT_THAT(complaint({"127.0.0.1"}), HasSubstr("127.0.0.1:PORT"));
  EXPECT_THAT(complaint({"8888"}), HasSubstr("127.0.0.1:8888"));
  EXPECT_THAT(complaint({"127.0.0.1:80", "form", "127.0.0.1"}), HasSubstr("from"));
  EXPECT_THAT(complaint({"127.0.0.1:80", "--device", "ol"}), HasSubstr("did you mean lo"));
}

TEST(Mistakes, ANamespaceThatIsNotThereIsNamed) {
  const Ran ran = run({ORCHESTRATOR, "explain", "127.0.0.1:80", "--netns", "no-such-netns"});
  EXPECT_EQ(ran.status, environment);
  EXPECT_THAT(ran.err, HasSubstr("no-such-netns"));
  EXPECT_EQ(ran.out, "");
}

// Nobody needs root for a question about the own namespace.
TEST(Mistakes, WithoutRootExplainSaysWhatItCouldNotSee) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to give it up";
  const Copied copy;
  const Ran ran = run({copy.program(), "explain", "127.0.0.1:1"}, copy.as_nobody());
  EXPECT_EQ(ran.status, 1) << ran.out << ran.err;
  EXPECT_THAT(ran.out, AllOf(HasSubstr("REFUSED"), HasSubstr("Not observed"), HasSubstr("root")));
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
