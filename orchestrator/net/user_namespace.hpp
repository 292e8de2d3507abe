// SPDX-License-Identifier: MIT
//
// Without root: a user namespace of one's own (user_namespaces(7)). Whoever makes
// one is root in it, and over the network namespaces that belong to it: that is
// enough to build hosts, to capture, and to ask sock_diag. It is no root over
// anything else of the machine.
//
// Threading: unshare(2) wants a process of one thread.
#pragma once

#include <functional>
#include <string>

namespace lab {

// Whether this process may make network namespaces and fill them where it is:
// CAP_SYS_ADMIN, CAP_NET_ADMIN and CAP_NET_RAW are among its capabilities.
bool may_build_hosts();

// Moves this process into a fresh user namespace, in which its user is root, and
// into a fresh network namespace that belongs to that. There is no way back.
// Throws EnvironmentError, which says what forbids it.
void enter_user_namespace();

struct UserNamespaceTrial {
  std::string why_not;  // empty: it can be made
  std::string seen;     // what `look` said in it
};

// The same in a process that is thrown away. `look` says there what it sees; an
// exception of its says so, too. Throws SystemError when there can be no process.
UserNamespaceTrial try_user_namespace(const std::function<std::string()>& look);

}  // namespace lab
