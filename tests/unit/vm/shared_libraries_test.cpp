// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include <array>
#include <cstdio>
#include <memory>
#include <set>

#include "util/error.hpp"
#include "util/text.hpp"
#include "vm/shared_libraries.hpp"
#include "unit/vm/elf_image.hpp"
#include "unit/vm/ld_cache.hpp"

namespace lab::vm {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

class SharedLibraries : public testing::Test {
 protected:
  SharedLibraries() {
    loader_.path = files_.write("ld.so", ElfImage().add(DT_SONAME, "ld.so.1").finish().bytes());
    loader_.configuration = files_.path("cache");
    loader_.directories = {files_.path("usual")};
  }

  std::string write(const std::string& name, ElfImage image) {
    return files_.write(name, image.finish().bytes());
  }
  // The libraries of a program that is written to bin/prog, without the loader.
  std::vector<Library> libraries(ElfImage program, const std::string& as = "/work/bin/prog") {
    const std::string path = write("bin/prog", std::move(program));
    std::vector<Library> found =
        shared_libraries({path, as, *read_elf(RegularFile(path))}, loader_);
    EXPECT_EQ(found.at(0).to, loader_.path);
    found.erase(found.begin());
    return found;
  }
  std::vector<std::string> found(ElfImage program) {
    std::vector<std::string> paths;
    for (const Library& library : libraries(std::move(program)))
      paths.push_back(library.from.substr(files_.path("").size()));
    return paths;
  }
  void expect_refused(ElfImage program, const testing::Matcher<std::string>& message) {
    EXPECT_THAT([&] { libraries(std::move(program)); }, ThrowsMessage<UsageError>(message));
  }

  Files files_;
  Loader loader_;
};

TEST_F(SharedLibraries, AreFoundWithThoseThatTheyNeed) {
  write("usual/liba.so", ElfImage().needs("libb.so").needs("ld.so.1"));
  write("usual/libb.so", ElfImage().needs("liba.so"));  // needs what needs it
  EXPECT_THAT(found(ElfImage().needs("liba.so").needs("libb.so")),
              ElementsAre("usual/liba.so", "usual/libb.so"));
}

TEST_F(SharedLibraries, AreFoundOnceIfTheyNeedThemselves) {
  write("usual/liba.so", ElfImage().needs("liba.so").needs("libreal.so"));
  write("usual/libreal.so", ElfImage().add(DT_SONAME, "liba.so"));
  EXPECT_THAT(found(ElfImage().needs("liba.so")), ElementsAre("usual/liba.so", "usual/libreal.so"));
}

TEST_F(SharedLibraries, MatchTheirSonameToo) {
  write("usual/libreal.so", ElfImage().add(DT_SONAME, "liba.so.1"));
  EXPECT_THAT(found(ElfImage().needs("libreal.so").needs("liba.so.1")),
              ElementsAre("usual/libreal.so"));
}

TEST_F(SharedLibraries, AreSearchedInTheLoadersOrder) {
  // Each round removes where it was found: the next place's turn.
  const std::vector<std::string> order = {"run", "cached", "usual"};
  for (const std::string& folder : order) write(folder + "/liba.so", ElfImage());
  files_.write("cache", ld_cache({{"liba.so", files_.path("cached/liba.so")}}));
  const auto program = ElfImage().needs("liba.so").add(DT_RUNPATH, files_.path("run"));
  for (const std::string& folder : order) {
    EXPECT_THAT(found(program), ElementsAre(folder + "/liba.so"));
    std::filesystem::remove(files_.path(folder + "/liba.so"));
  }
  expect_refused(program, AllOf(HasSubstr("needs the shared library \"liba.so\""),
                                HasSubstr(files_.path("run")), HasSubstr(files_.path("usual")),
                                HasSubstr(loader_.configuration)));
}

TEST_F(SharedLibraries, AreSearchedInTheRpathOfAllThatNeedThem) {
  write("r/liba.so", ElfImage().needs("libb.so"));
  write("r/libb.so", ElfImage());
  EXPECT_THAT(found(ElfImage().needs("liba.so").add(DT_RPATH, files_.path("r"))),
              ElementsAre("r/liba.so", "r/libb.so"));
  // A RUNPATH is for the direct needs alone, and keeps the others' RPATH out.
  expect_refused(ElfImage().needs("liba.so").add(DT_RUNPATH, files_.path("r")),
                 HasSubstr("liba.so needs the shared library \"libb.so\""));
  write("r/liba.so", ElfImage().needs("libb.so").add(DT_RUNPATH, "/nowhere"));
  expect_refused(ElfImage().needs("liba.so").add(DT_RPATH, files_.path("r")),
                 HasSubstr("liba.so needs the shared library \"libb.so\""));
}

TEST_F(SharedLibraries, FollowTheOriginInTheGuest) {
  write("lib/liba.so.1.2", ElfImage().needs("libb.so").add(DT_RUNPATH, "${ORIGIN}/sub"));
  std::filesystem::create_symlink("liba.so.1.2", files_.path("lib/liba.so.1"));
  write("lib/sub/libb.so", ElfImage());
  const auto all =
      libraries(ElfImage().needs("liba.so.1").add(DT_RUNPATH, "/nowhere:$ORIGIN/../lib"));
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].from, files_.path("lib/liba.so.1.2"));
  EXPECT_EQ(all[0].to, "/work/lib/liba.so.1");
  EXPECT_EQ(all[1].from, files_.path("lib/sub/libb.so"));
  EXPECT_EQ(all[1].to, "/work/lib/sub/libb.so");
}

