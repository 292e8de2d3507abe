// SPDX-License-Identifier: MIT
#pragma once

#include <fmt/format.h>

#include <cstdio>
#include <utility>

#include "util/printable.hpp"

namespace lab {

// fmt::print() for text with untrusted parts and without escape sequences of this
// program: all of it goes through printable().
template <typename... T>
void print_printable(std::FILE* file, fmt::format_string<T...> format, T&&... values) {
  fmt::print(file, "{}", printable(fmt::format(format, std::forward<T>(values)...)));
}

}  // namespace lab
