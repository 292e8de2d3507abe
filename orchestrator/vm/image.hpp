// SPDX-License-Identifier: MIT
//
// What a guest is booted from: a Debian kernel and an initramfs, both made by
// the build (cmake/Guest.cmake) and found in the build directory.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lab::vm {

struct Image {
  std::string series;     // "6.1"
  std::string release;    // "6.1.0-56-cloud-amd64"
  std::string kernel;     // path of vmlinuz
  std::string initramfs;  // path of the cpio archive
};

// Where the build's results are: $LAB_BUILD_DIR, else where this program's
// file stands (and not where it was started from). For a program that was
// installed: ${XDG_CACHE_HOME:-~/.cache}/tcp-lookup-lab/guests, where its make-guest
// puts them. Throws EnvironmentError if that is nowhere.
std::string build_directory();

// The series that have an image in `build`, oldest first: {"6.1", "6.12"}.
std::vector<std::string> available_series(const std::string& build);

// The series that is meant by what stands after --kernel: the name of one; a version
// ("7.3") that some series' kernel has; or the path of an unpacked kernel of which an
// image was made. A name that fits nothing is returned as it is. Throws UsageError for a
// path that is not there, EnvironmentError for one without an image.
std::string resolve_series(const std::string& build, const std::string& asked);

// The image of one kernel, as resolve_series() takes it. Throws EnvironmentError, saying
// what to do: no image, no kernel, a module that was built for another kernel.
Image find_image(const std::string& build, const std::string& series);

// Whether the image holds exactly this file of the host's at that path: it need
// not be sent then. False, too, for an image that is no cpio archive as
// make-image.sh writes it ("newc", cpio(5)).
bool holds_file(const Image& image, const std::string& path, const std::string& file);

// The release that a module was built for, from the "vermagic=" in the bytes
// of its .ko file; empty when there is none.
std::string module_release(std::string_view ko);

}  // namespace lab::vm
