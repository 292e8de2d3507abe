// SPDX-License-Identifier: MIT
//
// Files that travel between host and guest, in pieces.
#pragma once

#include <functional>
#include <string>

#include "vm/message.hpp"

namespace lab::vm {

// Reads `path` and passes it on in pieces that fit a frame, named `as`. Throws
// SystemError, and UsageError when it is not a regular file: a device may have no end.
void send_file(const std::string& path, const std::string& as,
               const std::function<void(FileChunk)>& send);

// The same for every regular file below `directory`, in the order of their
// names, each named by its path relative to it. Links are not followed.
void send_tree(const std::string& directory, const std::function<void(FileChunk)>& send);

// Appends the piece to chunk.path itself; the first one replaces an existing file.
// For the guest, which trusts its host; the host uses vm/inbox.hpp. A file that only its
// owner may read is hidden from programs (keep_from_programs()): a program confined as
// root (process/confinement.hpp) owns root's files, but not these. A folder that is made for such
// a file cannot be listed.
void receive(const FileChunk& chunk);

// Gives the file or folder to a user as which no program runs, with access for that user
// only. The job, which has root's capabilities, can still read it. Throws SystemError.
void keep_from_programs(const std::string& path);

}  // namespace lab::vm
