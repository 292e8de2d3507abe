// SPDX-License-Identifier: MIT
//
// Decides in which kernel a run happens: this one or a microVM's.
#pragma once

#include <string>

#include "play/options.hpp"

namespace lab::play {

// What the decision is based on.
struct Facts {
  bool module_loaded = false;  // in this kernel, with our schema
  std::string no_vm;           // why no microVM can boot; empty: one can
  std::string release;         // the microVM's kernel, if one can boot
  // Whether we may build hosts without a user namespace (root). The rest matters if not.
  bool privileged = true;
  std::string no_user_namespace = {};  // why none can be created; empty: one can
  // Why the module shows nothing in a user namespace; empty: it does.
  std::string no_module_there = {};
  // A program that is run and is neither the lab's own nor asked for by one of its own
  // scenarios (foreign_program()); empty: there is none.
  std::string foreign_program = {};
  // The microVM's architecture, if it is not this machine's; else empty.
  std::string other_architecture = {};
};

struct Decision {
  Where where = Where::here;    // never automatic
  std::string why;              // for the first line of the output
  bool user_namespace = false;  // here, in a new user namespace
};

// `auto`: here if the module is loaded, else the microVM, else here without the module. The
// module is never loaded into the host's kernel. Without root, "here" uses a user namespace.
// A microVM of another architecture was asked for by name: it is never replaced by this kernel.
// A foreign program is never run here unless the user says so: it would have all of the
// user's privileges.
// Throws EnvironmentError with the remedies when the chosen kernel, or every one, is
// unavailable.
Decision decide(Where asked, const Facts& facts);

// For --keep: here, as root. Throws UsageError for a microVM, EnvironmentError without root.
Decision decide_to_keep(Where asked, const Facts& facts);

// Collects the facts. `kernel` is the microVM's.
Facts look_around(const std::string& kernel);

// The first line of the output: which kernel, and why.
std::string announcement(const Decision& decision, const Facts& facts);

}  // namespace lab::play
