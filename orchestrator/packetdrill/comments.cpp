// SPDX-License-Identifier: MIT
#include "packetdrill/comments.hpp"

#include <algorithm>

#include "util/text.hpp"

namespace lab::packetdrill {
namespace {

// What begins with the first and ends with the second; a backslash before the end is part of it.
struct Quotes {
  std::string_view begin, end;
};
constexpr Quotes quotes[] = {{"\"", "\""}, {"`", "`"}, {"%{", "}%"}};

std::string_view without_blanks(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r*");
  if (begin == std::string_view::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t\r") + 1 - begin);
}

}  // namespace

std::vector<Comment> comments_of(std::string_view text) {
  std::vector<Comment> comments;
  int line = 1;
  const auto pass = [&](std::size_t at, std::size_t end) {
    line += static_cast<int>(std::ranges::count(text.substr(at, end - at), '\n'));
    return end;
  };
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view rest = text.substr(at);
    const bool short_one = rest.starts_with("//");
    if (short_one || rest.starts_with("/*")) {
      const std::size_t close = text.find(short_one ? "\n" : "*/", at + 2);
      const std::size_t end = std::min(close, text.size());
      int number = line;
      for (const std::string_view each : lines(text.substr(at + 2, end - at - 2)))
        comments.push_back({number++, std::string(without_blanks(each))});
      at = pass(at, short_one ? end : std::min(end + 2, text.size()));
      continue;
    }
    const auto* quote = std::ranges::find_if(
        quotes, [&](const Quotes& each) { return rest.starts_with(each.begin); });
    std::size_t end = at + 1;
    if (quote != std::end(quotes)) {
      end = at + quote->begin.size();
      while (end < text.size() && !text.substr(end).starts_with(quote->end))
        end += text[end] == '\\' ? 2u : 1u;
      end = std::min(end + quote->end.size(), text.size());
    }
    at = pass(at, end);
  }
  return comments;
}

}  // namespace lab::packetdrill
