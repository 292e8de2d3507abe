// SPDX-License-Identifier: MIT
//
// Whose socket is that? The kernel's tables give inodes; /proc/PID/fd shows who
// has them open (proc(5)). Only root may look into everybody's.
#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "collect/proc.hpp"
#include "net/namespace.hpp"
#include "record/machine_facts.hpp"
#include "util/fd.hpp"

namespace lab::collect {

// The processes that hold any of these sockets.
Processes find_holders(const std::set<std::uint64_t>& inodes,
                       const Descriptors& descriptors = list_descriptors());

// One process that holds this socket, the newest first looked at: quicker than
// to find them all. Nothing: nobody who may be looked into.
std::optional<Holder> find_a_holder(std::uint64_t inode);

// The same by SO_COOKIE, for a socket that has left the kernel's tables (its
// connection was refused or reset) and whose inode nobody can tell therefore.
// TCP sockets are taken out of their processes for a moment, one after the
// other, until it is found.
std::optional<Holder> find_holder_of_cookie(std::uint64_t cookie);

// TCP sockets of that namespace that some process holds and that are bound and
// no more, as far as they are on `port`: what sock_diag does not list before
// Linux 6.8. Each socket that is not in `known` is taken out of its process for
// a moment (pidfd_getfd(2)) and asked for its name. Nothing: none was found,
// but not all processes could be asked.
std::optional<std::vector<Row>> find_bound(const Namespace& space, std::uint16_t port,
                                           const std::set<std::uint64_t>& known);

// A descriptor of ours for the socket that another process holds; none: it may not be had, or
// has gone (errno).
Fd borrow_socket(pid_t pid, int fd);

}  // namespace lab::collect
