// SPDX-License-Identifier: MIT
#include "cli/choice.hpp"

#include <gtest/gtest.h>

namespace lab::cli {
namespace {

enum class Fruit { apple, pear };

// What the flag is set to, or what is said.
std::string parsed(const std::string& word) {
  Fruit fruit = Fruit::apple;
  CLI::App app;
  app.add_option("--fruit", fruit)
      ->transform(choice(Choices<Fruit>{{"pear", Fruit::pear}, {"apple", Fruit::apple}}));
  try {
    app.parse("--fruit " + word);
  } catch (const CLI::ParseError& mistake) {
    return mistake.what();
  }
  return fruit == Fruit::pear ? "pear" : "apple";
}

TEST(Choice, IsOneOfTheWords) {
  EXPECT_EQ(parsed("pear"), "pear");
  EXPECT_EQ(parsed("apple"), "apple");
  EXPECT_EQ(parsed("moon"), "--fruit: moon is not one of pear, apple");
  EXPECT_EQ(parsed("1"), "--fruit: 1 is not one of pear, apple");
}

}  // namespace
}  // namespace lab::cli
