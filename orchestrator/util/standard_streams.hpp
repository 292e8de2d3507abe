// SPDX-License-Identifier: MIT
#pragma once

namespace lab {

// For the start of a program. Opens those of the descriptors 0, 1 and 2 that are closed,
// since the next file that is opened would become one of them, and be written to as standard
// output. What is written to a standard output that was closed fails with ENOSPC
// (/dev/full), so that its loss is noticed as on a full disk. Throws SystemError.
void open_standard_streams();

}  // namespace lab
