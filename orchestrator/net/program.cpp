// SPDX-License-Identifier: MIT
#include "net/program.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

#include "process/confinement.hpp"
#include "process/root_mount.hpp"
#include "util/error.hpp"
#include "util/pidfd.hpp"
#include "util/pipe.hpp"
#include "util/write_all.hpp"

namespace lab {
namespace {

// A file, not a pipe, so that it need not be fed while the program reads.
Fd input_file(const std::string& text) {
  Fd file(checked(::memfd_create("input", MFD_CLOEXEC), "memfd_create", "a program's input"));
  write_all(file, text, "a program's input");
  checked(::lseek(file.get(), 0, SEEK_SET), "lseek", "a program's input");
  return file;
}

// So that a program that writes much need not wait for us to read. Ignore a failure:
// an unprivileged user may have a lower limit.
void enlarge(const Fd& pipe) { ::fcntl(pipe.get(), F_SETPIPE_SZ, Program::largest_output); }

std::vector<char*> pointers(const std::vector<std::string>& words) {
  std::vector<char*> result;
  for (const std::string& word : words) result.push_back(const_cast<char*>(word.c_str()));
  result.push_back(nullptr);
  return result;
}

// All that the child needs, made before fork(2): it may not allocate.
struct Plan {
  const char* file;
  std::vector<char*> arguments, environment;
  int input, output;
  int failure;   // a ChildFailure written here reports that the program did not start
  pid_t parent;  // as the child sees it: 0 outside of its PID namespace
  int cgroup;    // -1: ours
  const Confinement* confinement;  // null: none
};

constexpr char exec_call[] = "execve";

[[noreturn]] void fail(int to, const ChildFailure& failure) {
  [[maybe_unused]] const auto wrote = ::write(to, &failure, sizeof failure);
  ::_exit(127);
}

// Keep only 0, 1, 2 and `failure`, which is moved to another number.
int close_all_but(int failure) {
  constexpr int kept = 3;
  if (failure != kept && ::dup3(failure, kept, O_CLOEXEC) < 0) return -1;
  return ::close_range(kept + 1, ~0U, 0) < 0 ? -1 : kept;
}

void begin_unconfined(const Plan& plan) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != plan.parent) ::_exit(127);  // it died before PR_SET_PDEATHSIG took effect
  ::setpgid(0, 0);
  // A /proc of its namespace. Best effort: a container may forbid it.
  if (plan.parent == 0 && ::unshare(CLONE_NEWNS) == 0 &&
      ::mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) == 0)
    ::mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr);
  rlimit processes{};
  if (::getrlimit(RLIMIT_NPROC, &processes) != 0) return;
  processes.rlim_max = std::min(processes.rlim_max, Program::most_processes);
  processes.rlim_cur = std::min(processes.rlim_cur, processes.rlim_max);
  ::setrlimit(RLIMIT_NPROC, &processes);
}

[[noreturn]] void become(const Plan& plan) {
  // Best effort, as the cgroup itself.
  if (plan.cgroup >= 0) [[maybe_unused]]
    const auto wrote = ::write(plan.cgroup, "0", 1);
  // A confined program ends with its PID namespace, and so with us.
  if (plan.confinement)
    ::setsid();
  else
    begin_unconfined(plan);
  // Blocked and ignored signals would stay so in the program.
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  ::signal(SIGINT, SIG_DFL);
  ::dup2(plan.input, STDIN_FILENO);
  ::dup2(plan.output, STDOUT_FILENO);
  ::dup2(plan.output, STDERR_FILENO);
  int failure = plan.failure;
  if (plan.confinement) {
    failure = close_all_but(plan.failure);
    if (failure < 0) fail(plan.failure, {"close_range", errno});
    if (const ChildFailure failed = plan.confinement->apply(); failed.call) fail(failure, failed);
  }
  ::execve(plan.file, plan.arguments.data(), plan.environment.data());
  fail(failure, {exec_call, errno});
}

// Why the child could not become the program; nothing: the program runs. exec closes
// the other end, so that on success there is nothing to read.
ChildFailure await_exec(const Fd& failure) {
  ChildFailure failed;
  ssize_t got;
  do got = ::read(failure.get(), &failed, sizeof failed);
  while (got < 0 && errno == EINTR);
  return got == sizeof failed ? failed : ChildFailure{};
}

}  // namespace

