// SPDX-License-Identifier: MIT
#include "vm/terminal.hpp"

#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "util/error.hpp"

namespace lab::vm {
namespace {

constexpr char end_key = 0x1d;  // Ctrl-]

}  // namespace

WindowSize size_of_terminal() {
  winsize size{};
  if (::ioctl(STDIN_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0) return {};
  return {size.ws_row, size.ws_col};
}

RawTerminal::RawTerminal() {
  checked(::tcgetattr(STDIN_FILENO, &before_), "tcgetattr", "standard input");
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGWINCH);
  checked(::sigprocmask(SIG_BLOCK, &signals, nullptr), "sigprocmask", "SIGWINCH");
  resized_ =
      Fd(checked(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK), "signalfd", "SIGWINCH"));
  termios raw = before_;
  ::cfmakeraw(&raw);
  checked(::tcsetattr(STDIN_FILENO, TCSANOW, &raw), "tcsetattr", "standard input");
}

RawTerminal::~RawTerminal() { ::tcsetattr(STDIN_FILENO, TCSADRAIN, &before_); }

int RawTerminal::keys() const { return STDIN_FILENO; }

std::optional<std::string> RawTerminal::take_keys() {
  std::array<char, 4096> bytes;
  const ssize_t got = ::read(STDIN_FILENO, bytes.data(), bytes.size());
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) return std::string();
  if (got <= 0) return std::nullopt;
  std::string typed(bytes.data(), static_cast<std::size_t>(got));
  if (typed.find(end_key) != std::string::npos) throw Cancelled("Ctrl-]");
  return typed;
}

WindowSize RawTerminal::take_size() {
  signalfd_siginfo which{};
  while (::read(resized_.get(), &which, sizeof which) > 0) continue;
  return size_of_terminal();
}

}  // namespace lab::vm
