// SPDX-License-Identifier: MIT
#include "vm/accelerator.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>

#include "util/error.hpp"
#include "util/text.hpp"
#include "unit/vm/build_directory.hpp"

namespace lab::vm {
namespace {

using testing::HasSubstr;

const Circumstances here{"6.18.44", "/usr/bin/qemu-system-x86_64 12345 1700000000"};

TEST(AcceleratorMemory, RecallsAFinding) {
  const BuildDirectory cache;
  const AcceleratorMemory memory(cache.path() + "/a/b/accelerator.json");
  EXPECT_EQ(memory.recall(here), std::nullopt);
  memory.remember(here, Accelerator::tcg, "it hung");
  EXPECT_EQ(memory.recall(here), Accelerator::tcg);
  memory.remember(here, Accelerator::kvm, "a guest booted on it");
  EXPECT_EQ(memory.recall(here), Accelerator::kvm);
}

TEST(AcceleratorMemory, IgnoresAFindingUnderOtherCircumstances) {
  const BuildDirectory cache;
  const AcceleratorMemory memory(cache.path() + "/accelerator.json");
  memory.remember(here, Accelerator::tcg, "it hung");
  EXPECT_EQ(memory.recall({"6.19.0", here.qemu}), std::nullopt);
  EXPECT_EQ(memory.recall({here.kernel, "another qemu"}), std::nullopt);
}

TEST(AcceleratorMemory, RemembersAReasonInAnyEncoding) {
  const BuildDirectory cache;
  const AcceleratorMemory memory(cache.path() + "/accelerator.json");
  memory.remember(here, Accelerator::tcg, "qemu: \xff\xfe");
  EXPECT_EQ(memory.recall(here), Accelerator::tcg);
}

// A cache in a folder that others may write to.
TEST(AcceleratorMemory, IsNotWrittenThroughALinkOfOthers) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to make a link of another user";
  const BuildDirectory cache;
  const std::string victim = cache.write("victim", "precious"), link = cache.path() + "/a.json";
  std::filesystem::create_symlink(victim, link);
  ASSERT_EQ(::lchown(link.c_str(), 1000, 1000), 0);
  AcceleratorMemory(link).remember(here, Accelerator::tcg, "it hung");
  EXPECT_EQ(read_file(victim), "precious");
}

TEST(AcceleratorMemory, ForgetsOnRequest) {
  const BuildDirectory cache;
  const AcceleratorMemory memory(cache.path() + "/accelerator.json");
  memory.remember(here, Accelerator::tcg, "it hung");
  memory.forget();
  EXPECT_EQ(memory.recall(here), std::nullopt);
  memory.forget();  // of nothing: no error
}

TEST(AcceleratorMemory, IgnoresATornFile) {
  const BuildDirectory cache;
  for (const auto* text : {"", "{\"kernel\": ", "[]", "{\"kernel\": 1, \"works\": \"kvm\"}"}) {
    const AcceleratorMemory memory(cache.write("accelerator.json", text));
    EXPECT_EQ(memory.recall(here), std::nullopt) << text;
  }
}

TEST(AcceleratorMemory, IgnoresAnUnknownAccelerator) {
  const BuildDirectory cache;
  const AcceleratorMemory memory(cache.path() + "/accelerator.json");
  memory.remember(here, Accelerator::kvm, "");
  auto text = read_file(cache.path() + "/accelerator.json");
  text.replace(text.find("\"kvm\""), 5, "\"xen\"");
  cache.write("accelerator.json", text);
  EXPECT_EQ(memory.recall(here), std::nullopt);
}

TEST(AcceleratorMemory, ToleratesAFileThatCannotBeWritten) {
  for (const char* path : {"/proc/no/such/place.json", ""}) {
    const AcceleratorMemory memory(path);
    EXPECT_NO_THROW(memory.remember(here, Accelerator::tcg, "")) << path;
    EXPECT_EQ(memory.recall(here), std::nullopt) << path;
  }
}

TEST(MemoryPath, IsInTheUsersCache) {
  ::setenv("XDG_CACHE_HOME", "/cache", 1);
  EXPECT_EQ(memory_path(), "/cache/tcp-lookup-lab/accelerator.json");
  ::unsetenv("XDG_CACHE_HOME");
  ::setenv("HOME", "/home/ada", 1);
  EXPECT_EQ(memory_path(), "/home/ada/.cache/tcp-lookup-lab/accelerator.json");
}

TEST(WhyNoKvm, NamesTheDeviceAndTheReason) {
  EXPECT_EQ(why_no_kvm("/dev/null"), "");
  EXPECT_EQ(why_no_kvm("/dev/no-such-kvm"), "/dev/no-such-kvm: No such file or directory");
}

TEST(Circumstances, ChangeWithTheProgramsFile) {
  const BuildDirectory cache;
  const auto before = circumstances(cache.write("qemu", "1"));
  EXPECT_EQ(before, circumstances(cache.path() + "/qemu"));
  EXPECT_NE(before, circumstances(cache.write("qemu", "12")));
}

TEST(AcceleratorFromEnvironment, TakesThreeWords) {
  ::setenv("LAB_ACCEL", "tcg", 1);
  EXPECT_EQ(accelerator_from_environment(), Accelerator::tcg);
  ::setenv("LAB_ACCEL", "auto", 1);
  EXPECT_EQ(accelerator_from_environment(), std::nullopt);
  ::setenv("LAB_ACCEL", "turbo", 1);
  EXPECT_THAT([] { accelerator_from_environment(); },
              testing::ThrowsMessage<UsageError>(HasSubstr("auto, kvm or tcg")));
  ::unsetenv("LAB_ACCEL");
}

}  // namespace
}  // namespace lab::vm
