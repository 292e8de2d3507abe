// SPDX-License-Identifier: MIT
//
// Running without root: a user namespace (user_namespaces(7)). Its creator is root in it
// and in the network namespaces that belong to it: enough to build hosts, to capture and
// to query sock_diag. It gives no rights over the rest of the machine.
//
// Threading: unshare(2) needs a single-threaded process.
#pragma once

#include <functional>
#include <string>

namespace lab {

// Whether this process may make network namespaces and configure them: it has
// CAP_SYS_ADMIN, CAP_NET_ADMIN and CAP_NET_RAW, over its own network namespace, too: it must be
// able to come back.
bool may_build_hosts();

// Moves this process into a new user namespace, in which its user is root, and into
// a new network namespace that belongs to it. It cannot return. Throws
// EnvironmentError, which names what forbids it.
void enter_user_namespace();

struct UserNamespaceTrial {
  std::string why_not;  // empty: it can be made
  std::string seen;     // what `look` returned in it
};

// The same in a temporary child process, which runs `look` and reports its result or
// its exception. Throws SystemError when it cannot fork.
UserNamespaceTrial try_user_namespace(const std::function<std::string()>& look);

}  // namespace lab
