// SPDX-License-Identifier: MIT
//
// In which kernel a run happens: this one, or a microVM's.
#pragma once

#include <string>

#include "cli/options.hpp"

namespace lab::cli {

// What is known before the choice.
struct Facts {
  bool module_loaded = false;  // in this kernel, with our schema
  std::string no_vm;           // why no microVM can be booted; empty: it can
  std::string release;         // the microVM's kernel, if it can
};

struct Decision {
  Where where = Where::here;  // never automatic
  std::string why;            // for the first line of the output
};

// `auto`: here if the module is already loaded, else the microVM, else here
// without the module. The module is never loaded into a host unasked.
Decision decide(Where asked, const Facts& facts);

// Looks. `kernel` names the microVM.
Facts look_around(const std::string& kernel);

// The first line of the output: where, and why.
std::string announcement(const Decision& decision, const Facts& facts);

}  // namespace lab::cli
