// SPDX-License-Identifier: MIT
#include "util/standard_streams.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "util/error.hpp"

namespace lab {
namespace {

// The lowest descriptor that is free is this one, since those below it are open.
void open_if_closed(int fd, const char* path, int flags) {
  if (::fcntl(fd, F_GETFD) >= 0 || errno != EBADF) return;
  checked(::open(path, flags), "open", path);
}

}  // namespace

void open_standard_streams() {
  open_if_closed(STDIN_FILENO, "/dev/null", O_RDONLY);
  open_if_closed(STDOUT_FILENO, "/dev/full", O_WRONLY);
  open_if_closed(STDERR_FILENO, "/dev/null", O_WRONLY);
}

}  // namespace lab
