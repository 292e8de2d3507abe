// SPDX-License-Identifier: MIT
#include "html/fill.hpp"

#include <stdexcept>

namespace lab::html {

Template::Template(std::string_view text) : engine_(std::string(text)) {
  if (!engine_.is_valid()) throw std::logic_error("a template: " + engine_.error_message());
}

std::string Template::fill(const Fields& fields) const {
  std::string text;
  engine_.render(fields.data(), [&text](const std::string& piece) { text += piece; });
  return text;
}

}  // namespace lab::html
