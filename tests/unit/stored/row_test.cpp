// SPDX-License-Identifier: MIT
#include "stored/stored.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace lab {
namespace {

TEST(RowAsJson, HoldsWhatTheWitnessReportedAndNoMore) {
  Row row;
  row.state = TcpState::listen;
  row.local = Endpoint::parse("[fd00::1]:8888").value();
  row.remote.address = Address::any(Family::inet6);
  row.cookie = 7;
  row.inode = 0;
  row.v6only = false;
  row.bucket = 31;
  row.role = Role::listening;
  EXPECT_EQ(nlohmann::json(row), nlohmann::json::parse(R"({
    "kind": "full", "state": "LISTEN", "family": "inet6", "local": "[fd00::1]:8888",
    "cookie": 7, "inode": 0, "v6only": false, "bucket": 31, "role": "listening"})"));
}

}  // namespace
}  // namespace lab
