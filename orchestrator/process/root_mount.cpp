// SPDX-License-Identifier: MIT
#include "process/root_mount.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "util/error.hpp"

namespace lab {

void require_root_mount(std::string_view what) {
  struct statx root {};
  checked(::statx(AT_FDCWD, "/", 0, STATX_BASIC_STATS, &root), "statx", "/");
  const bool is_known = root.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT;  // since Linux 5.8
  if (!is_known || (root.stx_attributes & STATX_ATTR_MOUNT_ROOT)) return;
  throw EnvironmentError(
      fmt::format("{} needs a root directory that is a mount, and in this chroot it is not. Make it "
                  "one before chroot(8): mount --bind DIR DIR",
                  what));
}

}  // namespace lab
