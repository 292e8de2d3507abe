// SPDX-License-Identifier: MIT
#include "tables/tuples.hpp"

#include <fmt/format.h>

#include "util/error.hpp"
#include "util/text.hpp"

namespace lab::tables {
namespace {

Endpoint endpoint(const std::string& word) {
  if (auto parsed = Endpoint::parse(word)) {
    if (parsed->port == 0)
      throw UsageError(fmt::format("\"{}\": a port is a number from 1 to 65535", word));
    // IPv4 on the wire, as `explain` takes it.
    if (const auto inet = parsed->address.unmapped()) parsed->address = *inet;
    return *parsed;
  }
  throw UsageError(fmt::format(
      "\"{}\" is not an address and port: write 10.0.0.1:80, or [fd00::1]:80 for IPv6", word));
}

}  // namespace

Tuple parse_tuple(const std::string& source, const std::string& destination,
                  const std::string& device) {
  Tuple tuple{endpoint(source), endpoint(destination), device};
  if (tuple.source.address.family() != tuple.destination.address.family())
    throw UsageError(fmt::format("{} and {} are of different families: no segment has both", source,
                                 destination));
  return tuple;
}

std::vector<Tuple> read_tuples(std::istream& in, const std::string& device) {
  std::vector<Tuple> tuples;
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    const auto parts = words(line);
    if (parts.empty() || parts[0].starts_with('#')) continue;
    const bool names_device = parts.size() == 4 && parts[2] == "dev";
    if (parts.size() != 2 && !names_device)
      throw UsageError(
          fmt::format("line {}: \"{}\": write SRC:PORT DST:PORT [dev NAME]", number, line));
    try {
      tuples.push_back(parse_tuple(std::string(parts[0]), std::string(parts[1]),
                                   names_device ? std::string(parts[3]) : device));
    } catch (const UsageError& mistake) {
      throw UsageError(fmt::format("line {}: {}", number, mistake.what()));
    }
  }
  return tuples;
}

}  // namespace lab::tables
