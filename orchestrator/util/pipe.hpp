// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "util/fd.hpp"

namespace lab {

// pipe(7). Both ends are closed by exec.
struct Pipe {
  Fd read_end, write_end;
};

// `purpose` is named in the SystemError that it throws.
Pipe make_pipe(std::string_view purpose);

}  // namespace lab
