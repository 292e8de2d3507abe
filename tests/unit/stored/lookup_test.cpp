// SPDX-License-Identifier: MIT
#include "stored/stored.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "support/records.hpp"

namespace lab {
namespace {

TEST(LookupAnswerAsJson, HasOneEntryPerStep) {
  const nlohmann::json json = refused_lookup();
  EXPECT_EQ(json["tuple"], nlohmann::json::parse(R"({
    "source": "10.0.0.1:40000", "destination": "10.0.0.2:8888", "device": "eth0"})"));
  EXPECT_EQ(json["verdict"], "RST");
  EXPECT_EQ(json["handler"], "tcp_v4_send_reset");
  EXPECT_EQ(json["agrees"], true);
  EXPECT_FALSE(json.contains("caveat"));
  ASSERT_EQ(json["steps"].size(), 3u);
  EXPECT_EQ(json["steps"][0],
            nlohmann::json::parse(R"({"step": "ehash", "result": "miss", "bucket": 4711,
                                      "walked": 0})"));
  EXPECT_EQ(json["steps"][2]["socket"]["state"], "CLOSED");
  EXPECT_FALSE(json["steps"][2].contains("bucket"));
}

}  // namespace
}  // namespace lab
