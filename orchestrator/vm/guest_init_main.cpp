// SPDX-License-Identifier: MIT
//
// Process 1 of the microVM: brings the machine up, says hello, runs one job, reports its
// result, shuts down. A machine serves one job and is discarded.
//
// The same program is the guest's /sbin/modprobe: the kernel runs that when it
// wants a module (request_module()), say for a link of type vrf.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/reboot.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <string_view>
#include <utility>

#include "util/error.hpp"
#include "vm/files.hpp"
#include "vm/guest_boot.hpp"
#include "vm/guest_job.hpp"
#include "vm/kernel_reports.hpp"

namespace {

using namespace lab::vm;

// What tcp_lookup.ko itself sets: out-of-tree (O) and unsigned (E).
constexpr std::uint64_t expected_taint = 1u << 12 | 1u << 13;

// To the console, whose end the host keeps: the only way to report that there is no
// channel.
void last_words(std::string_view text) {
  const lab::Fd log(::open("/dev/kmsg", O_WRONLY | O_CLOEXEC));
  const auto line = fmt::format("<2>guest_init: {}\n", text);
  [[maybe_unused]] const auto wrote = ::write(log.get(), line.data(), line.size());
}

constexpr std::size_t most_of_reports = 65536;

std::string reports_of(KernelLog& log) {
  constexpr std::size_t most_lines = 400;
  std::string text;
  for (const auto& line : log.take_reports(most_lines)) text += line + '\n';
  return text;
}

Job receive_job(GuestChannel& channel) {
  for (;;) {
    Message message = channel.receive();
    if (auto* job = std::get_if<Job>(&message)) return std::move(*job);
    const auto* chunk = std::get_if<FileChunk>(&message);
    if (!chunk) throw lab::FrameError("the host sent something that is neither a file nor a job");
    lab::vm::receive(*chunk);
  }
}

void serve() {
  mount_filesystems();
  set_limits();
  KernelLog log;  // before the modules are loaded: they may be what it complains of
  const auto taint_before = read_taint() | expected_taint;

  Hello hello;
  utsname names{};
  lab::checked(::uname(&names), "uname", "the guest");
  hello.release = names.release;
  hello.modules = load_boot_modules(read_module_index());
  if (std::any_of(hello.modules.begin(), hello.modules.end(),
                  [](const auto& module) { return !module.error.empty(); })) {
    hello.kernel_log = kernel_log();
  }

  GuestChannel channel(open_channel());
  channel.send(hello);
  const Job job = receive_job(channel);
  Done done;
  try {
    set_random_and_time(job);
    done = run_job(channel, job);
    done.reports = find_leaks(channel);
  } catch (const lab::EnvironmentError& error) {
    done.error = error.what();
  }
  done.reports = reports_of(log) + done.reports;
  done.reports.resize(std::min(done.reports.size(), most_of_reports));
  done.taint = read_taint() & ~taint_before;
  if (done.taint != 0) done.kernel_log = kernel_log();
  channel.send(done);
  channel.wait_for_end();
}

// modprobe -q -- NAME
int modprobe(const char* name) {
  const auto error = load_module(read_module_index(), name);
  if (!error.empty()) last_words(error);
  return error.empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (std::string_view(argv[0]).ends_with("modprobe")) return modprobe(argv[argc - 1]);
    serve();
  } catch (const std::exception& error) {
    last_words(error.what());
    if (::getpid() != 1) return 1;
  }
  ::reboot(RB_POWER_OFF);
}
