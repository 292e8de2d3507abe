// SPDX-License-Identifier: MIT
#include "commands/arch_flag.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "util/architecture.hpp"
#include "util/error.hpp"
#include "util/temporary_folder.hpp"

namespace lab::commands {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

const std::string own(this_architecture().name);
const std::string other(architectures[is_this(architectures[0]) ? 1 : 0].name);

TEST(GuestOf, IsNamedByTheKernelAndAnotherArchitecture) {
  EXPECT_EQ(guest_of("6.12", ""), "6.12");
  EXPECT_EQ(guest_of("6.12", own), "6.12");
  EXPECT_EQ(guest_of("6.12", other), "6.12-" + other);
  EXPECT_EQ(guest_of("6.12-" + other, ""), "6.12-" + other);
  EXPECT_EQ(guest_of("6.12-" + other, other), "6.12-" + other);
  EXPECT_EQ(guest_of("6.12-" + own, own), "6.12");
  for (const auto& [kernel, architecture] : {std::pair{other, own}, std::pair{own, other}})
    EXPECT_THAT([&] { guest_of("6.12-" + kernel, architecture); },
                ThrowsMessage<UsageError>(
                    HasSubstr(fmt::format("--kernel 6.12-{}: this kernel is for {}, and not for {}",
                                          kernel, kernel, architecture))));
}

TEST(GuestOf, HasTheArchitectureOfAPath) {
  const TemporaryFolder build;
  namespace fs = std::filesystem;
  const fs::path tree = build.path() / "tree";
  fs::create_directories(build.path() / "images");
  fs::create_directories(build.path() / "kernels");
  fs::create_directory(tree);
  const std::string name = "path-tree-1-" + other;
  std::ofstream(build.path() / "images" / (name + ".cpio")) << "";
  fs::create_directory_symlink(tree, build.path() / "kernels" / name);
  ::setenv("LAB_BUILD_DIR", build.path().c_str(), 1);
  EXPECT_EQ(guest_of(tree, ""), tree);
  EXPECT_EQ(guest_of(tree, other), tree);
  EXPECT_THAT([&] { guest_of(tree, own); },
              ThrowsMessage<UsageError>(HasSubstr("this kernel is for " + other)));
  ::unsetenv("LAB_BUILD_DIR");
}

}  // namespace
}  // namespace lab::commands
