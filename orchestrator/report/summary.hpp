// SPDX-License-Identifier: MIT
//
// What several runs of one scenario came to.
#pragma once

#include <cstddef>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "record/timeline.hpp"

namespace lab::report {

// One run as a whole: fail when a check failed or the run ended early;
// not_observed when there were checks and none could be made; else pass.
Outcome verdict(const Timeline& timeline);

struct Summary {
  struct Runs {
    std::size_t total = 0, passed = 0, failed = 0, not_observed = 0;
  };
  // Whether the segments took the same paths in every run: compared with the
  // first run of the family that was traced without loss.
  struct Paths {
    std::string first;
    std::size_t same = 0, other = 0;  // runs; the first is one of the same
    std::string difference;           // of the first other one, and which run it was
  };
  std::string scenario;
  std::map<Family, Runs> families;
  std::map<Family, Paths> paths;
  Tally checks;                                     // of all runs together
  std::map<std::string, std::size_t> not_observed;  // "module: why" → checks
  std::map<std::string, std::size_t> skipped;       // why → steps

  void add(const Timeline& timeline);
  Runs runs() const;        // of all families together
  Outcome verdict() const;  // the worst of all runs

 private:
  void compare_paths(const Timeline& timeline);
};

std::string_view family_name(Family family);  // "ipv4", "ipv6"

// "module: tcp_lookup.ko is not loaded": who did not observe this check, and why.
std::string why_not_observed(const Check& check);

// "simopen ipv4: PASS, 31 checks passed, 0 failed, 2 not observed (module: why)",
// and ", 1 step skipped (why)" where one was.
std::string closing_line(const Timeline& timeline);

// "simopen: 1000 of 1000 runs passed (ipv4 500, ipv6 500)"
std::string closing_line(const Summary& summary);

// "Each segment took the same path in every run (ipv4 1000, ipv6 1000).", or what
// was different. Empty: there is nothing to compare.
std::string paths_line(const Summary& summary);

void to_json(nlohmann::json& into, const Summary& summary);

}  // namespace lab::report
