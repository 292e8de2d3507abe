// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace lab::collect {

// The BPF programs of this machine that may drop or redirect a segment, or choose the socket
// ("xdp (id 12)"), whatever they are attached to. Nothing: this process may not list them
// (BPF_PROG_GET_NEXT_ID needs CAP_SYS_ADMIN).
std::optional<std::vector<std::string>> bpf_programs();

}  // namespace lab::collect
