// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "record/trace.hpp"

namespace lab {
namespace {

TEST(KernelName, HasAnotherNameForIPv6WhereTheKernelHas) {
  EXPECT_EQ(kernel_name("tcp_v4_rcv", Family::inet6), "tcp_v6_rcv");
  EXPECT_EQ(kernel_name("__inet_lookup_listener", Family::inet6), "inet6_lookup_listener");
  EXPECT_EQ(kernel_name("__ip_local_out", Family::inet6), "ip6_xmit");
  EXPECT_EQ(kernel_name("tcp_conn_request", Family::inet6), "tcp_conn_request");
  EXPECT_EQ(kernel_name("tcp_v4_rcv", Family::inet), "tcp_v4_rcv");
}

TEST(IsSending, KnowsTheFunctionThatFiltersUseOverIPv6) {
  for (const char* event : {"__ip_local_out", "ip6_xmit", "__ip6_local_out"})
    EXPECT_TRUE(is_sending(event)) << event;
  EXPECT_FALSE(is_sending("tcp_v4_send_reset"));
}

}  // namespace
}  // namespace lab
