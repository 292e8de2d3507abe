// SPDX-License-Identifier: MIT
//
// What process 1 of the guest does before it can talk to the host. Everything
// here runs once, in one thread, as root, in a disposable machine; failures throw, and
// the caller shuts the machine down.
#pragma once

#include <string>
#include <vector>

#include "util/fd.hpp"
#include "vm/message.hpp"
#include "vm/modules.hpp"

namespace lab::vm {

// proc, sysfs, devtmpfs, devpts, and tmpfs where programs expect to write.
void mount_filesystems();

// Limits and sysctls: many file descriptors; a kernel that panics on an oops, so that
// the host notices it.
void set_limits();

// The index of the running kernel's modules, from /lib/modules/RELEASE.
ModuleIndex read_module_index();

// Loads a module and its dependencies. Returns the error of finit_module(2), empty on
// success; a module that the image lacks is assumed to be built in.
std::string load_module(const ModuleIndex& index, const std::string& name);

// Those that /lib/modules/boot names, in its order. Goes on after a failure.
std::vector<LoadedModule> load_boot_modules(const ModuleIndex& index);

// Job::seed and Job::time. Without them guests that continue one snapshot would draw the same
// numbers, and live in the past.
void set_random_and_time(const Job& job);

// The virtio port to the host, once the kernel has made it. Throws EnvironmentError
// when it does not appear in time.
Fd open_channel();

// The last part of the kernel's log.
std::string kernel_log();

// /proc/sys/kernel/tainted.
std::uint64_t read_taint();

}  // namespace lab::vm
