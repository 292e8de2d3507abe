// SPDX-License-Identifier: MIT
//
// The kernel's functions that a page names, each in one sentence. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace lab::html {

struct ListedFunction {
  std::string_view name;            // as for IPv4
  std::string_view six;             // its IPv6 counterpart; empty: it has none
  std::string_view file, six_file;  // where they are in Linux's source
  std::string_view about;           // one sentence
};

std::span<const ListedFunction> kernel_functions();

// The list at the end of the page. `release`: "6.1.0-56-cloud-amd64", whose source the links show.
std::string functions_section(const std::string& release);

}  // namespace lab::html
