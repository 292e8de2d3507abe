// SPDX-License-Identifier: MIT
#include "process/process_namespace.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "util/error.hpp"
#include "util/pidfd.hpp"
#include "util/pipe.hpp"

namespace lab {
namespace {

constexpr char subject[] = "a program's PID namespace";

Fd open_own() {
  constexpr char path[] = "/proc/thread-self/ns/pid";
  return Fd(checked(::open(path, O_RDONLY | O_CLOEXEC), "open", path));
}

// Later children must not be created in the program's namespace.
void return_to(const Fd& own) {
  if (::setns(own.get(), CLONE_NEWPID) == 0) return;
  std::fprintf(stderr, "cannot return from a PID namespace: setns: %s\n", std::strerror(errno));
  std::abort();
}

// Where this process's command line is, as proc_pid_cmdline(5) shows it to everybody.
char* command_line = nullptr;
std::size_t command_line_size = 0;

// glibc calls it with main()'s arguments, before main().
__attribute__((constructor)) void remember_command_line(int argc, char** argv, char**) {
  if (argc < 1) return;
  command_line = argv[0];
  command_line_size =
      static_cast<std::size_t>(argv[argc - 1] - argv[0]) + std::strlen(argv[argc - 1]) + 1;
}

// In the child, which may not allocate. It holds no descriptor, and a program in the
// namespace cannot read its memory.
[[noreturn]] void become_init(int ready) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_DUMPABLE, 0);
  ::prctl(PR_SET_NAME, "program-init");
  // It names the scenarios, their parameters, and the reports: nothing for a program to read.
  if (command_line) std::memset(command_line, 0, command_line_size);
  ::setsid();
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  ::signal(SIGCHLD, SIG_IGN);  // the kernel reaps orphans
  // Also fails when the parent ended before the first line above.
  if (::chdir("/") != 0 || ::dup2(ready, 0) != 0 || ::close_range(1, ~0U, 0) != 0 ||
      ::write(0, "+", 1) != 1)
    ::_exit(127);
  ::close(0);
  for (;;) ::pause();
}

}  // namespace

ProcessNamespace::ProcessNamespace() {
  const Fd own = open_own();
  // In a user namespace below that of our PID namespace there would be no way back.
  checked(::setns(own.get(), CLONE_NEWPID), "setns", subject);
  Pipe ready = make_pipe(subject);
  checked(::unshare(CLONE_NEWPID), "unshare(CLONE_NEWPID)", subject);
  const pid_t child = ::fork();
  const int error = errno;
  if (child == 0) {
    ::close(ready.read_end.get());
    become_init(ready.write_end.get());
  }
  return_to(own);
  if (child < 0) throw SystemError("fork", subject, error);
  init_ = child;
  ready.write_end.reset();
  char byte = 0;
  ssize_t got;
  do got = ::read(ready.read_end.get(), &byte, 1);
  while (got < 0 && errno == EINTR);
  if (got == 1) {
    process_ = open_pidfd(init_, subject);
    return;
  }
  reap();
  throw EnvironmentError("process 1 of a program's PID namespace ended at once");
}

ProcessNamespace::ProcessNamespace(ProcessNamespace&& other) noexcept
    : init_(std::exchange(other.init_, -1)), process_(std::move(other.process_)) {}

ProcessNamespace& ProcessNamespace::operator=(ProcessNamespace&& other) noexcept {
  if (this == &other) return *this;
  kill();
  reap();
  init_ = std::exchange(other.init_, -1);
  process_ = std::move(other.process_);
  return *this;
}

ProcessNamespace::~ProcessNamespace() {
  kill();
  reap();
}

pid_t ProcessNamespace::fork() const {
  const Fd own = open_own();
  checked(::setns(process_.get(), CLONE_NEWPID), "setns", subject);
  const pid_t child = ::fork();
  if (child == 0) return 0;
  const int error = errno;
  return_to(own);
  if (child < 0) throw SystemError("fork", subject, error);
  return child;
}

void ProcessNamespace::kill() const {
  if (process_) pidfd_send_signal(process_, SIGKILL);
}

void ProcessNamespace::reap() {
  if (init_ <= 0) return;
  while (::waitpid(init_, nullptr, 0) < 0 && errno == EINTR) continue;
  init_ = -1;
  process_.reset();
}

}  // namespace lab
