// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>

#include "record/tcp_options.hpp"

namespace lab {

// The options between the fixed part of a TCP header and its data. Reads up to
// kind 0, the end, or the first option with an impossible length. Of a known option
// with the wrong length only the kind is kept, because the kernel ignores it
// (tcp_parse_options).
TcpOptions read_tcp_options(std::span<const std::uint8_t> bytes);

}  // namespace lab
