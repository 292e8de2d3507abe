// SPDX-License-Identifier: MIT
//
// Where things stand on a ladder's page: the gutter for marks, step numbers and times,
// then the posts, and the room for words beside each post.
#pragma once

#include <cstddef>
#include <vector>

#include "sequence/sequence.hpp"

namespace lab::diagram {

class LadderLanes {
 public:
  static constexpr std::size_t mark_end = 2, number_end = 5, time_end = 15, first_post = 17;

  LadderLanes(const sequence::Sequence& sequence, std::size_t page_width);

  std::size_t count() const { return posts_.size(); }
  std::size_t post(std::size_t lane) const { return posts_[lane]; }
  std::size_t last_post() const { return posts_.back(); }
  std::size_t gap() const { return gap_; }  // between neighbours; 0: there are none

  // Words about a lane stand to the right of its post, those of the outer lanes on the
  // right to the left of theirs.
  bool words_right(std::size_t lane) const;
  // Columns from `words_begin` up to `words_end` are free for them.
  std::size_t words_begin(std::size_t lane) const;
  std::size_t words_end(std::size_t lane) const;

 private:
  std::vector<std::size_t> posts_;
  std::size_t gap_ = 0, width_;
};

}  // namespace lab::diagram
