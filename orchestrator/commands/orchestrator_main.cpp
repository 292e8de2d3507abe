// SPDX-License-Identifier: MIT
#include "commands/app.hpp"

int main(int argc, char** argv) { return lab::commands::main(argc, argv); }
