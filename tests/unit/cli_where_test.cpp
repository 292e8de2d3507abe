// SPDX-License-Identifier: MIT
#include "cli/where.hpp"

#include <gmock/gmock.h>

#include "util/error.hpp"

namespace lab::cli {
namespace {

using testing::HasSubstr;

const Facts loaded{.module_loaded = true, .no_vm = "", .release = "6.1.0-56-cloud-amd64"};
const Facts not_loaded{.module_loaded = false, .no_vm = "", .release = "6.1.0-56-cloud-amd64"};
const Facts nothing{.module_loaded = false, .no_vm = "no QEMU: apt-get install it", .release = ""};

TEST(Where, AutomaticallyHereIfTheModuleIsLoaded) {
  EXPECT_EQ(decide(Where::automatic, loaded).where, Where::here);
  EXPECT_THAT(decide(Where::automatic, loaded).why, HasSubstr("is loaded"));
}

TEST(Where, AutomaticallyInAMicroVmIfItIsNot) {
  EXPECT_EQ(decide(Where::automatic, not_loaded).where, Where::vm);
  EXPECT_THAT(announcement(decide(Where::automatic, not_loaded), not_loaded),
              testing::AllOf(HasSubstr("microVM"), HasSubstr("6.1.0-56-cloud-amd64"),
                             HasSubstr("not loaded")));
}

TEST(Where, AutomaticallyHereWithoutTheModuleAsALastResort) {
  EXPECT_EQ(decide(Where::automatic, nothing).where, Where::here);
  EXPECT_THAT(decide(Where::automatic, nothing).why,
              testing::AllOf(HasSubstr("without the module"), HasSubstr("no QEMU")));
}

TEST(Where, WhatIsAskedForIsDone) {
  EXPECT_EQ(decide(Where::here, not_loaded).where, Where::here);
  EXPECT_EQ(decide(Where::vm, loaded).where, Where::vm);
}

TEST(Where, AMicroVmThatCannotBeBootedIsAnErrorWhenAskedFor) {
  EXPECT_THROW(decide(Where::vm, nothing), EnvironmentError);
}

}  // namespace
}  // namespace lab::cli