Started Program::start(const Namespace& space, const Command& command) {
  const Fd input = input_file(command.input);
  Pipe output = make_pipe("a program's output"), failure = make_pipe("a program's start");
  enlarge(output.write_end);
  std::optional<ProcessNamespace> processes;
  std::optional<Confinement> confinement;
  try {
    // Also for one of ours: it has our user, and its kill(-1) would end us.
    processes.emplace();
  } catch (const SystemError& error) {
    if (command.trust != Trust::ours || error.error() != EPERM) throw;
  }
  if (command.trust != Trust::ours) {
    require_root_mount("confining a program");
    confinement.emplace(command.trust == Trust::confined_root, processes->init());
  }
  const Plan plan{command.file.c_str(),
                  pointers(command.arguments),
                  pointers(command.environment),
                  input.get(),
                  output.write_end.get(),
                  failure.write_end.get(),
                  processes ? 0 : ::getpid(),
                  command.cgroup,
                  confinement ? &*confinement : nullptr};
  // A child is in the namespace that its parent's thread is in.
  const pid_t pid = in(space, [&] {
    const pid_t child = processes ? processes->fork() : checked(::fork(), "fork", command.file);
    if (child == 0) become(plan);
    return child;
  });
  output.write_end.reset();
  failure.write_end.reset();
  Program program(pid, std::move(processes), std::move(output.read_end));
  if (const ChildFailure failed = await_exec(failure.read_end); failed.call == exec_call)
    return {failed.error, std::nullopt};
  else if (failed.call)
    throw SystemError(failed.call, "the confinement of " + command.file, failed.error);
  return {0, std::move(program)};
}

Program::Program(pid_t pid, std::optional<ProcessNamespace> processes, Fd output)
    : pid_(pid),
      processes_(std::move(processes)),
      process_(open_pidfd(pid, "a program")),
      pipe_(std::move(output)) {
  checked(::fcntl(pipe_.get(), F_SETFL, O_NONBLOCK), "fcntl", "a program's output");
}

Program::Program(Program&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      processes_(std::move(other.processes_)),
      process_(std::move(other.process_)),
      pipe_(std::move(other.pipe_)),
      output_(std::move(other.output_)),
      cut_(other.cut_),
      exit_(other.exit_) {}

Program& Program::operator=(Program&& other) noexcept {
  if (this == &other) return *this;
  kill();
  pid_ = std::exchange(other.pid_, -1);
  processes_ = std::move(other.processes_);
  process_ = std::move(other.process_);
  pipe_ = std::move(other.pipe_);
  output_ = std::move(other.output_);
  cut_ = other.cut_;
  exit_ = other.exit_;
  return *this;
}

bool Program::owns(pid_t child) const {
  return !exit_ && (child == pid_ || (processes_ && child == processes_->init()));
}

void Program::look() {
  if (exit_) return;
  take_output();
  siginfo_t ended{};
  checked(::waitid(P_PIDFD, static_cast<id_t>(process_.get()), &ended, WEXITED | WNOHANG | WNOWAIT),
          "waitid", "a program");
  if (ended.si_pid != 0) reap();
}

// At most what the pipe holds: a program that writes endlessly must not keep us here.
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

// The program has ended, or is killed here. Until it is waited for, no other
// process group can get its number.
void Program::reap() {
  if (processes_)
    processes_->kill();
  else
    ::kill(-pid_, SIGKILL);
  siginfo_t ended{};
  while (::waitid(P_PIDFD, static_cast<id_t>(process_.get()), &ended, WEXITED) < 0)
    if (errno != EINTR) throw_errno("waitid", "a program");
  exit_ = ended.si_code == CLD_EXITED ? ended.si_status : 128 + ended.si_status;
  processes_.reset();
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

void Program::pause() const {
  if (pid_ > 0 && !exit_) ::kill(-pid_, SIGSTOP);
}

void Program::go_on() const {
  if (pid_ > 0 && !exit_) ::kill(-pid_, SIGCONT);
}

void Program::kill() {
  if (pid_ > 0 && !exit_) reap();
}

}  // namespace lab
