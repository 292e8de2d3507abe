// SPDX-License-Identifier: MIT
//
// Groups runs by scenario for programs that count tests (CI servers, the kernel's tools), whatever
// their order.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "report/play_result.hpp"
#include "report/summary.hpp"

namespace lab::report {

// Case and other facts of a suite depend on the format.
template <typename Case>
struct Suite {
  std::string scenario, file;
  std::vector<Case> cases;
};

template <typename Case>
class Suites {
 public:
  // Adds the case that `make` creates from a result and its name in the suite: "ipv4", "outside
  // ipv4" or, if repeated, "ipv4 run 2".
  template <typename Make>
  void add(const PlayResult& result, Make make) {
    std::string name = result.variant.empty() ? "" : result.variant + " ";
    name += family_name(result.family);
    const std::size_t run = ++runs_[result.file + "\n" + label(result)];
    if (run > 1) name += " run " + std::to_string(run);
    suite_of(result).cases.push_back(make(name));
  }

  // In the order of their first runs.
  const std::vector<Suite<Case>>& all() const { return suites_; }

 private:
  Suite<Case>& suite_of(const PlayResult& result) {
    for (Suite<Case>& suite : suites_)
      if (suite.file == result.file && suite.scenario == result.scenario) return suite;
    return suites_.emplace_back(Suite<Case>{result.scenario, result.file, {}});
  }

  std::vector<Suite<Case>> suites_;
  std::map<std::string, std::size_t> runs_;
};

}  // namespace lab::report
