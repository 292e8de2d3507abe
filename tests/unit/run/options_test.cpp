// SPDX-License-Identifier: MIT
//
// The words that two rooms know, neither of which sees the other.
#include <gmock/gmock.h>

#include "net/socket_option.hpp"
#include "scenario/model.hpp"

namespace lab::run {
namespace {

TEST(Words, OfTheSocketOptionsAreThoseThatCanBeSet) {
  std::vector<std::string> of_net;
  for (const SocketOption& option : socket_options()) of_net.emplace_back(option.name);
  EXPECT_EQ(scenario::socket_options(), of_net);
}

}  // namespace
}  // namespace lab::run
