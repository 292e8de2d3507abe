// SPDX-License-Identifier: MIT
//
// The kernels for guests: known, fetched, built.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vm/accelerator.hpp"

namespace lab::vm {

struct KernelHere {
  std::string series;
  bool known = false;      // the build has a target for it
  std::string release;     // unpacked below kernels/; empty: not fetched
  bool image = false;      // images/SERIES.cpio
  std::string module_for;  // the release that kmod/SERIES/tcp_lookup.ko was built for; empty: none
  std::string why_not;     // it cannot be booted (find_image()); empty: it can
};

// The known ones and those that have an image in `build`, oldest first.
std::vector<KernelHere> list_kernels(const std::string& build);

// The stored finding about KVM (AcceleratorMemory), with its circumstances.
struct Remembered {
  std::string works;  // "kvm", "tcg"
  std::string why;
  Circumstances circumstances;
  std::int64_t when = 0;  // seconds since the epoch
};
std::optional<Remembered> read_memory(const std::string& path);

// The lab's cache directory, and its size.
struct Cache {
  std::string path;  // ${XDG_CACHE_HOME:-~/.cache}/tcp-lookup-lab; empty: no home
  std::uint64_t bytes = 0;
};
Cache look_at_cache();

}  // namespace lab::vm
