// SPDX-License-Identifier: MIT
#include "play/guest_programs.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "play/command_words.hpp"
#include "unit/vm/elf_image.hpp"
#include "util/error.hpp"
#include "util/temporary_folder.hpp"
#include "util/text.hpp"

namespace lab::play {
namespace {

namespace fs = std::filesystem;

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

scenario::Scenario running(const std::string& file, std::vector<std::string> programs) {
  scenario::Scenario made;
  made.file = file;
  for (const std::string& program : programs) {
    scenario::Exec exec;
    exec.run = {program};
    made.steps.push_back({exec, "", {}, {static_cast<int>(made.steps.size()) + 10, 3}});
  }
  return made;
}

std::vector<std::string> targets(const std::vector<vm::Upload>& uploads) {
  std::vector<std::string> result;
  for (const vm::Upload& upload : uploads) result.push_back(upload.to);
  return result;
}

// A scenario's folder, with the programs that a test puts there.
class ScenarioPrograms : public testing::Test {
 protected:
  ScenarioPrograms() { fs::create_directories(folder_ + "/own"); }
  ~ScenarioPrograms() override { ::unsetenv("LAB_PROGRAMS"); }

  std::string write(const std::string& name, const std::string& text) {
    const std::string path = folder_ + "/" + name;
    std::ofstream(path) << text;
    ::chmod(path.c_str(), 0755);
    return path;
  }
  scenario::Scenario runs(std::vector<std::string> programs) {
    return running(folder_ + "/mine.yaml", std::move(programs));
  }

