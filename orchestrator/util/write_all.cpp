// SPDX-License-Identifier: MIT
#include "util/write_all.hpp"

#include <unistd.h>

#include <cerrno>

#include "util/error.hpp"

namespace lab {

void write_all(const Fd& file, std::string_view bytes, std::string_view object) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(file.get(), bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    bytes.remove_prefix(static_cast<std::size_t>(checked(wrote, "write", object)));
  }
}

}  // namespace lab
