// SPDX-License-Identifier: MIT
//
// Words that two modules define, neither of which depends on the other.
#include <gmock/gmock.h>

#include "net/info_fields.hpp"
#include "net/socket_option.hpp"
#include "scenario/model.hpp"

namespace lab::run {
namespace {

TEST(Words, AgreeWithTheSocketOptionsThatCanBeSet) {
  std::vector<std::string> of_net;
  for (const SocketOption& option : socket_options()) of_net.emplace_back(option.name);
  EXPECT_EQ(scenario::socket_options(), of_net);
}

TEST(Words, AgreeWithTheOptionsThatTakeANameOrAllBits) {
  for (const SocketOption& option : socket_options()) {
    EXPECT_EQ(scenario::has_named_value(option.name), option.value == SocketOption::Value::name)
        << option.name;
    EXPECT_EQ(scenario::has_unsigned_value(option.name),
              option.value == SocketOption::Value::unsigned_integer)
        << option.name;
  }
}

TEST(Words, AgreeWithTheFieldsOfTcpInfo) {
  std::vector<std::string> of_net;
  for (const InfoFieldPlace& field : info_fields()) of_net.emplace_back(field.name);
  for (const std::string_view name : memory_fields()) of_net.emplace_back(name);
  EXPECT_EQ(scenario::info_fields(), of_net);
}

}  // namespace
}  // namespace lab::run
