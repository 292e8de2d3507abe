// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace lab::persist {

// Where kept labs have their files and names. Others than these only in tests.
struct Place {
  std::string states = "/run/tcp-lookup-lab";  // ours alone: one file a lab, LAB.json
  std::string names = "/run/netns";            // shared with ip-netns(8)
};

}  // namespace lab::persist
