// SPDX-License-Identifier: MIT
#include "util/pipe.hpp"

#include <fcntl.h>

#include <array>

#include "util/error.hpp"

namespace lab {

Pipe make_pipe(std::string_view purpose) {
  std::array<int, 2> ends{};
  checked(::pipe2(ends.data(), O_CLOEXEC), "pipe2", purpose);
  return {Fd(ends[0]), Fd(ends[1])};
}

}  // namespace lab
