// SPDX-License-Identifier: MIT
#include "persist/new_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "util/error.hpp"
#include "util/fd.hpp"
#include "util/path_component.hpp"
#include "util/write_all.hpp"

namespace lab::persist {

bool make_file(const std::string& folder, const std::string& name, std::string_view text) {
  const std::string path = path_in(folder, name, "file");
  const Fd file(checked(::open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0644),
                        "open(O_TMPFILE)", folder));
  write_all(file, text, path);
  const std::string unnamed = fmt::format("/proc/self/fd/{}", file.get());
  if (::linkat(AT_FDCWD, unnamed.c_str(), AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW) == 0)
    return true;
  if (errno == EEXIST) return false;
  throw_errno("linkat", path);
}

}  // namespace lab::persist
