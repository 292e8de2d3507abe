// SPDX-License-Identifier: MIT
//
// What a socket filter does to every segment, by its instructions.
#include "collect/listener_options.hpp"

#include <gtest/gtest.h>
#include <linux/filter.h>

namespace lab::collect {
namespace {

using Filter = ListenerOptions::Filter;

constexpr sock_filter pass{BPF_RET | BPF_K, 0, 0, ~0U}, drop{BPF_RET | BPF_K, 0, 0, 0},
    return_a{BPF_RET | BPF_A, 0, 0, 0}, load{BPF_LD | BPF_B | BPF_ABS, 0, 0, 13},
    constant{BPF_LD | BPF_IMM, 0, 0, 7}, branch{BPF_JMP | BPF_JSET | BPF_K, 0, 1, 2},
    divide{BPF_ALU | BPF_DIV | BPF_X, 0, 0, 0};

TEST(SocketFilter, ThatAlwaysReturnsTheSameIsKnown) {
  EXPECT_EQ(effect_of({pass}), Filter::passes);
  EXPECT_EQ(effect_of({drop}), Filter::drops);
  EXPECT_EQ(effect_of({constant, branch, drop, drop}), Filter::drops);
  EXPECT_EQ(effect_of({load, branch, drop, drop}), Filter::drops);
}

TEST(SocketFilter, ThatLooksAtTheSegmentDepends) {
  EXPECT_EQ(effect_of({load, branch, drop, pass}), Filter::depends);
  EXPECT_EQ(effect_of({load, pass}), Filter::depends) << "the byte may not be there";
  EXPECT_EQ(effect_of({divide, pass}), Filter::depends) << "by 0 it returns 0";
  EXPECT_EQ(effect_of({constant, return_a}), Filter::depends);
}

}  // namespace
}  // namespace lab::collect
