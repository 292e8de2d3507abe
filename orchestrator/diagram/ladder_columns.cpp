// SPDX-License-Identifier: MIT
#include "diagram/ladder_columns.hpp"

#include <algorithm>

namespace lab::diagram {

LadderColumns::LadderColumns(const Ladder& ladder, std::size_t page_width)
    : ladder_(ladder), width_(page_width) {
  const std::size_t count = std::max<std::size_t>(ladder.sequence.lanes.size(), 1);
  if (count > 1) gap_ = (page_width - 1 - first_post) / (count - 1);
  for (std::size_t lane = 0; lane < count; ++lane) posts_.push_back(first_post + lane * gap_);
  if (count > 1) posts_.back() = page_width - 1;
}

std::size_t LadderColumns::words_begin(std::size_t lane) const {
  return words_right(lane) ? post(lane) + 2 : first_post + 2;
}

std::size_t LadderColumns::words_end(std::size_t lane) const {
  if (!words_right(lane)) return post(lane) - 1;
  return count() == 1 ? width_ : posts_.back() - 1;
}

}  // namespace lab::diagram
