// SPDX-License-Identifier: MIT
//
// Calls that become SystemCall steps (scenario/script_steps.hpp), because no other step is like
// them. Internal to this module. The functions throw yaml::Problem for what cannot be played.
#pragma once

#include <string>
#include <vector>

#include "packetdrill/arguments.hpp"

namespace lab::packetdrill {

// The step with the call's result and errno, and `words` for reports. `descriptor` may be empty.
scenario::SystemCall system_call(const Progress& progress, const Call& call,
                                 const std::string& descriptor, std::string words);
// Adds it at the call's time; if it blocks, its outcome comes before the next call.
void add_system_call(Progress& progress, const Call& call, scenario::SystemCall step);

// The value of "name=..." in a structure; null: there is none.
const Expression* field(const Expression& structure, std::string_view name);
// That of a field which must be there and be a number.
std::int64_t number_in(const Progress& progress, const Call& call, const Expression& structure,
                       std::string_view name);
// A descriptor of the script by its number in an argument or a structure; it must be open.
const Descriptor& descriptor_at(const Progress& progress, const Call& call,
                                const Expression& number);

// Packets belong to the connection that this socket tries to make from now on. Returns its peer.
scenario::Place begin_connection(Progress& progress, Descriptor& from);

// write(), send(), sendto() and sendmsg() that block, have control over the address, or send from
// nowhere.
void add_message(Progress& progress, const Call& call, scenario::SendMessage message);
// read(), recv() and so on, likewise.
void add_reception(Progress& progress, const Call& call, scenario::ReceiveMessage message);
// sendmsg(), recvmsg(), recvfrom(). False: it is none of them.
bool translate_message(Progress& progress, const Call& call);
// epoll, poll, pipes, files, splice, sendfile, ioctl. False: it is none of them.
bool translate_file_call(Progress& progress, const Call& call);

}  // namespace lab::packetdrill
