// SPDX-License-Identifier: MIT
#include "stored/stored.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <nlohmann/json.hpp>

#include "support/records.hpp"

namespace lab {
namespace {

TEST(TimelineAsJson, IdentifiesTheRun) {
  const nlohmann::json json = small_run();
  EXPECT_EQ(json["scenario"], "no-listen");
  EXPECT_EQ(json["family"], "ipv6");
  EXPECT_EQ(json["tally"], nlohmann::json::parse(
                               R"({"pass": 2, "fail": 1, "not_observed": 1, "skipped_steps": 0})"));
  EXPECT_EQ(json["hosts"][0], nlohmann::json::parse(R"({"name": "server",
      "addresses": [{"device": "eth0", "address": "fd00::2"}], "netns_inode": 4026532001})"));
  EXPECT_EQ(json["links"], nlohmann::json::parse(R"([["client:eth0", "server:eth0"]])"));
  EXPECT_EQ(json["packets"], nlohmann::json::array());
}

TEST(TimelineAsJson, KeepsTheOutputOfPrograms) {
  Timeline run;
  run.programs = {{"srv", "server", "hello-server 8888", "listening\n", false, std::nullopt},
                  {"knock", "client", "knock 10.0.0.2:8888", "", true, 1}};
  EXPECT_EQ(nlohmann::json(run)["programs"], nlohmann::json::parse(R"([
      {"name": "srv", "host": "server", "command": "hello-server 8888",
       "output": "listening\n", "output_cut": false},
      {"name": "knock", "host": "client", "command": "knock 10.0.0.2:8888",
       "output": "", "output_cut": true, "exit": 1}])"));
}

TEST(TimelineAsJson, KeepsWhatWasNotObservedApartFromWhatWasEmpty) {
  const nlohmann::json step = nlohmann::json(small_run())["steps"][0];
  EXPECT_EQ(step["error"], "ECONNREFUSED");
  EXPECT_EQ(step["begin"], 1'700'000'000'000'000'001);
  EXPECT_EQ(step["snapshots"][0]["ehash"],
            nlohmann::json::parse(R"([{"witness": "module", "not_observed": "not loaded"},
                                      {"witness": "sock_diag", "rows": []}])"));
  EXPECT_EQ(step["lookups"][0],
            nlohmann::json::parse(R"({"host": "server", "not_observed": "not loaded"})"));
  EXPECT_EQ(step["checks"][2]["outcome"], "not_observed");
}

TEST(TimelineAsJson, HasTheFieldsOfCertainSteps) {
  Timeline run = small_run();
  EXPECT_FALSE(nlohmann::json(run)["steps"][0].contains("skipped"));
  EXPECT_FALSE(nlohmann::json(run)["steps"][0].contains("info"));
  run.steps[0].skipped = "needs a kernel >=99.0";
  run.steps[0].info = TcpInfo{TcpState::established, 1, 2, {"sack"}};
  const nlohmann::json step = nlohmann::json(run)["steps"][0];
  EXPECT_EQ(step["skipped"], "needs a kernel >=99.0");
  EXPECT_EQ(step["info"], nlohmann::json::parse(R"({"state": "ESTABLISHED", "options": ["sack"],
      "retransmissions": 1, "unacknowledged": 2})"));
}

}  // namespace
}  // namespace lab
