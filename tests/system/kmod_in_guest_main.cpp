// SPDX-License-Identifier: MIT
//
//	kmod_in_guest KERNEL [CASE [NUMBERS…]]
//
// One case of kmod_poke, as long as is asked for (docs/trust.md): in a guest with this kernel,
// a name in build/kernels. Without a case: all. The exit code is kmod_poke's; 3 if the
// guest's kernel had something to report.
#include <cstdio>
#include <exception>
#include <iostream>

#include "kmod_in_guest.hpp"

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: kmod_in_guest KERNEL [CASE [NUMBERS...]]\n";
    return 2;
  }
  try {
    return lab::vm::poke_in_guest(argv[1], {argv + 2, argv + argc}, [](std::string_view text) {
             std::cout << text << std::flush;
           }).status;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 3;
  }
}
