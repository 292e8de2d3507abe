// SPDX-License-Identifier: MIT
//
// Reads the tables of one network namespace, by the best witness that there is,
// and finds the processes behind their rows. One thread.
#pragma once

#include <vector>

#include "net/namespace.hpp"
#include "record/lookups.hpp"
#include "record/table_view.hpp"
#include "view/module.hpp"
#include "view/sock_diag.hpp"

namespace lab::collect {

class TableSource {
 public:
  // Throws EnvironmentError when this kernel has neither the module nor sock_diag.
  explicit TableSource(const Namespace& space);

  // These tables as they are now, each of a moment of its own. Throws as the
  // witnesses do.
  TableView read(const std::vector<Table>& wanted);

  // What SYNs with these 4-tuples would meet: by the module or, without it (or
  // without the right to ask it), inferred from sock_diag's rows. Throws
  // UsageError for a device that is not there.
  Lookups look_up(const std::vector<Tuple>& tuples);

 private:
  Lookups infer(const std::vector<Tuple>& tuples, const std::string& why);

  const Namespace& space_;
  ModuleHere module_;
  SockDiag diag_;
};

}  // namespace lab::collect
