// SPDX-License-Identifier: MIT
//
// The user's terminal in raw mode (termios(3), cfmakeraw): each key goes to the
// guest as it is, Ctrl-C too. Its end gives the terminal back as it was, also
// when an exception ends it.
//
// One key is ours: Ctrl-] ends the guest at once, whatever hangs in it.
#pragma once

#include <termios.h>

#include "util/fd.hpp"
#include "vm/run.hpp"

namespace lab::vm {

// How large the terminal is; 24 by 80, if it does not say.
WindowSize size_of_terminal();

class RawTerminal : public Typist {
 public:
  // Of standard input. Throws SystemError when that is no terminal.
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
