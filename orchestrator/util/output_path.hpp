// SPDX-License-Identifier: MIT
//
// Which file a name given for output means, and whether it may be written to.
//
// fs.protected_symlinks keeps open(2) from following links that others have planted in
// /tmp. A program that replaces files by rename(2) follows links itself, so it must apply
// the same rules itself, whatever the sysctl is:
//
//   - /dev/stdout, /dev/stderr, /dev/fd/N and what is below /proc are links to what
//     this process has open; they are opened as they are.
//   - Another symbolic link is followed only if it belongs to the user who runs us
//     (the effective user ID) or to root.
//   - A file that exists in a sticky, world-writable folder (/tmp) must
//     belong to the user who runs us or to the folder's owner, as with
//     fs.protected_regular and fs.protected_fifos.
#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>

namespace lab {

struct OutputPath {
  std::string path;                  // links followed, those of folders excepted
  bool open_already = false;         // one of the first kind: open it with links followed
  std::optional<struct stat> found;  // what is there now; nothing: no file
};

// The folder that `path` is in: "." for a bare name.
std::string folder_of(const std::string& path);

// Throws UsageError, naming the rule that forbids it, and SystemError. When it is not
// open already, open `path` with O_NOFOLLOW: it may have become a link since.
OutputPath resolve_output(const std::string& path);

}  // namespace lab
