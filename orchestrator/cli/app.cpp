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
#include "cli/plays.hpp"
#include "util/text.hpp"

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
  std::vector<std::string> settings;  // "port=9000"
  std::size_t deadline_ms = 60'000;
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
  command
      .add_option("what", options.words,
                  "names from `list`, topics, patterns (\"syn-*\"), files, folders, or all")
      ->type_name("")
      ->required();
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
  command.add_option("--variant", options.variant, "only this one of a scenario's variants")
      ->envname("LAB_VARIANT");
  command
      .add_option("--set", flags.settings,
                  "NAME=VALUE: a parameter of the scenario; may stand several times\n"
                  "(LAB_SET: several, with blanks between)")
      ->type_name("TEXT")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command
      .add_option("-j,--jobs", options.jobs,
                  "so many plays side by side; default: as many as there are processors,\n"
                  "and at least two, because a play waits more than it works")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1000}))
      ->envname("LAB_JOBS");
  command
      .add_option("--deadline", flags.deadline_ms,
                  "a play that takes longer is killed, and has failed; 60s unless stated")
      ->transform(CLI::AsNumberWithUnit(
          std::map<std::string, std::size_t>{{"ms", 1}, {"s", 1000}, {"min", 60'000}},
          CLI::AsNumberWithUnit::UNIT_REQUIRED, "TIME"))
      ->check(CLI::Range(std::size_t{1}, std::size_t{24 * 3600 * 1000}).description(""))
      ->envname("LAB_DEADLINE");
  command
      .add_flag("-v,--verbose", options.verbose,
                "the whole report of every play, however many there are")
      ->envname("LAB_VERBOSE");
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
  command.add_option("--repeat", options.repeat, "play all so many times, and count")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000}))
      ->envname("LAB_REPEAT");
  add_color_flag(command, flags.color);
  // How a microVM's orchestrator is told what only the one outside can know.
  command.add_flag("!--unannounced", options.announce)->group("");
  command.add_flag("--progress", options.progress)->group("");
  command.add_option("--flags", options.flags)->group("");
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

std::vector<std::string> settings_of(const RunFlags& flags) {
  if (!flags.settings.empty()) return flags.settings;
  const char* variable = std::getenv("LAB_SET");
  const auto parts = words(variable ? variable : "");
  return {parts.begin(), parts.end()};
}

// What plays a scenario again in the same way.
std::string flags_again(const RunFlags& flags) {
  std::string again;
  for (const std::string& setting : settings_of(flags)) again += " --set " + shell_word(setting);
  if (flags.options.where == Where::here) again += " --where here";
  return again;
}

Options finished(RunFlags& flags) {
  Options options = flags.options;
  options.parameters = parameters_from(settings_of(flags));
  options.deadline = std::chrono::milliseconds(flags.deadline_ms);
  if (options.flags.empty()) options.flags = flags_again(flags);
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
  std::string wanted, topic;
  std::vector<std::string> words_to_check;
  std::string format = "text";
  const auto with_format = [&](CLI::App* command) {
    command->add_option("-f,--format", format, "text or json")
        ->check(CLI::IsMember({"text", "json"}))
        ->envname("LAB_FORMAT");
    return command;
  };
  CLI::App* run_command = app.add_subcommand("run", "play scenarios and judge them");
  add_run_flags(*run_command, flags);
  ExplainFlags explain_flags;
  CLI::App* explain_command =
      app.add_subcommand("explain", "what would a SYN meet in this kernel, and why?");
  add_explain_flags(*explain_command, explain_flags);
  CLI::App* list_command =
      with_format(app.add_subcommand("list", "the scenarios there are, by topic"));
  list_command->add_option("--topic", topic, "only those of this topic");
  CLI::App* show_command = app.add_subcommand("show", "a scenario in words");
  show_command->add_option("scenario", wanted, "a name from `list`, or a file")->required();
  CLI::App* validate_command =
      app.add_subcommand("validate", "look for mistakes in scenarios' files");
  validate_command
      ->add_option("what", words_to_check, "names from `list`, topics, patterns, files, folders")
      ->type_name("")
      ->required();
  CLI::App* new_command = app.add_subcommand("new", "write a scenario's file to begin with");
  new_command->add_option("name", wanted, "what it is to be called")->required();
  new_command->add_option("--topic", topic,
                          "among the scenarios, in the folder of this topic; default: here");
  CLI::App* schema_command =
      app.add_subcommand("schema", "the language of scenarios, as JSON Schema or as a reference");
  std::string schema_format = "json";
  schema_command->add_option("-f,--format", schema_format, "json (JSON Schema) or markdown")
      ->check(CLI::IsMember({"json", "markdown"}))
      ->capture_default_str();
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
  if (*list_command) return list(format, topic);
  if (*show_command) return show(wanted);
  if (*validate_command) return validate(words_to_check);
  if (*new_command) return start(wanted, topic);
  if (*schema_command) return schema(schema_format);
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
