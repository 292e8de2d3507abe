// SPDX-License-Identifier: MIT
//
// The Python of %{ … }%: which fields of TCP_INFO it compares, and with what.
#include "packetdrill/assertion.hpp"

#include <gmock/gmock.h>

#include <cstdint>
#include <string>

namespace lab::packetdrill {
namespace {

using testing::ElementsAre;

std::string fields_of(const std::string& code) {
  Assertions assertions;
  std::string words;
  const auto info = assertions.read(code);
  if (!info) return "not understood";
  for (const auto& field : info->fields)
    words += (words.empty() ? "" : "; ") + field.name + " " + std::to_string(field.least) + " " +
             (field.most == UINT64_MAX ? "-" : std::to_string(field.most));
  return words;
}

TEST(Assertion, ComparesFieldsWithIntegers) {
  EXPECT_EQ(fields_of("assert tcpi_snd_cwnd == 10, tcpi_snd_cwnd"), "tcpi_snd_cwnd 10 10");
  EXPECT_EQ(fields_of("\nassert 5 <= tcpi_rtt < 20, 'srtt=%d; us' % tcpi_rtt\n"
                      "assert (tcpi_lost > 0 and tcpi_lost <= 0x10)  # why\n"),
            "tcpi_rtt 5 19; tcpi_lost 1 16");
}

TEST(Assertion, ComparesNumbersOfMemory) {
  EXPECT_EQ(fields_of("assert 131072 == SK_MEMINFO_RCVBUF"), "SK_MEMINFO_RCVBUF 131072 131072");
}

TEST(Assertion, JoinsConditions) {
  EXPECT_EQ(fields_of("assert tcpi_lost > 0 and tcpi_lost <= 0x10"), "tcpi_lost 1 16");
  EXPECT_EQ(fields_of("assert tcpi_ca_state == TCP_CA_Recovery; assert tcpi_retrans == 0"),
            "tcpi_ca_state 3 3; tcpi_retrans 0 0");
}

TEST(Assertion, BoundsOfOneFieldAreOneRange) {
  Assertions assertions;
  const auto words = [&](const std::string& code) {
    const auto fields = assertions.read(code).value().fields;
    return fields.size() == 1 ? fields.front().words : "";
  };
  EXPECT_EQ(words("assert tcpi_lost >= 1 and tcpi_lost < 5"), ">=1 <5");
  EXPECT_EQ(words("assert tcpi_lost == 3; assert tcpi_lost < 5"), "3");
  EXPECT_EQ(words("assert tcpi_lost == 3; assert tcpi_lost == 5"), ">=5 <=3");
}

TEST(Assertion, ComputesWithConstants) {
  EXPECT_EQ(fields_of("assert tcpi_snd_mss == 1460 - 12"), "tcpi_snd_mss 1448 1448");
  EXPECT_EQ(fields_of("assert tcpi_options == (TCPI_OPT_SACK | TCPI_OPT_ECN)"),
            "tcpi_options 10 10");
  EXPECT_EQ(fields_of("assert tcpi_state == TCPI_SYN_RECEIVED"), "tcpi_state 3 3");
  EXPECT_EQ(fields_of("assert tcpi_rtt == 1 - 2 | 4"), "not understood");
  EXPECT_EQ(fields_of("assert tcpi_rtt - 1 == 4"), "not understood");
  EXPECT_EQ(
      fields_of("assert tcpi_rtt == " + std::string(1000, '(') + "1" + std::string(1000, ')')),
      "not understood");
}

TEST(Assertion, HasVariables) {
  Assertions assertions;
  EXPECT_FALSE(asserts(assertions.read("cwnd = 10").value()));
  const auto info =
      assertions.read("print(tcpi_snd_cwnd); cwnd += 5; assert tcpi_snd_cwnd == cwnd").value();
  EXPECT_EQ(info.fields.at(0).least, 15u);
}

TEST(Assertion, TestsBits) {
  Assertions assertions;
  EXPECT_THAT(
      assertions.read("assert (tcpi_options & TCPI_OPT_SYN_DATA) != 0, tcpi_options").value().has,
      ElementsAre("syn-data"));
  EXPECT_THAT(assertions.read("assert (tcpi_options & TCPI_OPT_SACK) == 0").value().lacks,
              ElementsAre("sack"));
}

TEST(Assertion, OtherPythonIsNotUnderstood) {
  for (const char* code :
       {"import os", "assert f(tcpi_rtt) == 1", "assert tcpi_rtt != 1", "assert tcpi_rtt",
        "assert tcpi_foo == 1", "assert unknown == 1", "x = tcpi_rtt", "assert tcpi_rtt == -1",
        "assert tcpi_rtt == 1 or tcpi_rtt == 2", "assert tcpi_rtt < 0", "for x in y: pass"})
    EXPECT_FALSE(Assertions().read(code)) << code;
}

TEST(Assertion, NothingIsUnderstoodBehindOtherPython) {
  Assertions assertions;
  EXPECT_TRUE(assertions.read("cwnd = 10"));
  EXPECT_FALSE(assertions.read("cwnd = max(3, 4)"));
  EXPECT_FALSE(assertions.read("assert tcpi_snd_cwnd == cwnd"));
}

}  // namespace
}  // namespace lab::packetdrill
