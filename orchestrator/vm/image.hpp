// SPDX-License-Identifier: MIT
//
// What a guest is booted from: a Debian kernel and an initramfs, both made by
// the build (cmake/Guest.cmake) and found in the build directory.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "util/architecture.hpp"

namespace lab::vm {

struct Image {
  std::string series;     // "6.1"
  std::string release;    // "6.1.0-56-cloud-amd64"
  std::string kernel;     // path of vmlinuz
  std::string initramfs;  // path of the cpio archive
  // The kernel checks each access to memory (CONFIG_KASAN): it needs more memory, and is
  // several times slower.
  bool checks_memory = false;
  const Architecture* architecture = &this_architecture();
};

// The name of a guest: that of its kernel, and for another architecture than this machine's
// that, too: "6.12", "6.12-arm64".
struct GuestName {
  std::string kernel;  // "6.12"
  const Architecture* architecture;
};
GuestName split_guest_name(std::string_view name);
std::string guest_name(std::string_view kernel, const Architecture& architecture);

// Where the build's results are: $LAB_BUILD_DIR, else the directory of this program's
// file. For an installed program: ${XDG_CACHE_HOME:-~/.cache}/tcp-lookup-lab/guests,
// where its make-guest puts them. Throws EnvironmentError if no such variable is set.
std::string build_directory();

// The series that have an image in `build`, oldest first: {"6.1", "6.12"}.
std::vector<std::string> available_series(const std::string& build);

// The series for the argument of --kernel: the name of a series; a version ("7.3") of
// some series' kernel; or the path of an unpacked kernel that has an image. An unknown
// name is returned unchanged. Throws UsageError for a missing path, EnvironmentError for
// one without an image.
std::string resolve_series(const std::string& build, const std::string& name);

// The architecture of the guest that --kernel names. Throws as resolve_series() does.
const Architecture& architecture_of(const std::string& build, const std::string& asked);

// The image of one kernel, as resolve_series() takes it. Throws EnvironmentError, saying
// what to do: no image, no kernel, a module that was built for another kernel.
Image find_image(const std::string& build, const std::string& series);

// Whether the image contains exactly this file of the host at that path, so that it need
// not be sent. False, too, for an image that is not a cpio archive as make-image.sh
// writes it ("newc", cpio(5)).
bool holds_file(const Image& image, const std::string& path, const std::string& file);

// The release that a module was built for, from the "vermagic=" in the bytes
// of its .ko file; empty when there is none.
std::string module_release(std::string_view ko);

}  // namespace lab::vm
