// SPDX-License-Identifier: MIT
//
// Puts the output of plays that run in parallel into order. Output of the first unfinished
// play is passed on at once; that of later plays waits.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "report/play_result.hpp"

namespace lab::play {

class InOrder {
 public:
  struct Audience {
    std::function<void(std::string_view piece)> text;
    std::function<void(const report::PlayResult& result, std::string_view json)> reported;
  };
  explicit InOrder(Audience audience) : audience_(std::move(audience)) {}

  // Plays are numbered from 0.
  void text(std::size_t play, std::string_view piece);
  void json(std::size_t play, std::string text) { waiting_[play].json = std::move(text); }
  void over(std::size_t play, report::PlayResult result);

  // Ends the output: reports plays that are over and drops the others.
  void give_up();

 private:
  struct Waiting {
    std::string text, json;
    std::optional<report::PlayResult> result;  // it is over
  };
  void pass_on(Waiting& play);

  Audience audience_;
  std::size_t head_ = 0;  // the first that is not over
  std::map<std::size_t, Waiting> waiting_;
};

}  // namespace lab::play
