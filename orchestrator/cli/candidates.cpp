// SPDX-License-Identifier: MIT
#include "cli/candidates.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace lab::cli {

Candidates namespaces(const Given&) {
  Candidates candidates{{}, Paths::files};
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator("/run/netns", none))
    candidates.words.push_back({entry.path().filename(), "a network namespace"});
  std::ranges::sort(candidates.words, {}, &Candidate::word);
  return candidates;
}

Candidates files(const Given&) { return {{}, Paths::files}; }
Candidates folders(const Given&) { return {{}, Paths::folders}; }

}  // namespace lab::cli
