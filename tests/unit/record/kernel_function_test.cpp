// SPDX-License-Identifier: MIT
#include "record/kernel_function.hpp"

#include <gtest/gtest.h>

#include "record/trace_words.hpp"
#include "unit/record/contract_words.hpp"

namespace lab {
namespace {

TEST(KernelName, HasAnotherNameForIPv6WhereTheKernelHas) {
  EXPECT_EQ(kernel_name(KernelFunction::rcv4, Family::inet6), "tcp_v6_rcv");
  EXPECT_EQ(kernel_name(KernelFunction::listener4, Family::inet6), "inet6_lookup_listener");
  EXPECT_EQ(kernel_name(KernelFunction::send4, Family::inet6), "ip6_xmit");
  EXPECT_EQ(kernel_name(KernelFunction::conn_request, Family::inet6), "tcp_conn_request");
  EXPECT_EQ(kernel_name(KernelFunction::rcv4, Family::inet), "tcp_v4_rcv");
}

TEST(KernelName, TakesTheNameOfAnyFunction) {
  EXPECT_EQ(kernel_name("tcp_v4_rcv", Family::inet6), "tcp_v6_rcv");
  EXPECT_EQ(kernel_name("tcp_v4_err", Family::inet6), "tcp_v4_err");
}

TEST(Ipv4Function, IsTheOppositeOfForFamily) {
  EXPECT_EQ(ipv4_function(KernelFunction::rcv6), KernelFunction::rcv4);
  EXPECT_EQ(ipv4_function(KernelFunction::rcv4), KernelFunction::rcv4);
  EXPECT_EQ(ipv4_function(KernelFunction::local_out6), KernelFunction::local_out6);
}

TEST(IsSending, KnowsTheFunctionThatFiltersUseOverIPv6) {
  for (const KernelFunction function :
       {KernelFunction::send4, KernelFunction::send6, KernelFunction::local_out6})
    EXPECT_TRUE(is_sending(function)) << to_string(function);
  EXPECT_FALSE(is_sending(KernelFunction::send_reset4));
}

// The module prints the words of the contract (kmod/trace_cells.c), so each must have a value here.
TEST(WordsOfTheTrace, AreThoseOfTheContract) {
  const auto events = testing::contract_words("EVENT");
  EXPECT_EQ(events.size(), 28u);
  for (const std::string& word : events) {
    if (word == "lost") continue;  // no event: the reader was too slow
    const auto function = kernel_function_from(word);
    ASSERT_TRUE(function) << word << " is missing in record/kernel_function.hpp";
    EXPECT_EQ(to_string(*function), word);
  }
  auto outcomes = testing::contract_words("OUTCOME");
  outcomes.insert({"hit", "miss"});
  EXPECT_EQ(outcomes.size(), 16u);
  for (const std::string& word : outcomes) {
    const auto outcome = trace_outcome_from(word);
    ASSERT_TRUE(outcome) << word << " is missing in record/trace_words.hpp";
    EXPECT_EQ(to_string(*outcome), word);
  }
  const auto details = testing::contract_words("DETAIL");
  EXPECT_EQ(details.size(), 9u);
  for (const std::string& word : details) {
    const auto detail = trace_detail_from(word);
    ASSERT_TRUE(detail) << word << " is missing in record/trace_words.hpp";
    EXPECT_EQ(to_string(*detail), word);
  }
}

TEST(WordsOfTheTrace, HaveNoValueForOthers) {
  for (const char* word : {"", "lost", "tcp_v4_err", "hit", "-"})
    EXPECT_EQ(kernel_function_from(word), std::nullopt) << word;
  for (const char* word : {"", "Hit", "exact", "-"})
    EXPECT_EQ(trace_outcome_from(word), std::nullopt) << word;
  for (const char* word : {"", "hit", "-"})
    EXPECT_EQ(trace_detail_from(word), std::nullopt) << word;
}

}  // namespace
}  // namespace lab
