// SPDX-License-Identifier: MIT
#include "util/architecture.hpp"

#include <gtest/gtest.h>
#include <sys/utsname.h>

#include <fstream>
#include <set>

namespace lab {
namespace {

TEST(Architecture, ThisOneIsTheMachines) {
  utsname names{};
  ASSERT_EQ(::uname(&names), 0);
  EXPECT_EQ(this_architecture().machine, names.machine);
  EXPECT_TRUE(is_this(this_architecture()));
}

TEST(Architecture, ThisOneIsThatOfItsOwnProgram) {
  std::ifstream self("/proc/self/exe", std::ios::binary);
  Elf64_Ehdr header{};
  ASSERT_TRUE(self.read(reinterpret_cast<char*>(&header), sizeof header));
  EXPECT_EQ(this_architecture().elf_machine, header.e_machine);
}

TEST(Architecture, EachDiffersInAllThatMayNotBeMixedUp) {
  std::set<std::string_view> words;
  std::set<std::uint32_t> numbers;
  for (const Architecture& each : architectures) {
    EXPECT_EQ(find_architecture(each.name), &each);
    EXPECT_TRUE(each.qemu.ends_with(each.machine));
    words.insert({each.name, each.machine, each.elf_name, each.glibc_loader, each.qemu,
                  each.qemu_package, each.qemu_machine, each.tcg_processor, each.console});
    numbers.insert({each.elf_machine, each.system_calls});
  }
  EXPECT_EQ(words.size(), 9 * architectures.size());
  EXPECT_EQ(numbers.size(), 2 * architectures.size());
  EXPECT_EQ(find_architecture("riscv64"), nullptr);
}

}  // namespace
}  // namespace lab
