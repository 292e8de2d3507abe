// SPDX-License-Identifier: MIT
//
// The user's terminal in raw mode (termios(3), cfmakeraw): each key goes to the guest
// unchanged, even Ctrl-C. The destructor restores the terminal, also after an exception.
//
// One key is ours: Ctrl-] kills the guest, even if it hangs.
#pragma once

#include <termios.h>

#include "util/fd.hpp"
#include "vm/run.hpp"

namespace lab::vm {

// The terminal's size; 24 by 80 if unknown.
WindowSize size_of_terminal();

class RawTerminal : public Typist {
 public:
  // For standard input. Throws SystemError when it is not a terminal.
  RawTerminal();
  ~RawTerminal() override;
  RawTerminal(const RawTerminal&) = delete;
  RawTerminal& operator=(const RawTerminal&) = delete;

  int keys() const override;
  int resizes() const override { return resized_.get(); }
  // Throws Cancelled at Ctrl-].
  std::optional<std::string> take_keys() override;
  WindowSize take_size() override;

 private:
  termios before_{};
  Fd resized_;  // signalfd of SIGWINCH
};

}  // namespace lab::vm
