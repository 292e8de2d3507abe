// SPDX-License-Identifier: MIT
//
// A policy of IPsec (struct xfrm_policy, ip-xfrm(8)) that applies to a SYN or to its answer, and
// does not simply let it pass.
#pragma once

#include <string>

namespace lab {

struct IpsecPolicy {
  enum class Direction { in, out, forward };
  // blocks: drops it. encrypts: demands ESP, AH or another transformation. depends: it may apply,
  // by what is not known here (a mark, an interface id, a source port that was not given).
  enum class Effect { blocks, encrypts, depends };

  Direction direction = Direction::in;
  Effect effect = Effect::depends;
  bool of_answer = false;  // of the answer to the SYN
  std::string text;        // as `ip xfrm policy` has it: "src 10.0.0.0/24 dst 0.0.0.0/0 dir in …"
  std::string remove;      // the command that removes it
};

}  // namespace lab
