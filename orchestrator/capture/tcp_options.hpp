// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>

#include "record/tcp_options.hpp"

namespace lab {

// The options between the fixed part of a TCP header and its data. Reads up to
// the kind 0, to the end, or to the first option whose length cannot be; a known
// option of a length that is not its own counts with its kind only, as the
// kernel ignores it (tcp_parse_options).
TcpOptions read_tcp_options(std::span<const std::uint8_t> bytes);

}  // namespace lab
