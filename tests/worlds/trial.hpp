// SPDX-License-Identifier: MIT
//
// A world put to the test: made, asked about, connected in; made again for each probe.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "worlds/judge.hpp"

namespace lab::worlds {

struct Tried {
  std::string impossible;  // why the world could not be made; empty: it was
  bool lacking = false;    // since this kernel lacks something that it needs
  struct One {
    Verdict verdict;
    Happened happened;
    std::string wrong;  // as wrong() says
  };
  std::vector<One> all;

  // The first certain verdict that is wrong; null: none is.
  const One* failure() const;
};

Tried try_world(const World& world);

// The world with as few of its elements as it still fails with: the same view is wrong.
World shrunk(const World& world, View view);

}  // namespace lab::worlds
