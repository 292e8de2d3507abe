// SPDX-License-Identifier: MIT
#include "vm/image.hpp"

#include <gmock/gmock.h>

#include <filesystem>

#include "unit/vm/build_directory.hpp"
#include "util/error.hpp"

namespace lab::vm {
namespace {

using std::string_literals::operator""s;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::ThrowsMessage;

constexpr auto release = "6.1.0-56-cloud-amd64";

const auto ko_for = [](const std::string& version) {
  return "\x7f"
         "ELF…"s +
         "\0name=tcp_lookup\0vermagic="s + version + " SMP preempt mod_unload \0"s;
};

TEST(FindImage, FindsItsPartsAndTheRelease) {
  const BuildDirectory build;
  build.add_guest("6.1", release);
  build.write("kmod/6.1/tcp_lookup.ko", ko_for(release));

  const Image image = find_image(build.path(), "6.1");
  EXPECT_EQ(image.release, release);
  EXPECT_EQ(image.kernel, build.path() + "/kernels/6.1/boot/vmlinuz-6.1.0-56-cloud-amd64");
  EXPECT_EQ(image.initramfs, build.path() + "/images/6.1.cpio");
}

TEST(FindImage, SaysHowToMakeAMissingImage) {
  const BuildDirectory build;
  build.add_guest("6.1", release);
  EXPECT_THAT([&] { find_image(build.path(), "6.12"); },
              ThrowsMessage<EnvironmentError>(
                  AllOf(HasSubstr("no guest image for kernel 6.12"), HasSubstr("there is: 6.1)"),
                        HasSubstr("LAB_KERNEL=6.12 ./lab"), HasSubstr("--target image-6.12"))));
}

TEST(FindImage, ListsTheKernelsForAnUnknownOne) {
  const BuildDirectory build;
  build.write("kernels.txt", "5.10 main bullseye a\n6.12-rt extra bookworm b\n");
  EXPECT_THAT(
      [&] { find_image(build.path(), "6.12-tr"); },
      ThrowsMessage<UsageError>(AllOf(HasSubstr("unknown kernel; write one of 5.10, 6.12-rt, "),
                                      Not(HasSubstr("make it with")))));
  EXPECT_THAT([&] { find_image(build.path(), "6.12-rt"); },
              ThrowsMessage<EnvironmentError>(HasSubstr("make it with")));
  EXPECT_THAT([&] { find_image(build.path(), "9.9"); },
              ThrowsMessage<EnvironmentError>(HasSubstr("make it with")));
  for (const Architecture& each : architectures)
    EXPECT_THAT([&] { find_image(build.path(), fmt::format("6.12-rt-{}", each.name)); },
                ThrowsMessage<EnvironmentError>(HasSubstr("make it with")));
}

TEST(FindImage, FindsAnUnpackedOrBuiltKernelByItsPath) {
  const BuildDirectory build;
  build.add_guest("path-unpacked-1", release);
  build.add_guest("path-built-2", release);
  const std::string tree = build.path() + "/linux";
  std::filesystem::create_directory(tree);
  std::filesystem::create_directory_symlink(tree, build.path() + "/kernels/path-built-2/source");
  EXPECT_EQ(resolve_series(build.path(), tree), "path-built-2");
  EXPECT_EQ(resolve_series(build.path(), build.path() + "/kernels/path-unpacked-1"),
            "path-unpacked-1");
  EXPECT_THAT([&] { resolve_series(build.path(), build.path() + "/kernels"); },
              ThrowsMessage<EnvironmentError>(HasSubstr("there is no guest image of it")));
}

const Architecture& another_architecture() {
  return is_this(architectures[0]) ? architectures[1] : architectures[0];
}

TEST(GuestName, EndsWithTheArchitectureIfItIsAnother) {
  for (const std::string kernel : {"6.12", "6.12-rt", "path-arm64-1", "sid", "-", ""}) {
    EXPECT_EQ(split_guest_name(kernel).kernel, kernel);
    EXPECT_TRUE(is_this(*split_guest_name(kernel).architecture)) << kernel;
    for (const Architecture& each : architectures) {
      const GuestName name = split_guest_name(fmt::format("{}-{}", kernel, each.name));
      EXPECT_EQ(name.kernel, kernel);
      EXPECT_EQ(name.architecture, &each);
    }
  }
  EXPECT_EQ(guest_name("6.12", this_architecture()), "6.12");
  const Architecture& other = another_architecture();
  EXPECT_EQ(guest_name("6.12", other), fmt::format("6.12-{}", other.name));
}

TEST(FindImage, FindsThatOfAnotherArchitectureByItsNameAlone) {
  const BuildDirectory build;
  const std::string other = guest_name("6.1", another_architecture());
  build.add_guest(other, release);
  EXPECT_EQ(find_image(build.path(), other).architecture, &another_architecture());
  EXPECT_EQ(&architecture_of(build.path(), other), &another_architecture());
  // Not by the version of its kernel, which both have.
  EXPECT_EQ(resolve_series(build.path(), "6.1"), "6.1");
  const std::string moving = guest_name("7.x", another_architecture());
  build.add_guest(moving, "7.3.4+deb13-cloud");
  EXPECT_EQ(resolve_series(build.path(), "7.3"), "7.3");
  EXPECT_EQ(resolve_series(build.path(), guest_name("7.3", another_architecture())), moving);
  // This machine's own may be named, too.
  build.add_guest("6.1", release);
  const std::string own = fmt::format("6.1-{}", this_architecture().name);
  EXPECT_EQ(find_image(build.path(), own).series, "6.1");
  EXPECT_TRUE(is_this(*find_image(build.path(), own).architecture));
}

TEST(FindImage, ReportsAMissingUnpackedKernel) {
  const BuildDirectory build;
  build.write("images/6.1.cpio", "");
  EXPECT_THAT([&] { find_image(build.path(), "6.1"); },
              ThrowsMessage<EnvironmentError>(HasSubstr("kernel 6.1 is not unpacked")));
}

TEST(FindImage, RefusesAKernelWithAnotherRelease) {
  const BuildDirectory build;
  build.add_guest("6.1", release);
  build.write("kernels/6.1/release", "6.1.0-57-cloud-amd64\n");
  EXPECT_THAT([&] { find_image(build.path(), "6.1"); },
              ThrowsMessage<EnvironmentError>(HasSubstr("there is no ")));
}

TEST(FindImage, RefusesAModuleBuiltForAnotherKernel) {
  const BuildDirectory build;
  build.add_guest("6.1", release);
  build.write("kmod/6.1/tcp_lookup.ko", ko_for("6.1.0-55-cloud-amd64"));
  EXPECT_THAT([&] { find_image(build.path(), "6.1"); },
              ThrowsMessage<EnvironmentError>(AllOf(
                  HasSubstr("was built for kernel 6.1.0-55-cloud-amd64"), HasSubstr(release))));
}

TEST(ModuleRelease, IsTheFirstWordOfVermagic) {
  EXPECT_EQ(module_release(ko_for("6.12.117+deb12-cloud-amd64")), "6.12.117+deb12-cloud-amd64");
  EXPECT_EQ(module_release("no module at all"), "");
}

TEST(AvailableSeries, AreSortedAsVersions) {
  const BuildDirectory build;
  for (const auto* series : {"6.12", "5.10", "6.1"}) build.add_guest(series, release);
  EXPECT_THAT(available_series(build.path()), ElementsAre("5.10", "6.1", "6.12"));
  EXPECT_THAT(available_series("/nowhere"), ElementsAre());
}

TEST(BuildDirectory, IsTheProgramsUnlessLabBuildDirIsSet) {
  ::unsetenv("LAB_BUILD_DIR");
  EXPECT_THAT(std::string(BUILD_DIR),
              testing::StrEq(build_directory().substr(0, sizeof BUILD_DIR - 1)));
  ::setenv("LAB_BUILD_DIR", "/elsewhere", 1);
  EXPECT_EQ(build_directory(), "/elsewhere");
  ::unsetenv("LAB_BUILD_DIR");
}

// One file of an archive as cpio(5) "newc" has it.
std::string archived(const std::string& name, const std::string& bytes) {
  std::string entry = "070701";
  const auto field = [&](std::size_t value) { entry += fmt::format("{:08x}", value); };
  for (int number = 0; number < 6; ++number) field(0);
  field(bytes.size());
  for (int number = 7; number < 11; ++number) field(0);
  field(name.size() + 1);
  field(0);
  entry += name + '\0';
  entry.resize((entry.size() + 3) / 4 * 4);
  entry += bytes;
  entry.resize((entry.size() + 3) / 4 * 4);
  return entry;
}

TEST(ImageContents, HoldAFileThatIsTheSameByteForByte) {
  const BuildDirectory build;
  const std::string same = build.write("same", "12345"), other = build.write("other", "12346"),
                    longer = build.write("longer", "123456");
  const Image image{
      "6.1", "", "",
      build.write("images/6.1.cpio", archived("init", "x") + archived("lib/libc.so.6", "12345") +
                                         archived("TRAILER!!!", ""))};
  EXPECT_TRUE(holds_file(image, "/lib/libc.so.6", same));
  EXPECT_FALSE(holds_file(image, "/lib/libc.so.6", other));
  EXPECT_FALSE(holds_file(image, "/lib/libc.so.6", longer));
  EXPECT_FALSE(holds_file(image, "/lib/libm.so.6", same));
}

TEST(ImageContents, AreEmptyForAnotherFormat) {
  const BuildDirectory build;
  const std::string file = build.write("file", "x");
  const Image image{"6.1", "", "", build.write("images/6.1.cpio", "no archive")};
  EXPECT_FALSE(holds_file(image, "/init", file));
}

}  // namespace
}  // namespace lab::vm
