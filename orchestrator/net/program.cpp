// SPDX-License-Identifier: MIT
#include "net/program.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

#include "util/error.hpp"
#include "util/pidfd.hpp"
#include "util/pipe.hpp"
#include "util/write_all.hpp"

namespace lab {
namespace {

int pidfd_send_signal(const Fd& process, int number) {
  return static_cast<int>(::syscall(SYS_pidfd_send_signal, process.get(), number, nullptr, 0));
}

// A file and no pipe, because nobody need feed it while the program reads.
Fd input_file(const std::string& text) {
  Fd file(checked(::memfd_create("input", MFD_CLOEXEC), "memfd_create", "a program's input"));
  write_all(file, text, "a program's input");
  checked(::lseek(file.get(), 0, SEEK_SET), "lseek", "a program's input");
  return file;
}

// So that a program that writes much need not wait for us to read. An
// unprivileged user may have less: then it stays as it is.
void enlarge(const Fd& pipe) { ::fcntl(pipe.get(), F_SETPIPE_SZ, Program::largest_output); }

std::vector<char*> pointers(const std::vector<std::string>& words) {
  std::vector<char*> result;
  for (const std::string& word : words) result.push_back(const_cast<char*>(word.c_str()));
  result.push_back(nullptr);
  return result;
}

// All that the child needs, made before it is born: it may not allocate.
struct Plan {
  const char* file;
  std::vector<char*> arguments, environment;
  int input, output;
  int failure;  // an errno written here says that execve(2) failed
  pid_t parent;
};

[[noreturn]] void become(const Plan& plan) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != plan.parent) ::_exit(127);  // it died before we said so
  ::setpgid(0, 0);
  // A blocked or an ignored signal would stay so in the program.
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  ::signal(SIGINT, SIG_DFL);
  ::dup2(plan.input, STDIN_FILENO);
  ::dup2(plan.output, STDOUT_FILENO);
  ::dup2(plan.output, STDERR_FILENO);
  ::execve(plan.file, plan.arguments.data(), plan.environment.data());
  const int error = errno;
  [[maybe_unused]] const auto wrote = ::write(plan.failure, &error, sizeof error);
  ::_exit(127);
}

// The errno of the child's execve(2); 0: the program runs. exec closes the
// other end, so that there is nothing to read when it went well.
int await_exec(const Fd& failure) {
  int error = 0;
  ssize_t got;
  do got = ::read(failure.get(), &error, sizeof error);
  while (got < 0 && errno == EINTR);
  return got == sizeof error ? error : 0;
}

}  // namespace

Started Program::start(const Namespace& space, const Command& command) {
  const Fd input = input_file(command.input);
  Pipe output = make_pipe("a program's output"), failure = make_pipe("a program's start");
  enlarge(output.write_end);
  const Plan plan{command.file.c_str(),
                  pointers(command.arguments),
                  pointers(command.environment),
                  input.get(),
                  output.write_end.get(),
                  failure.write_end.get(),
                  ::getpid()};
  // A child is in the namespace that its parent's thread is in.
  const pid_t pid = in(space, [&] {
    const pid_t child = checked(::fork(), "fork", command.file);
    if (child == 0) become(plan);
    return child;
  });
  output.write_end.reset();
  failure.write_end.reset();
  Program program(pid, open_pidfd(pid, command.file),
                  std::move(output.read_end));
  if (const int error = await_exec(failure.read_end)) return {error, std::nullopt};
  return {0, std::move(program)};
}

Program::Program(pid_t pid, Fd process, Fd output)
    : pid_(pid), process_(std::move(process)), pipe_(std::move(output)) {
  checked(::fcntl(pipe_.get(), F_SETFL, O_NONBLOCK), "fcntl", "a program's output");
}

Program::Program(Program&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      process_(std::move(other.process_)),
      pipe_(std::move(other.pipe_)),
      output_(std::move(other.output_)),
      cut_(other.cut_),
      exit_(other.exit_) {}

Program& Program::operator=(Program&& other) noexcept {
  if (this == &other) return *this;
  kill();
  pid_ = std::exchange(other.pid_, -1);
  process_ = std::move(other.process_);
  pipe_ = std::move(other.pipe_);
  output_ = std::move(other.output_);
  cut_ = other.cut_;
  exit_ = other.exit_;
  return *this;
}

void Program::look() {
  if (exit_) return;
  take_output();
  siginfo_t ended{};
  checked(::waitid(P_PIDFD, static_cast<id_t>(process_.get()), &ended, WEXITED | WNOHANG | WNOWAIT),
          "waitid", "a program");
  if (ended.si_pid != 0) reap();
}

// No more than there was room for in the pipe: who writes without end must not
// keep us here.
void Program::take_output() {
  std::array<char, 65536> chunk;
  for (std::size_t taken = 0; pipe_ && taken < largest_output;) {
    const ssize_t got = ::read(pipe_.get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) {
      pipe_.reset();
      return;
    }
    const auto count = static_cast<std::size_t>(got);
    const std::size_t kept = std::min(count, largest_output - output_.size());
    output_.append(chunk.data(), kept);
    cut_ |= kept < count;
    taken += count;
  }
}

// The program has ended, or is ended here. As long as it has not been waited
// for, no other process group can have its number.
void Program::reap() {
  ::kill(-pid_, SIGKILL);
  siginfo_t ended{};
  while (::waitid(P_PIDFD, static_cast<id_t>(process_.get()), &ended, WEXITED) < 0)
    if (errno != EINTR) throw_errno("waitid", "a program");
  exit_ = ended.si_code == CLD_EXITED ? ended.si_status : 128 + ended.si_status;
  take_output();  // the rest
  process_.reset();
  pipe_.reset();
}

void Program::watch(std::vector<pollfd>& into) const {
  for (const Fd* fd : {&process_, &pipe_})
    if (*fd) into.push_back({fd->get(), POLLIN, 0});
}

Result Program::signal(int number) {
  if (exit_) return {ESRCH};
  return {pidfd_send_signal(process_, number) < 0 ? errno : 0};
}

void Program::kill() {
  if (pid_ > 0 && !exit_) reap();
}

}  // namespace lab
