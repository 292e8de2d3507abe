// SPDX-License-Identifier: MIT
//
// The program that python3 runs for the code of a packetdrill script.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace lab::run {

struct PythonSnippet {
  std::string text;
  std::string place;  // "my.pkt:12"
  // The variables that have other values from here on: "tcpi_snd_cwnd" → 10
  std::map<std::string, std::uint64_t> values;
};

// It runs the snippets in their order, with the constants that packetdrill defines (its code.c),
// and ends with status 0; or at the first one that raises an exception with status 1, and "PLACE:
// what" as its last line; or with scenario::python_lacks_field when a snippet reads one of `fields`
// that has no value. It contains no text of the script as it is, only as hexadecimal digits. Pure.
std::string python_program(const std::vector<PythonSnippet>& snippets,
                           const std::vector<std::string>& fields);

}  // namespace lab::run
