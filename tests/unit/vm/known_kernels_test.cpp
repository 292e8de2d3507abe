// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include "util/error.hpp"
#include "util/text.hpp"
#include "vm/known_kernels.hpp"

namespace lab::vm {
namespace {

using testing::Contains;
using testing::Field;
using testing::SizeIs;

TEST(KnownKernels, ReadOneKernelPerLine) {
  const auto kernels = parse_known_kernels(
      "# name class suites\n"
      "\n"
      "6.1  main  bookworm,bookworm-security linux-headers-cloud-amd64\n"
      "sid  extra sid linux-headers-cloud-amd64  # unstable\n"
      "broken\n");
  ASSERT_THAT(kernels, SizeIs(2));
  EXPECT_EQ(kernels[0].name, "6.1");
  EXPECT_TRUE(kernels[0].main);
  EXPECT_EQ(kernels[0].suites, "bookworm,bookworm-security");
  EXPECT_EQ(kernels[1].name, "sid");
  EXPECT_FALSE(kernels[1].main);
  EXPECT_EQ(kernels[1].suites, "sid");
}

TEST(KnownKernels, IncludeTheDefaultTheOldestAndTheNewest) {
  const auto kernels = parse_known_kernels(read_file(SOURCE_DIR "/cmake/kernels.txt"));
  for (const char* name : {"5.10", "6.1", "6.12", "7.x"})
    EXPECT_THAT(kernels, Contains(testing::AllOf(Field(&KnownKernel::name, name),
                                                 Field(&KnownKernel::main, true))));
}

TEST(KnownKernels, SayHowToMakeAMissingFile) {
  try {
    known_kernels("/nonexistent");
    FAIL() << "it found kernels";
  } catch (const EnvironmentError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("/nonexistent/kernels.txt"));
    EXPECT_THAT(error.what(), testing::HasSubstr("./lab version"));
  }
}

}  // namespace
}  // namespace lab::vm
