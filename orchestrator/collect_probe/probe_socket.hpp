// SPDX-License-Identifier: MIT
//
// The socket of a probe: made as the client that was asked about would make it.
#pragma once

#include <string>

#include "net/namespace.hpp"
#include "net/socket.hpp"
#include "record/machine_facts.hpp"

namespace lab::collect {

// With the uid and the mark that were asked about, where the sender is here: rules look at them.
TcpSocket probe_socket(const Namespace& sender, const Facts& facts);

// To the source that was asked about; `scope`: the interface by which it reaches a link-local
// destination. Its error: what bind() says.
Result bind_probe(TcpSocket& socket, const Facts& facts, const std::string& scope);

}  // namespace lab::collect
