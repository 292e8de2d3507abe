// SPDX-License-Identifier: MIT
//
// Failed runs, each in a few lines: for the summary, and for a run whose report ends early.
#pragma once

#include <string>

#include "draw/page.hpp"
#include "report/play_result.hpp"

namespace lab::report {

//   ✗ claim ipv4
//       step 2    connect cli to server:8888
//       expected  success
//       seen      ECONNREFUSED
//       at        claim.yaml:11
//
// `remark` follows the label; `again` is the command that repeats only this play. Either may be
// empty.
void draw_failure(draw::Page& page, const PlayResult& result, const std::string& remark,
                  const std::string& again);

// "orchestrator run scenarios/x.yaml --family ipv4 --variant y" and the flags, which
// begin with a space or are empty.
std::string command_for(const PlayResult& result, const std::string& flags);

}  // namespace lab::report
