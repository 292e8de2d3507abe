// SPDX-License-Identifier: MIT
#pragma once

namespace lab::cli {

// The whole program: command line in, exit code out (util/error.hpp, Exit).
// Every exception ends here, as one message on standard error.
int main(int argc, char** argv);

}  // namespace lab::cli
