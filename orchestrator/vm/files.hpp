// SPDX-License-Identifier: MIT
//
// Files that travel between host and guest, in pieces.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "vm/message.hpp"

namespace lab::vm {

// Reads `path` and passes it on in pieces that fit a frame, named `as`. Throws
// SystemError, and UsageError when it is not a regular file: a device may have no end.
void send_file(const std::string& path, const std::string& as,
               const std::function<void(FileChunk)>& send);

// The same for every regular file below `directory`, in the order of their
// names, each named by its path relative to it. Links are not followed.
void send_tree(const std::string& directory, const std::function<void(FileChunk)>& send);

// Appends the piece to directory/chunk.path, making the directories on the way.
// The guest may have run a stranger's program: a path that is absolute, or that
// climbs out with "..", is refused with an EnvironmentError. Symbolic links are
// never sent, so none of ours can lead out either.
void receive_below(const std::string& directory, const FileChunk& chunk);

// Appends the piece to chunk.path itself; the first one replaces what is there.
// For the guest, which trusts its host.
void receive(const FileChunk& chunk);

// True for a path that stays below the directory that it is relative to.
bool stays_below(std::string_view path);

}  // namespace lab::vm