  const TemporaryFolder temporary_;
  const std::string folder_ = temporary_.path();
};

TEST_F(ScenarioPrograms, AreForeignUnlessTheyAreTheLabsOwn) {
  write("own/serve", "#!/bin/sh\n");
  write("serve", "#!/bin/sh\n");
  ::setenv("LAB_PROGRAMS", (folder_ + "/own").c_str(), 1);
  EXPECT_EQ(foreign_program(runs({"serve", "serve"})), "");
  EXPECT_THAT(foreign_program(runs({"serve", "sh"})), HasSubstr("mine.yaml:11 runs sh"));
  // The same name, but of the scenario's folder; and a path to the lab's own.
  EXPECT_THAT(foreign_program(runs({"./serve"})), HasSubstr("mine.yaml:10 runs ./serve"));
  EXPECT_THAT(foreign_program(runs({folder_ + "/own/serve"})), HasSubstr("mine.yaml:10 runs "));
}

TEST_F(ScenarioPrograms, AreReportedWithStepAndPackageIfMissing) {
  EXPECT_THAT(
      [&] {
        require_programs(runs({"sh", "no-such-program"}));
      },
      ThrowsMessage<UsageError>(AllOf(HasSubstr("mine.yaml:11: there is no program "
                                                "no-such-program in "),
                                      HasSubstr("try 'apt-get install no-such-program'"))));
  EXPECT_THAT([&] { require_programs(runs({"./client"})); },
              ThrowsMessage<UsageError>(HasSubstr("/./client, or it is not executable")));
  write("client", "#!/bin/sh\n");
  EXPECT_NO_THROW(require_programs(runs({"./client", "sh"})));
}

TEST_F(ScenarioPrograms, AreSentWithTheirLoaderAndLibraries) {
  const auto uploads = program_uploads(runs({"/bin/sh"}));
  const auto to = targets(uploads);
  EXPECT_EQ(to.front(), "/bin/sh");
  EXPECT_THAT(to, Contains(HasSubstr("/libc.so.6")));
  EXPECT_THAT(to, Contains(HasSubstr("/ld-linux-")));
  EXPECT_THAT(to, Contains("/etc/ld.so.cache"));
  for (const vm::Upload& upload : uploads)
    EXPECT_FALSE(fs::is_symlink(upload.from)) << upload.from << ": links are not sent";
}

TEST_F(ScenarioPrograms, AreSentOnceHoweverOftenTheyRun) {
  EXPECT_EQ(targets(program_uploads(runs({"/bin/sh", "/bin/sh"}))),
            targets(program_uploads(runs({"/bin/sh"}))));
}

TEST_F(ScenarioPrograms, AreSentWithTheInterpreterOfAScript) {
  write("client", "#!/bin/sh\necho hello\n");
  const auto to = targets(program_uploads(runs({"./client"})));
  EXPECT_THAT(to, Contains(folder_ + "/./client"));
  EXPECT_THAT(to, Contains("/bin/sh"));
  EXPECT_THAT(to, Contains(HasSubstr("/libc.so.6")));
  write("other", "#!/usr/bin/env sh\n");
  EXPECT_THAT(targets(program_uploads(runs({"./other"}))),
              AllOf(Contains("/usr/bin/env"), Contains(HasSubstr("/sh"))));
}

TEST_F(ScenarioPrograms, OfAScriptsCommandsAreSentWithWhatTheyName) {
  fs::create_directories(folder_ + "/common");
  write("common/defaults.sh", "#!/bin/bash\ncat $(dirname $0)/values | grep x\n. common/more.sh\n");
  write("common/more.sh", "#!/bin/sh\nid -u\n");
  write("common/set.py", "#!/usr/bin/env python3\n");
  write("secret", "");
  ::chmod((folder_ + "/secret").c_str(), 0600);
  scenario::Exec exec;
  exec.run = {"/bin/sh", "-c",
              "common/defaults.sh && common/set.py ./secret /proc/version nothing"};
  exec.from_script = true;
  scenario::Scenario made;
  made.file = folder_ + "/mine.pkt";
  made.steps.push_back({exec, "", {}, {1, 1}});
  const auto to = targets(program_uploads(made));
  for (const std::string sent : {"/common/defaults.sh", "/common/more.sh"})
    EXPECT_THAT(to, Contains(folder_ + sent));
  for (const char* program : {"/bash", "/cat", "/grep", "/id"})
    EXPECT_THAT(to, Contains(testing::EndsWith(program)));
  for (const char* left : {"/secret", "/version", "python3"})
    EXPECT_THAT(to, testing::Not(Contains(testing::EndsWith(left))));
  // Its image has a shell; nothing else of this machine runs there.
  const Architecture& other = is_this(architectures[0]) ? architectures[1] : architectures[0];
  EXPECT_THAT(program_uploads(made, other), IsEmpty());
}

TEST(CommandWords, AreTheWordsBetweenASyntaxOfShells) {
  EXPECT_THAT(command_words("a=$(ip -6 route); ../x.sh \"/tmp/y\" >z && ip"),
              ElementsAre("a", "ip", "-6", "route", "../x.sh", "/tmp/y", "z"));
}

TEST_F(ScenarioPrograms, AreNotSentIfTheImageHasThem) {
  ::setenv("LAB_PROGRAMS", (folder_ + "/own").c_str(), 1);
  write("own/knock", "#!/bin/sh\n");
  EXPECT_EQ(targets(program_uploads(runs({"knock"}))).front(), "/lab/programs/knock");
}

TEST_F(ScenarioPrograms, ReportWhyTheyCannotBeSent) {
  write("python3", "#!/bin/sh\n");
  write("by-python", "#!" + folder_ + "/python3\n");
  for (const char* word : {"./python3", "./by-python"}) {
    EXPECT_THAT([&] { program_uploads(runs({word})); },
                ThrowsMessage<UsageError>(AllOf(HasSubstr("mine.yaml:10: "),
                                                HasSubstr("needs its whole library"),
                                                HasSubstr("--where here"))));
  }
  write("text", "hello\n");
  EXPECT_THAT([&] { program_uploads(runs({"./text"})); },
              ThrowsMessage<UsageError>(HasSubstr("neither a program for this kind of machine")));
  write("orphan", "#!/no/such/shell\n");
  EXPECT_THAT(
      [&] { program_uploads(runs({"./orphan"})); },
      ThrowsMessage<UsageError>(HasSubstr("the interpreter /no/such/shell, which does not exist")));
}

std::string program_for(const Architecture& machine) {
  vm::ElfImage image;
  image.header.e_machine = machine.elf_machine;
  return image.finish().bytes();
}

TEST_F(ScenarioPrograms, MustBeForTheGuestsProcessor) {
  for (const Architecture& made : architectures) {
    write("client", program_for(made));
    for (const Architecture& guest : architectures) {
      if (&guest == &made) {
        EXPECT_EQ(targets(program_uploads(runs({"./client"}), guest)).size(), 1u);
        continue;
      }
      EXPECT_THAT([&] { program_uploads(runs({"./client"}), guest); },
                  ThrowsMessage<UsageError>(AllOf(
                      HasSubstr("mine.yaml:10: "),
                      HasSubstr(fmt::format("client is a program for {}; this guest, of {}, needs "
                                            "one for {}",
                                            made.elf_name, guest.name, guest.elf_name)))));
    }
  }
}

TEST_F(ScenarioPrograms, OfAnotherArchitectureGetOnlyWhatItsImageHas) {
  const Architecture& other = is_this(architectures[0]) ? architectures[1] : architectures[0];
  write("client", "#!/bin/sh\necho hello\n");
  EXPECT_THAT(targets(program_uploads(runs({"./client"}), other)),
              ElementsAre(folder_ + "/./client"));
  write("other", "#!/usr/bin/env sh\n");
  EXPECT_THAT([&] { program_uploads(runs({"./other"}), other); },
              ThrowsMessage<UsageError>(HasSubstr("has only /bin/sh")));

  vm::ElfImage program;
  program.header.e_machine = other.elf_machine;
  program.asks_for(std::string(other.glibc_loader)).needs("libc.so.6").finish();
  write("program", program.bytes());
  EXPECT_EQ(targets(program_uploads(runs({"./program"}), other)).size(), 1u);
  vm::ElfImage needy;
  needy.header.e_machine = other.elf_machine;
  needy.asks_for(std::string(other.glibc_loader)).needs("libz.so.1").finish();
  write("needy", needy.bytes());
  EXPECT_THAT([&] { program_uploads(runs({"./needy"}), other); },
              ThrowsMessage<UsageError>(AllOf(HasSubstr("needs the shared library \"libz.so.1\""),
                                              HasSubstr("-linux-gnu-gcc -static"))));
  vm::ElfImage strange;
  strange.header.e_machine = other.elf_machine;
  strange.asks_for("/lib/ld-musl.so.1").finish();
  write("strange", strange.bytes());
  EXPECT_THAT([&] { program_uploads(runs({"./strange"}), other); },
              ThrowsMessage<UsageError>(HasSubstr("/lib/ld-musl.so.1\" as its ELF interpreter")));
}

TEST_F(ScenarioPrograms, AreRefusedIfTheyNameAnUnknownLoader) {
  // A program whose ELF interpreter is a script that leaves a proof.
  const std::string proof = folder_ + "/proof";
  const std::string loader = write("ld", "#!/bin/sh\n: >" + proof + "\n");
  ASSERT_EQ(std::system(loader.c_str()), 0);
  ASSERT_TRUE(fs::remove(proof)) << "the loader leaves no proof when it is run";
  std::string bytes = read_file("/bin/ls");
  const std::string usual(this_architecture().glibc_loader);
  const std::size_t at = bytes.find(usual);
  if (at == std::string::npos) GTEST_SKIP() << "/bin/ls has no " << usual << " to replace";
  const std::string link = fmt::format("/tmp/lab-loader-{:011}", ::getpid());
  ASSERT_EQ(link.size(), usual.size());
  fs::remove(link);
  fs::create_symlink(loader, link);
  write("client", bytes.replace(at, usual.size(), link));
  EXPECT_THAT(
      [&] { program_uploads(runs({"./client"})); },
      ThrowsMessage<UsageError>(AllOf(HasSubstr("mine.yaml:10: "),
                                      HasSubstr("names \"" + link + "\" as its ELF interpreter"),
                                      HasSubstr("one of " + usual))));
  EXPECT_FALSE(fs::exists(proof)) << "the loader was run";
  fs::remove(link);
}

TEST_F(ScenarioPrograms, AreRefusedIfTooLargeOrNotRegularFiles) {
  const std::string large = write("large", "#!/bin/sh\n");
  ASSERT_EQ(::truncate(large.c_str(), off_t{1} << 40), 0);  // sparse
  EXPECT_THAT([&] { program_uploads(runs({"./large"})); },
              ThrowsMessage<UsageError>(HasSubstr("accepts files of up to 256 MB")));
  EXPECT_THAT([&] { uploads_of("/dev/zero", "/work/zero"); },
              ThrowsMessage<UsageError>(HasSubstr("is not a regular file")));
}

TEST_F(ScenarioPrograms, AreRefusedIfScriptsNestTooDeeply) {
  write("loop", "#!" + folder_ + "/loop\n");
  EXPECT_THAT(targets(program_uploads(runs({"./loop"}))),
              ElementsAre(folder_ + "/./loop", folder_ + "/loop"));
  write("s0", "#!/bin/sh\n");
  for (int index = 1; index <= 5; ++index)
    write(fmt::format("s{}", index), fmt::format("#!{}/s{}\n", folder_, index - 1));
  EXPECT_THAT(targets(program_uploads(runs({"./s4"}))), Contains("/bin/sh"));
  EXPECT_THAT([&] { program_uploads(runs({"./s5"})); },
              ThrowsMessage<UsageError>(HasSubstr("more than 5 scripts")));
  write("relative", "#!bin/sh\n");
  EXPECT_THAT([&] { program_uploads(runs({"./relative"})); },
              ThrowsMessage<UsageError>(HasSubstr("which is not an absolute path")));
}

TEST(GuestPath, IsTheSameAsHere) {
  EXPECT_EQ(guest_path("/home/me/client"), "/home/me/client");
  EXPECT_EQ(guest_path("mine/client"), "/work/mine/client");
}

}  // namespace
}  // namespace lab::play
