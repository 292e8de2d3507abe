// SPDX-License-Identifier: MIT
//
// watch: show the tables live on a terminal.
#include <fmt/format.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cerrno>
#include <csignal>
#include <map>

#include "cli/command.hpp"
#include "cli/flags.hpp"
#include "collect/netns.hpp"
#include "collect/table_events.hpp"
#include "collect/table_source.hpp"
#include "commands/add_commands.hpp"
#include "tables/filter.hpp"
#include "tui/console.hpp"
#include "tui/screen.hpp"
#include "util/clock.hpp"
#include "util/error.hpp"
#include "util/signals.hpp"

namespace lab::commands {
namespace {

using std::chrono::milliseconds;

// Between refreshes, because a busy namespace has thousands of events per second.
constexpr milliseconds shortest_pause{100};

struct WatchFlags {
  std::vector<std::string> words, states;
  std::string netns;
  std::size_t interval_ms = 1000;
};

void require_terminal() {
  if (::isatty(STDIN_FILENO) && ::isatty(STDOUT_FILENO)) return;
  throw UsageError(
      "watch needs a terminal; `orchestrator tables` prints the tables once, as text or with "
      "-f json as data");
}

// A descriptor that becomes readable on SIGWINCH.
Fd block_resize() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGWINCH);
  checked(::sigprocmask(SIG_BLOCK, &signals, nullptr), "sigprocmask", "SIGWINCH");
  return Fd(checked(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK), "signalfd", "SIGWINCH"));
}

// Returns the exit code: 128 plus the signal's number if a signal ended it.
int watch_until_the_end(const WatchFlags& flags, collect::TableSource& source,
                        collect::TableEvents& events, tui::Console& console) {
  const std::vector<Table> all(std::begin(all_tables), std::end(all_tables));
  const Fd signals = block_signals(), resized = block_resize();
  tui::Screen screen;
  const auto look = [&] { console.update(source.read(all)); };
  look();
  const milliseconds interval(flags.interval_ms);
  Deadline next(interval), soonest(shortest_pause);
  bool due = false;  // the tables have changed since they were read
  for (;;) {
    screen.show(console.draw(screen.width(), screen.height()));
    std::array<pollfd, 4> waited{{{STDIN_FILENO, POLLIN, 0},
                                  {signals.get(), POLLIN, 0},
                                  {resized.get(), POLLIN, 0},
                                  {due ? -1 : events.fd(), POLLIN, 0}}};
    const int timeout = console.paused() ? -1 : (due ? soonest : next).poll_timeout();
    if (::poll(waited.data(), waited.size(), timeout) < 0 && errno != EINTR)
      throw_errno("poll", "the terminal");
    if (waited[1].revents != 0) return take_signal(signals);
    if (waited[0].revents & (POLLHUP | POLLERR)) return 128 + SIGHUP;  // the terminal is gone
    if (waited[2].revents != 0) {
      signalfd_siginfo which{};
      while (::read(resized.get(), &which, sizeof which) > 0) continue;
      screen.resize();
    }
    for (const std::string& key : screen.keys()) console.press(key);
    if (console.wants_to_quit()) return static_cast<int>(Exit::pass);
    if (waited[3].revents != 0 && events.drain()) due = true;
    if (console.paused() || !(next.passed() || (due && soonest.passed()))) continue;
    look();
    due = false;
    next = Deadline(interval);
    soonest = Deadline(shortest_pause);
  }
}

int watch(const WatchFlags& flags) {
  const tables::Asked asked = tables::parse_asked(flags.words, flags.states);
  require_terminal();
  const Namespace netns = collect::netns_or_own(flags.netns);
  collect::TableSource source(netns);
  collect::TableEvents events(netns);
  tui::Console console(
      asked.tables.front(), asked.filter,
      flags.netns.empty() ? "this network namespace"
                          : fmt::format("network namespace {}", flags.netns),
      fmt::format("Refreshed {}, and every {} ms, because the kernel does not report bind().",
                  events.how(), flags.interval_ms));
  return watch_until_the_end(flags, source, events, console);
}

}  // namespace

void add_watch(cli::Commands& commands) {
  const auto flags = std::make_shared<WatchFlags>();
  CLI::App* command = commands.add("watch", "watch the kernel's TCP tables on this terminal");
  command
      ->add_option("what", flags->words,
                   "the first table to show (listeners, bound, ehash), and an endpoint:\n"
                   "ADDR:PORT, ADDR or :PORT")
      ->type_name("");
  cli::add_netns_flag(commands, *command, flags->netns);
  cli::add_state_flag(*command, flags->states);
  command
      ->add_option("--interval", flags->interval_ms,
                   "refresh at least this often; changes that the kernel reports refresh at\n"
                   "once")
      ->transform(CLI::AsNumberWithUnit(
          std::map<std::string, std::size_t>{{"ms", 1}, {"s", 1000}, {"min", 60'000}},
          CLI::AsNumberWithUnit::UNIT_REQUIRED, "TIME"))
      ->check(CLI::Range(static_cast<std::size_t>(shortest_pause.count()),
                         std::size_t{24 * 3600 * 1000})
                  .description(""))
      ->envname("LAB_INTERVAL")
      ->default_str("1s");
  commands.describe(command, cli::Purpose::machine,
                    {{"watch", "h lists the keys, q quits"},
                     {"watch ehash --state syn-sent", "who is connecting?"}});
  commands.set_action(command, [flags] { return watch(*flags); });
}

}  // namespace lab::commands
