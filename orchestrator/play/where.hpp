// SPDX-License-Identifier: MIT
//
// In which kernel a run happens: this one, or a microVM's.
#pragma once

#include <string>

#include "play/options.hpp"

namespace lab::play {

// What is known before the choice.
struct Facts {
  bool module_loaded = false;  // in this kernel, with our schema
  std::string no_vm;           // why no microVM can be booted; empty: it can
  std::string release;         // the microVM's kernel, if it can
  // Whether hosts can be built as we are: as root. What follows matters if not.
  bool privileged = true;
  std::string no_user_namespace = {};  // why none can be made; empty: one can
  // Why the module shows nothing in a user namespace; empty: it does.
  std::string no_module_there = {};
};

struct Decision {
  Where where = Where::here;    // never automatic
  std::string why;              // for the first line of the output
  bool user_namespace = false;  // here, in one of our own
};

// `auto`: here if the module is already loaded, else the microVM, else here
// without the module. The module is never loaded into a host unasked. Without
// root, "here" is in a user namespace. Throws EnvironmentError, with the ways out,
// when what is asked for, or all of it, cannot be done.
Decision decide(Where asked, const Facts& facts);

// For a lab that is to stay (--keep): here, and as root. Throws UsageError for a
// microVM, EnvironmentError without root.
Decision decide_to_keep(Where asked, const Facts& facts);

// Looks. `kernel` names the microVM.
Facts look_around(const std::string& kernel);

// The first line of the output: where, and why.
std::string announcement(const Decision& decision, const Facts& facts);

}  // namespace lab::play
