// SPDX-License-Identifier: MIT
//
// The columns of a ladder's text page: the gutter for marks, step numbers and times, the posts,
// and the columns for words next to each post.
#pragma once

#include <cstddef>
#include <vector>

#include "diagram/ladder.hpp"

namespace lab::diagram {

class LadderColumns {
 public:
  static constexpr std::size_t mark_end = 2, number_end = 5, time_end = 15, first_post = 17;

  // `ladder` must outlive this object.
  LadderColumns(const Ladder& ladder, std::size_t page_width);

  std::size_t count() const { return posts_.size(); }
  std::size_t post(std::size_t lane) const { return posts_[lane]; }
  std::size_t gap() const { return gap_; }  // between posts; 0: only one post

  bool words_right(std::size_t lane) const { return diagram::words_right(ladder_, lane); }
  // Columns from `words_begin` up to `words_end` are free for words about a lane.
  std::size_t words_begin(std::size_t lane) const;
  std::size_t words_end(std::size_t lane) const;

 private:
  const Ladder& ladder_;
  std::vector<std::size_t> posts_;
  std::size_t gap_ = 0, width_;
};

}  // namespace lab::diagram
