// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include <sstream>

#include "report/kernels_compared.hpp"

namespace lab::report {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

json packet(const char* host, const char* flags) {
  return {
      {"protocol", "tcp"}, {"direction", "out"}, {"host", host}, {"flags", flags}, {"length", 0}};
}

json event(const char* host, const char* function, const char* outcome) {
  return {{"host", host}, {"event", function}, {"outcome", outcome}};
}

// One run of "open ipv4" that passed its one check.
json run() {
  return {
      {"scenario", "open"},
      {"variant", ""},
      {"family", "ipv4"},
      {"tally", {{"pass", 1}, {"fail", 0}, {"not_observed", 0}}},
      {"aborted", ""},
      {"no_trace", ""},
      {"steps",
       {{{"text", "connect a to b:80"},
         {"checks", {{{"title", "it connects"}, {"witness", "socket"}, {"outcome", "pass"}}}}}}},
      {"packets", {packet("a", "S"), packet("b", "S."), packet("a", ".")}},
      {"trace", {event("b", "tcp_v4_rcv", ""), event("b", "tcp_conn_request", "queued")}}};
}

KernelReport report_of(const char* kernel, json one_run) {
  return {kernel, {}, {{"runs", json::array({std::move(one_run)})}, {"summary", json::object()}}};
}

TEST(KernelsCompared, FindsNoDifferenceBetweenTheSame) {
  EXPECT_THAT(differences({report_of("6.1", run()), report_of("6.12", run())}), IsEmpty());
}

TEST(KernelsCompared, NamesTheFirstPacketThatDiffers) {
  json other = run();
  other["packets"] = {packet("a", "S"), packet("b", "R."), packet("a", ".")};
  const auto found =
      differences({report_of("5.10", other), report_of("6.1", run()), report_of("6.12", run())});
  ASSERT_EQ(found.size(), 1);
  EXPECT_EQ(found[0].play, "open ipv4");
  EXPECT_EQ(found[0].aspect, "packets");
  EXPECT_EQ(found[0].where, "on b");
  EXPECT_THAT(found[0].groups, ElementsAre(Pair("1. R. len 0", ElementsAre("5.10")),
                                           Pair("1. S. len 0", ElementsAre("6.1", "6.12"))));
}

TEST(KernelsCompared, FindsAPathThatEndsEarlier) {
  json other = run();
  other["trace"].erase(1);
  const auto found = differences({report_of("6.1", run()), report_of("7.x", other)});
  ASSERT_EQ(found.size(), 1);
  EXPECT_EQ(found[0].aspect, "path");
  EXPECT_THAT(found[0].groups, ElementsAre(Pair("2. tcp_conn_request queued", ElementsAre("6.1")),
                                           Pair("nothing more", ElementsAre("7.x"))));
}

TEST(KernelsCompared, IgnoresAnInlinedEarlyDemux) {
  json other = run();
  other["trace"].insert(other["trace"].begin(), event("b", "tcp_v4_early_demux", "miss"));
  EXPECT_THAT(differences({report_of("6.1", other), report_of("7.x", run())}), IsEmpty());
}

TEST(KernelsCompared, IgnoresKernelsWithoutTheModule) {
  json blind = run();
  blind["trace"] = json::array();
  blind["no_trace"] = "the module is not loaded";
  EXPECT_THAT(differences({report_of("6.1", run()), report_of("7.x", blind)}), IsEmpty());
}

TEST(KernelsCompared, FindsAFailedCheckAndTheOutcome) {
  json failed = run();
  failed["tally"] = {{"pass", 0}, {"fail", 1}, {"not_observed", 0}};
  failed["steps"][0]["checks"][0]["outcome"] = "fail";
  const auto found = differences({report_of("6.1", run()), report_of("7.x", failed)});
  ASSERT_EQ(found.size(), 2);
  EXPECT_EQ(found[0].aspect, "outcome");
  EXPECT_EQ(found[1].aspect, "check");
  EXPECT_EQ(found[1].where, "it connects [socket]");
}

TEST(KernelsCompared, FindsAStepThatOneKernelSkipped) {
  json other = run();
  other["steps"][0]["skipped"] = "needs a kernel >=6.1";
  const auto found = differences({report_of("5.10", other), report_of("6.1", run())});
  ASSERT_EQ(found.size(), 1);
  EXPECT_EQ(found[0].aspect, "step");
  EXPECT_THAT(found[0].groups,
              ElementsAre(Pair("skipped: needs a kernel >=6.1", ElementsAre("5.10")),
                          Pair("done", ElementsAre("6.1"))));
}

TEST(KernelsCompared, ListsASkippedRunWithItsReasonBelow) {
  const json skipped = {{"runs", json::array()},
                        {"summary", {{"skipped", {{"needs netem", {"open ipv4"}}}}}}};
  std::ostringstream out;
  draw_kernels(out, {}, {report_of("6.1", run()), {"7.x", {}, skipped}});
  EXPECT_THAT(out.str(), HasSubstr("pass 1  skipped"));
  EXPECT_THAT(out.str(), HasSubstr("skipped: needs netem"));
}

TEST(KernelsCompared, NamesAKernelWithoutAReportAndTheReason) {
  std::ostringstream out;
  draw_kernels(out, {}, {report_of("6.1", run()), {"7.x", "there is no guest image", {}}});
  EXPECT_THAT(out.str(), HasSubstr("no guest"));
  EXPECT_THAT(out.str(), HasSubstr("7.x: there is no guest image"));
  EXPECT_THAT(out.str(), HasSubstr("nothing\n"));
}

}  // namespace
}  // namespace lab::report
