// SPDX-License-Identifier: MIT
//
// Looks at this machine for judge(). Nothing is changed by it: what is
// tried is tried in a namespace that is gone afterwards (the kernel may load its
// own modules for that, as it does for any program that asks), and a guest that
// is booted to try KVM is thrown away.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "doctor/facts.hpp"

namespace lab::doctor {

struct Wanted {
  bool try_kvm = true;                         // boot a guest on it, if nobody has yet
  std::function<void(std::string_view)> note;  // before something that takes a while
};

// Throws UsageError for a LAB_ACCEL that is no accelerator; nothing else.
Facts gather(const Wanted& wanted);

// From "[none] integrity confidentiality": the word in brackets. Pure.
std::string chosen_word(std::string_view text);
// NAME="…" of os-release(5), without its quotes; empty: it is not there. Pure.
std::string os_release_value(std::string_view text, std::string_view name);
// MemAvailable of /proc/meminfo, in bytes. Pure.
std::optional<std::uint64_t> available_memory(std::string_view meminfo);
// What /proc/1/cgroup, /proc/1/environ and files that only containers have tell:
// "docker", "podman", "lxc"; empty: none. Pure.
std::string container_in(std::string_view environ, std::string_view cgroup, bool dockerenv,
                         bool containerenv);

}  // namespace lab::doctor
