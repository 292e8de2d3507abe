// SPDX-License-Identifier: MIT
//
// worlds [--seed S] [--count N] [--jobs J] [--verbose]
//
// Makes N random worlds, from the seed S on, asks `explain` about each, and connects. Exits with
// 1 if a certain verdict was not what happened, and prints that world as a shell script.
#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "net/namespace.hpp"
#include "util/error.hpp"
#include "util/fd.hpp"
#include "util/text.hpp"
#include "util/write_all.hpp"
#include "worlds/machine.hpp"
#include "worlds/trial.hpp"

namespace lab::worlds {
namespace {

struct Flags {
  std::uint64_t seed = 1, count = 200;
  unsigned jobs = 8;  // most of the time they wait for a SYN to be sent again
  bool verbose = false;
  std::string module;  // "none": without it
};

// Counts by name, and summed up over the workers through a pipe.
using Counts = std::map<std::string, std::uint64_t>;

void print_failure(const World& world, const Tried::One& one) {
  fmt::print(
      "WRONG in the world of seed {}: asked at the {}, explain says {}, {} ({}), certain.\n"
      "{}.\nWhat happened: {}.\n{}\n",
      world.seed, name_of(one.verdict.view), one.verdict.answer, one.verdict.cause,
      one.verdict.error ? errno_name(one.verdict.error) : "no errno", one.verdict.text, one.wrong,
      one.happened.str());
}

void print_world(const World& world, const Tried& tried) {
  fmt::print("--- seed {}\n{}", world.seed, script_of(world));
  if (!tried.impossible.empty()) fmt::print("impossible: {}\n", tried.impossible);
  for (const Tried::One& one : tried.all)
    fmt::print("# {}: {} {} {}{} {}\n# {}\n{}", name_of(one.verdict.view), one.verdict.answer,
               one.verdict.cause, one.verdict.error ? errno_name(one.verdict.error) : "",
               one.verdict.certain
                   ? ", certain"
                   : fmt::format(", uncertain: {}\n#  ", fmt::join(one.verdict.reasons, "\n#  ")),
               one.wrong, one.verdict.text, one.happened.str());
  std::fflush(stdout);
}

void try_one(std::uint64_t seed, bool vrf, const Flags& flags, Counts& counts) {
  const World world = make_world(seed, vrf);
  const Tried tried = try_world(world);
  ++counts["worlds"];
  if (flags.verbose) print_world(world, tried);
  if (!tried.impossible.empty()) {
    ++counts[tried.lacking ? "worlds that this kernel cannot make" : "impossible worlds"];
    if (!flags.verbose) fmt::print("seed {}: impossible: {}\n", seed, tried.impossible);
    return;
  }
  for (const Tried::One& one : tried.all) {
    const Verdict& verdict = one.verdict;
    const std::string view = name_of(verdict.view);
    if (!verdict.asked) {
      ++counts["not answered"];
      continue;
    }
    ++counts["verdicts"];
    ++counts[fmt::format("verdicts: {}", view)];
    if (!verdict.certain) {
      ++counts["uncertain"];
      ++counts[fmt::format("uncertain: {}", view)];
      ++counts[fmt::format("uncertain by {}", verdict.doubts.front())];
    } else if (one.wrong == "-") {
      ++counts["certain, not put to the test"];
    }
    ++counts[fmt::format("cause {}", verdict.cause)];
  }
  const Tried::One* failure = tried.failure();
  if (!failure) return;
  ++counts["wrong"];
  print_failure(world, *failure);
  const World small = shrunk(world, failure->verdict.view);
  fmt::print("With {} of {} elements it still fails:\n{}\n", small.elements.size(),
             world.elements.size(), script_of(small));
  std::fflush(stdout);
}

bool is_guest() {
  std::error_code none;
  return std::filesystem::read_symlink("/proc/1/exe", none).filename() == "init" &&
         std::filesystem::exists("/lab/orchestrator", none);
}

bool has_vrf() {
  try {
    Machine machine;
    machine.ip(Host::server, "link add red type vrf table 77");
    return true;
  } catch (const EnvironmentError&) {
    return false;
  }
}

// Sees no processes and no namespaces but its own: worlds do not meddle with each other.
void isolate() {
  checked(::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr), "mount", "/");
  checked(::mount("proc", "/proc", "proc", 0, nullptr), "mount", "/proc");
  ::mount("none", "/run/netns", "tmpfs", 0, nullptr);  // may not be there
}

void write_counts(const Counts& counts, const Fd& pipe) {
  std::string text;
  for (const auto& [name, value] : counts) text += fmt::format("{}\t{}\n", name, value);
  write_all(pipe, text, "the counts");
}

// The body of a worker: every jobs-th seed.
int work(const Flags& flags, unsigned number, bool vrf, const Fd& pipe) try {
  isolate();
  Counts counts;
  for (std::uint64_t each = number; each < flags.count; each += flags.jobs)
    try_one(flags.seed + each, vrf, flags, counts);
  write_counts(counts, pipe);
  return 0;
} catch (const std::exception& error) {
  fmt::print(stderr, "worlds: {}\n", error.what());
  return 3;
}

// A process that is the first of its own PID namespace.
pid_t start_worker(const Flags& flags, unsigned number, bool vrf, const Fd& pipe) {
  const auto child = static_cast<pid_t>(::syscall(SYS_clone, CLONE_NEWPID | CLONE_NEWNS | SIGCHLD,
                                                  nullptr, nullptr, nullptr, nullptr));
  checked(child, "clone", "a worker");
  if (child != 0) return child;
  const int status = work(flags, number, vrf, pipe);
  std::fflush(stdout);
  ::_exit(status);
}

Counts read_counts(const Fd& pipe) {
  Counts counts;
  std::string text;
  char buffer[4096];
  for (ssize_t got; (got = ::read(pipe.get(), buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(got));
  for (const std::string_view line : lines(text))
    if (const auto tab = line.find('\t'); tab != std::string_view::npos)
      counts[std::string(line.substr(0, tab))] +=
          to_integer<std::uint64_t>(line.substr(tab + 1)).value_or(0);
  return counts;
}

double percent(const Counts& counts, const std::string& part, const std::string& whole) {
  const auto value = [&](const std::string& name) {
    const auto found = counts.find(name);
    return found == counts.end() ? 0.0 : static_cast<double>(found->second);
  };
  return value(whole) == 0 ? 0 : 100 * value(part) / value(whole);
}

int run(const Flags& flags) {
  // Nowhere else is the module the lab's to take out.
  if (flags.module == "none" && !is_guest())
    throw UsageError("--without-module is for a guest of the lab");
  if (flags.module == "none" && ::syscall(SYS_delete_module, "tcp_lookup", 0) != 0)
    throw_errno("delete_module", "tcp_lookup");
  const bool vrf = has_vrf();
  int ends[2];
  checked(::pipe2(ends, O_CLOEXEC), "pipe", "the counts");
  const Fd results(ends[0]);
  Fd into(ends[1]);
  std::vector<pid_t> workers;
  for (unsigned number = 0; number < flags.jobs; ++number)
    workers.push_back(start_worker(flags, number, vrf, into));
  into = Fd();
  const Counts counts = read_counts(results);
  bool failed = false;
  for (const pid_t worker : workers) {
    int status = 0;
    ::waitpid(worker, &status, 0);
    failed |= status != 0;
  }
  for (const auto& [name, value] : counts) fmt::print("{:>8} {}\n", value, name);
  fmt::print("{:.1f} % of the verdicts are uncertain\n", percent(counts, "uncertain", "verdicts"));
  if (failed) fmt::print("a worker has failed\n");
  // Where nothing was put to the test, nothing is proven: the generator makes no world that only
  // some other machine, or this one at another moment, could make.
  constexpr double most_lacking = 10;  // percent
  const auto fail_if = [&](bool condition, const char* why) {
    if (condition) fmt::print("FAILED: {}\n", why);
    failed |= condition;
  };
  fail_if(!counts.contains("worlds") || counts.at("worlds") != flags.count,
          "not all worlds were tried");
  fail_if(counts.contains("impossible worlds"), "some worlds could not be made");
  fail_if(percent(counts, "worlds that this kernel cannot make", "worlds") > most_lacking,
          "this kernel cannot make many of the worlds");
  fail_if(counts.contains("wrong"), "a certain verdict is wrong");
  return failed ? 1 : 0;
}

Flags flags_from(int argc, char** argv) {
  Flags flags;
  for (int at = 1; at < argc; ++at) {
    const std::string_view word = argv[at];
    const auto number = [&] {
      const auto value = at + 1 < argc ? to_integer<std::uint64_t>(argv[++at]) : std::nullopt;
      if (!value) throw UsageError(fmt::format("{} takes a number", word));
      return *value;
    };
    if (word == "--seed")
      flags.seed = number();
    else if (word == "--count")
      flags.count = number();
    else if (word == "--jobs")
      flags.jobs = static_cast<unsigned>(number());
    else if (word == "--verbose")
      flags.verbose = true;
    else if (word == "--without-module")
      flags.module = "none";
    else
      throw UsageError(fmt::format(
          "worlds [--seed S] [--count N] [--jobs J] [--verbose] [--without-module]: not {}", word));
  }
  if (flags.jobs == 0) throw UsageError("--jobs takes a number from 1 on");
  return flags;
}

}  // namespace
}  // namespace lab::worlds

int main(int argc, char** argv) try {
  if (::geteuid() != 0) {
    std::puts("SKIPPED: network namespaces need root");
    return 0;
  }
  return lab::worlds::run(lab::worlds::flags_from(argc, argv));
} catch (const lab::UsageError& error) {
  fmt::print(stderr, "worlds: {}\n", error.what());
  return 2;
} catch (const std::exception& error) {
  fmt::print(stderr, "worlds: {}\n", error.what());
  return 3;
}
