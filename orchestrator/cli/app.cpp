// SPDX-License-Identifier: MIT
#include "cli/app.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <cstring>
#include <map>

#include "cli/commands.hpp"

namespace lab::cli {
namespace {

enum class Color { automatic, always, never };

// https://no-color.org: set and not empty means none, unless asked for by flag.
bool wants_color(Color asked) {
  if (asked != Color::automatic) return asked == Color::always;
  const char* no_color = std::getenv("NO_COLOR");
  return ::isatty(STDOUT_FILENO) && !(no_color && *no_color);
}

// A locale that was set, and to one without UTF-8, is taken at its word; where
// none is set at all, terminals of today are.
bool wants_unicode() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (value && *value)
      return std::strstr(value, "UTF-8") || std::strstr(value, "utf8") ||
             std::strstr(value, "UTF8");
  }
  return true;
}

int page_width() {
  if (const char* columns = std::getenv("COLUMNS")) {
    const int width = std::atoi(columns);
    if (width > 0) return width;
  }
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return report::Style{}.width;
}

struct RunFlags {
  Options options;
  Color color = Color::automatic;
  std::vector<std::string> families;
};

void add_color_flag(CLI::App& command, Color& color) {
  const std::map<std::string, Color> colors{
      {"auto", Color::automatic}, {"always", Color::always}, {"never", Color::never}};
  command.add_option("--color", color, "auto, always or never")
      ->transform(CLI::CheckedTransformer(colors).description("{auto,always,never}"))
      ->envname("LAB_COLOR");
}

void add_run_flags(CLI::App& command, RunFlags& flags) {
  const std::map<std::string, Where> wheres{
      {"auto", Where::automatic}, {"here", Where::here}, {"vm", Where::vm}};
  Options& options = flags.options;
  command.add_option("scenario", options.scenario, "a name from `list`, or a file")->required();
  command
      .add_option("--where", options.where,
                  "auto: here if the module is loaded, else in a microVM, else here without it;\n"
                  "here: this kernel; vm: a microVM")
      ->transform(CLI::CheckedTransformer(wheres).description("{auto,here,vm}"))
      ->envname("LAB_WHERE");
  command.add_option("--kernel", options.kernel, "the microVM's Debian kernel series: 6.1, 6.12")
      ->envname("LAB_KERNEL")
      ->capture_default_str();
  command.add_option("--family", flags.families, "ipv4 or ipv6; default: as the scenario says")
      ->check(CLI::IsMember({"ipv4", "ipv6"}))
      ->envname("LAB_FAMILY");
  command.add_option("-f,--format", options.format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->envname("LAB_FORMAT")
      ->capture_default_str();
  command.add_option("-o,--output", options.output, "a file that gets the report as JSON, besides")
      ->envname("LAB_OUTPUT");
  command
      .add_option("--pcap", options.pcap,
                  "a directory that gets each play's packets as SCENARIO-FAMILY.pcapng,\n"
                  "with each packet's path through the kernel as its comment")
      ->envname("LAB_PCAP");
  command.add_option("--repeat", options.repeat, "play it so many times, and count")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000}))
      ->envname("LAB_REPEAT");
  add_color_flag(command, flags.color);
  // How a microVM's orchestrator is told what only the one outside can know.
  command.add_flag("!--unannounced", options.announce)->group("");
  command.add_flag("--progress", options.progress)->group("");
}

struct ExplainFlags {
  ExplainOptions options;
  Color color = Color::automatic;
};

void add_explain_flags(CLI::App& command, ExplainFlags& flags) {
  ExplainOptions& options = flags.options;
  command
      .add_option("target", options.words,
                  "DST:PORT, or DST:PORT from SRC[:PORT]: 127.0.0.1:8888 or\n"
                  "[fd00::2]:80 from [fd00::1]:40000")
      ->type_name("");
  command
      .add_option("--netns", options.netns,
                  "in this network namespace: its name (ip netns), the number of a\n"
                  "process that lives in it, or a path")
      ->envname("LAB_NETNS");
  command.add_option("--device", options.device, "the interface on which the SYN comes in");
  command.add_flag("--live", options.live,
                   "no target: tell of every RST that is sent or received and of every\n"
                   "connect() that fails, until Ctrl-C (as root)");
  command.add_flag("--probe", options.probe,
                   "send one real SYN, too, and show what became of it (as root)");
  command.add_option("-f,--format", options.format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->envname("LAB_FORMAT")
      ->capture_default_str();
  add_color_flag(command, flags.color);
}

report::Style style_of(Color color) { return {wants_color(color), page_width(), wants_unicode()}; }

Options finished(RunFlags& flags) {
  Options options = flags.options;
  options.style = style_of(flags.color);
  options.progress |= ::isatty(STDOUT_FILENO) == 1;
  for (const std::string& name : flags.families)
    options.families.push_back(name == "ipv4" ? Family::inet : Family::inet6);
  return options;
}

int parse_and_run(int argc, char** argv) {
  CLI::App app{"TCP Lookup Lab: what does the Linux kernel do with my SYN?"};
  app.require_subcommand(1);
  app.failure_message(CLI::FailureMessage::help);

  RunFlags flags;
  std::string wanted;
  std::string format = "text";
  const auto with_format = [&](CLI::App* command) {
    command->add_option("-f,--format", format, "text or json")
        ->check(CLI::IsMember({"text", "json"}))
        ->envname("LAB_FORMAT");
    return command;
  };
  const auto with_scenario = [&](CLI::App* command) {
    command->add_option("scenario", wanted, "a name from `list`, or a file")->required();
    return command;
  };

  CLI::App* run_command = app.add_subcommand("run", "play a scenario and judge it");
  add_run_flags(*run_command, flags);
  ExplainFlags explain_flags;
  CLI::App* explain_command =
      app.add_subcommand("explain", "what would a SYN meet in this kernel, and why?");
  add_explain_flags(*explain_command, explain_flags);
  CLI::App* list_command = with_format(app.add_subcommand("list", "the scenarios there are"));
  CLI::App* show_command = with_scenario(app.add_subcommand("show", "a scenario in words"));
  CLI::App* validate_command =
      with_scenario(app.add_subcommand("validate", "look for mistakes in a scenario's file"));
  CLI::App* version_command = with_format(app.add_subcommand("version", "what this is"));

  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& mistake) {
    fmt::print(stderr, "orchestrator: {}\n", mistake.what());
    fmt::print(stderr, "See orchestrator --help, or orchestrator COMMAND --help.\n");
    return static_cast<int>(Exit::usage);
  }

  if (*run_command) return run(finished(flags));
  if (*explain_command) {
    explain_flags.options.style = style_of(explain_flags.color);
    return explain(explain_flags.options);
  }
  if (*list_command) return list(format);
  if (*show_command) return show(wanted);
  if (*validate_command) return validate(wanted);
  if (*version_command) return version(format);
  return static_cast<int>(Exit::usage);
}

int complain(const std::exception& error, Exit code) {
  std::fflush(stdout);
  fmt::print(stderr, "orchestrator: {}\n", error.what());
  return static_cast<int>(code);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return parse_and_run(argc, argv);
  } catch (const UsageError& error) {
    return complain(error, Exit::usage);
  } catch (const std::exception& error) {
    return complain(error, Exit::environment);
  }
}

}  // namespace lab::cli
