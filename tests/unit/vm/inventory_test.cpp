// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include "vm/inventory.hpp"
#include "unit/vm/build_directory.hpp"

namespace lab::vm {
namespace {

using ::testing::HasSubstr;
using std::string_literals::operator""s;

const KernelHere& of(const std::vector<KernelHere>& kernels, const std::string& series) {
  for (const KernelHere& each : kernels)
    if (each.series == series) return each;
  static const KernelHere none;
  ADD_FAILURE() << "no kernel " << series;
  return none;
}

TEST(Inventory, ListsKernelsThatAreNotFetched) {
  const BuildDirectory build;
  build.write("kernels.txt", "6.1 main bookworm package\n");
  const KernelHere kernel = of(list_kernels(build.path()), "6.1");
  EXPECT_TRUE(kernel.known);
  EXPECT_EQ(kernel.release, "");
  EXPECT_FALSE(kernel.image);
  EXPECT_THAT(kernel.why_not, HasSubstr("no guest image"));
}

TEST(Inventory, ShowsWhatIsFetchedAndBuilt) {
  const BuildDirectory build;
  build.add_guest("6.1", "6.1.0-56-cloud-amd64");
  build.write("kmod/6.1/tcp_lookup.ko", "\0vermagic=6.1.0-56-cloud-amd64 SMP \0"s);
  const KernelHere kernel = of(list_kernels(build.path()), "6.1");
  EXPECT_EQ(kernel.release, "6.1.0-56-cloud-amd64");
  EXPECT_TRUE(kernel.image);
  EXPECT_EQ(kernel.module_for, "6.1.0-56-cloud-amd64");
  EXPECT_EQ(kernel.why_not, "");
}

TEST(Inventory, ShowsAnImageThatTheBuildDoesNotKnow) {
  const BuildDirectory build;
  build.add_guest("4.19", "4.19.0-1");
  const auto kernels = list_kernels(build.path());
  EXPECT_FALSE(of(kernels, "4.19").known);
  EXPECT_EQ(kernels.front().series, "4.19");  // the oldest first
}

TEST(Memory, IsReadWithItsCircumstances) {
  const BuildDirectory folder;
  const std::string path = folder.path() + "/accelerator.json";
  const AcceleratorMemory memory(path);
  EXPECT_FALSE(read_memory(path));
  memory.remember({"6.1", "/usr/bin/qemu"}, Accelerator::tcg, "it hangs");
  const auto found = read_memory(path);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->works, "tcg");
  EXPECT_EQ(found->why, "it hangs");
  EXPECT_EQ(found->circumstances, (Circumstances{"6.1", "/usr/bin/qemu"}));
  EXPECT_GT(found->when, 0);
  folder.write("accelerator.json", "{\"works\": 7}");
  EXPECT_FALSE(read_memory(path));
}

}  // namespace
}  // namespace lab::vm
