// SPDX-License-Identifier: MIT
//
// Hand-made probes from 10.0.0.1:40000 to 10.0.0.2:8888, and what was predicted of them.
#pragma once

#include "unit/explain/facts.hpp"

namespace lab::explain {

inline Diagnosis predicted(Answer answer, const char* cause) {
  Diagnosis diagnosis;
  diagnosis.conclusion = {cause, answer, "as it was predicted", ""};
  return diagnosis;
}

// connect() had this errno; 0: it succeeded.
inline Probe with_error(int error) {
  Probe probe;
  probe.source = at("10.0.0.1:40000");
  probe.destination = at("10.0.0.2:8888");
  probe.from = "network namespace client";
  probe.error = error;
  probe.no_packets = "nothing was captured";
  return probe;
}

}  // namespace lab::explain
