// SPDX-License-Identifier: MIT
#include "yaml/head_comment.hpp"

#include <vector>

#include "util/text.hpp"

namespace lab::yaml {

std::string head_comment(std::string_view text) {
  std::vector<std::string_view> kept;
  for (std::string_view line : lines(text)) {
    if (!line.starts_with('#')) break;
    if (line.find("SPDX-License-Identifier:") != std::string_view::npos) continue;
    line.remove_prefix(1);
    if (line.starts_with(' ')) line.remove_prefix(1);
    if (!kept.empty() || !words(line).empty()) kept.push_back(line);
  }
  while (!kept.empty() && words(kept.back()).empty()) kept.pop_back();
  std::string comment;
  for (const std::string_view line : kept) comment.append(line).append("\n");
  return comment;
}

}  // namespace lab::yaml
