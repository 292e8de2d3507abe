// SPDX-License-Identifier: MIT
#include "check/match.hpp"

namespace lab::check {
namespace {

// Kuhn's algorithm: an expected item whose partners are taken asks each taker to find another
// partner.
struct Matching {
  const std::function<bool(std::size_t, std::size_t)>& fits;
  std::vector<std::size_t> partner;  // of each seen item

  bool place(std::size_t expected, std::vector<bool>& asked) {
    for (std::size_t seen = 0; seen < partner.size(); ++seen) {
      if (asked[seen] || !fits(expected, seen)) continue;
      asked[seen] = true;
      if (partner[seen] == unmatched || place(partner[seen], asked)) {
        partner[seen] = expected;
        return true;
      }
    }
    return false;
  }
};

}  // namespace

std::vector<std::size_t> match(std::size_t expected, std::size_t seen,
                               const std::function<bool(std::size_t, std::size_t)>& fits) {
  Matching matching{fits, std::vector<std::size_t>(seen, unmatched)};
  for (std::size_t i = 0; i < expected; ++i) {
    std::vector<bool> asked(seen, false);
    matching.place(i, asked);
  }
  return matching.partner;
}

}  // namespace lab::check
