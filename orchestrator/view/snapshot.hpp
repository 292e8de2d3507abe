// SPDX-License-Identifier: MIT
//
// Both witnesses at one moment. No lock can be held over two walks of the
// tables, so the module is read before and after sock_diag: when its two
// readings are equal, nothing changed in between, and a difference to sock_diag
// is a disagreement. When they are not, the snapshot is taken again.
#pragma once

#include <string>
#include <vector>

#include "record/timeline.hpp"
#include "view/module.hpp"
#include "view/sock_diag.hpp"

namespace lab {

// `module` and `sock_diag` belong to the namespace of `host`, which the thread
// need not be in. Each table has two entries, "module" and "sock_diag", in that
// order; one that cannot show a table says why. Gives up after a few attempts,
// then sets settled = false and compares nothing. Without the module there
// is one reading and nothing to compare. Throws what the witnesses throw.
Snapshot take_snapshot(const std::string& host, ModuleHere& module, SockDiag& sock_diag);

// The bind table as sock_diag's rows imply it: every full socket that has a
// port holds it there (inet_put_port() is called only as it leaves the tables).
std::vector<Row> bind_table(const SockDiag::Tables& tables);
// Why there is no bind table, where SockDiag::lists_bound() is false.
inline constexpr const char* why_bound_is_not_listed =
    "this kernel's sock_diag does not list bound sockets (needs 6.8, commit 91051f003948)";

}  // namespace lab
