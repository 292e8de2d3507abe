// SPDX-License-Identifier: MIT
#pragma once

#include <fmt/format.h>

#include <cstdio>
#include <string_view>
#include <utility>

#include "util/printable.hpp"

namespace lab {

// What cannot be written is lost: ferror() tells.
inline void write_text(std::FILE* file, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), file);
}

// fmt::print() for text with untrusted parts and without escape sequences of this
// program: all of it goes through printable(). What cannot be written is lost: ferror()
// tells.
template <typename... T>
void print_printable(std::FILE* file, fmt::format_string<T...> format, T&&... values) {
  write_text(file, printable(fmt::format(format, std::forward<T>(values)...)));
}

// To standard error, without a filter. Its loss, on a full disk or where it is closed, is no
// reason to end a run.
template <typename... T>
void print_note(fmt::format_string<T...> format, T&&... values) {
  write_text(stderr, fmt::format(format, std::forward<T>(values)...));
}

}  // namespace lab
