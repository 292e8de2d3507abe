// SPDX-License-Identifier: MIT
#include "util/signals.hpp"

#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>

#include "util/error.hpp"

namespace lab {

Fd block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, signal);
  checked(::sigprocmask(SIG_BLOCK, &signals, nullptr), "sigprocmask", "SIGINT, SIGTERM, SIGHUP");
  return Fd(checked(::signalfd(-1, &signals, SFD_CLOEXEC), "signalfd", "SIGINT, SIGTERM, SIGHUP"));
}

int take_signal(const Fd& signals) {
  signalfd_siginfo taken{};
  checked(::read(signals.get(), &taken, sizeof taken), "read", "signalfd");
  return 128 + static_cast<int>(taken.ssi_signo);
}

}  // namespace lab
