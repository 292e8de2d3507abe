// SPDX-License-Identifier: MIT
//
// For files that a stranger names, in a process that may be root.
#pragma once

#include <sys/types.h>

#include <vector>

namespace lab {

// While it exists, this thread opens files with the rights of nobody (user and group 65534, no
// other group, no CAP_DAC_OVERRIDE): what only root may read is EACCES (setfsuid(2),
// credentials(7)). Other threads keep their rights. Without root, or as the root of a user
// namespace that has no such user, the files are opened as the user who called. Throws SystemError when the groups cannot be given up.
class FilesAsNobody {
 public:
  FilesAsNobody();
  ~FilesAsNobody();
  FilesAsNobody(const FilesAsNobody&) = delete;
  FilesAsNobody& operator=(const FilesAsNobody&) = delete;

 private:
  bool root_;
  uid_t user_ = 0;
  gid_t group_ = 0;
  std::vector<gid_t> groups_;
};

}  // namespace lab