TEST_F(SharedLibraries, AreSkippedIfForAnotherMachine) {
  ElfImage other;
  other.header.e_machine = EM_S390;
  write("run/liba.so", other);
  write("usual/liba.so", ElfImage());
  EXPECT_THAT(found(ElfImage().needs("liba.so").add(DT_RUNPATH, files_.path("run"))),
              ElementsAre("usual/liba.so"));
}

TEST_F(SharedLibraries, AreSkippedIfTheyAreNotFiles) {
  std::filesystem::create_directories(files_.path("usual"));
  std::filesystem::create_symlink("/dev/zero", files_.path("usual/liba.so"));
  expect_refused(ElfImage().needs("liba.so"), HasSubstr("needs the shared library \"liba.so\""));
}

TEST_F(SharedLibraries, AreRefusedIfDamaged) {
  ElfImage damaged;
  damaged.header.e_phnum = 65535;
  write("usual/liba.so", damaged);
  expect_refused(ElfImage().needs("liba.so"),
                 AllOf(HasSubstr("usual/liba.so"), HasSubstr("headers are damaged")));
}

TEST_F(SharedLibraries, AreNotSearchedInExcludedDirectories) {
  write("usual/liba.so", ElfImage());
  EXPECT_THAT(found(ElfImage().needs("liba.so").add(DT_RUNPATH, "usual::.")),
              ElementsAre("usual/liba.so"));
  expect_refused(ElfImage().needs("liba.so").add_value(DT_FLAGS_1, DF_1_NODEFLIB),
                 HasSubstr("searched: nothing"));
  EXPECT_THAT(found(ElfImage().needs(files_.path("usual/liba.so"))), ElementsAre("usual/liba.so"));
  expect_refused(ElfImage().needs("usual/liba.so"), HasSubstr("searched: nothing"));
}

TEST_F(SharedLibraries, AreRefusedIfOnlyTheLoaderKnowsThePath) {
  for (const char* path : {"/opt/$LIB", "/opt/${PLATFORM}/x"})
    expect_refused(ElfImage().needs("liba.so").add(DT_RUNPATH, path),
                   HasSubstr("$LIB or $PLATFORM"));
}

TEST_F(SharedLibraries, AreRefusedBeyondTheSearchLimits) {
  std::string list;
  for (int index = 0; index < 2000; ++index) list += "$ORIGIN/" + std::to_string(index) + ":";
  ElfImage many;
  many.add(DT_RUNPATH, list);
  for (int index = 0; index < 200; ++index) {
    const std::string name = "lib" + std::to_string(index) + ".so";
    write("usual/" + name, ElfImage());
    many.needs(name);
  }
  expect_refused(many, HasSubstr("more than 100000 library search directories"));
  std::string origins;
  for (int index = 0; index < 5000; ++index) origins += "$ORIGIN";
  expect_refused(ElfImage().needs("liba.so").add(DT_RUNPATH, origins), HasSubstr("too long"));
}

TEST_F(SharedLibraries, AreFoundAsMuslDoes) {
  loader_.libc = Libc::musl;
  write("listed/liba.so", ElfImage().needs("libc.so").needs("libm.so.6").needs("libb.so"));
  write("r/libb.so", ElfImage());
  files_.write("cache", files_.path("listed") + "\n");
  // A RUNPATH is for the needs of needs, too.
  EXPECT_THAT(found(ElfImage().needs("liba.so").add(DT_RUNPATH, files_.path("r"))),
              ElementsAre("listed/liba.so", "r/libb.so"));
}

// glibc's own loader, which this machine's programs name, and programs that are trusted.
std::set<std::string> listed_by(const std::string& loader, const std::string& program) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(
      ::popen(("LC_ALL=C " + loader + " --list " + program).c_str(), "r"), &::pclose);
  std::set<std::string> paths;
  std::array<char, 4096> line;
  while (pipe && std::fgets(line.data(), line.size(), pipe.get())) {
    for (const std::string_view word : words(line.data()))
      if (word.starts_with('/')) paths.insert(std::filesystem::canonical(word));
  }
  return paths;
}

TEST(SharedLibrariesOfThisMachine, AreThoseThatItsLoaderFinds) {
  const std::string self = std::filesystem::canonical("/proc/self/exe");
  for (const std::string& program : {self, std::string("/bin/sh"), std::string("/bin/ls")}) {
    const auto elf = read_elf(RegularFile(program));
    ASSERT_TRUE(elf) << program;
    std::set<std::string> found;
    for (const Library& library :
         shared_libraries({program, program, *elf}, known_loader(elf->interpreter, program)))
      found.insert(library.from);
    EXPECT_THAT(found, Contains(HasSubstr("/libc.so.6"))) << program;
    EXPECT_EQ(found, listed_by(elf->interpreter, program)) << program;
  }
}

}  // namespace
}  // namespace lab::vm
