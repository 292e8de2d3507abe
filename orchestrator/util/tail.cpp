// SPDX-License-Identifier: MIT
#include "util/tail.hpp"

#include <algorithm>

#include "util/text.hpp"

namespace lab {

std::string Tail::last_lines(std::size_t count) const {
  std::string clean;
  for (const char byte : text_) {
    if (byte == '\n' || byte == '\t' || (byte >= ' ' && byte != 127)) clean += byte;
  }
  const auto all = lines(clean);
  std::string result;
  for (std::size_t i = all.size() - std::min(count, all.size()); i < all.size(); ++i) {
    result.append(all[i]).append("\n");
  }
  return result;
}

}  // namespace lab
