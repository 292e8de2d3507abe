// SPDX-License-Identifier: MIT
//
// Inspects this machine for judge(), without changing it: trials are made in a
// temporary namespace (the kernel may load its own modules for that, as it does for
// any program), and a guest that is booted to try KVM is discarded.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "doctor/facts.hpp"

namespace lab::doctor {

struct Wanted {
  bool try_kvm = true;                         // boot a guest on it, if that was never done
  std::function<void(std::string_view)> note;  // before something that takes a while
};

// Throws only UsageError, for an invalid LAB_ACCEL.
Facts gather(const Wanted& wanted);

// From "[none] integrity confidentiality": the word in brackets. Pure.
std::string chosen_word(std::string_view text);
// NAME="…" of os-release(5), without its quotes; empty: there is none. Pure.
std::string os_release_value(std::string_view text, std::string_view name);
// MemAvailable of /proc/meminfo, in bytes. Pure.
std::optional<std::uint64_t> available_memory(std::string_view meminfo);
// The kind of container, from /proc/1/cgroup, /proc/1/environ and files that only
// containers have: "docker", "podman", "lxc"; empty: none. Pure.
std::string container_in(std::string_view environ, std::string_view cgroup, bool dockerenv,
                         bool containerenv);

}  // namespace lab::doctor
