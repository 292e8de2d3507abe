// SPDX-License-Identifier: MIT
#include "cli/manual.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>

#include "cli/help.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace lab::cli {
namespace {

// Escapes text for roff: no control lines, no escapes, and no dash that becomes a hyphen,
// because people copy commands from the page.
std::string roff(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const bool begins_line = result.empty() || result.back() == '\n';
    if (begins_line && (c == '.' || c == '\'')) result += "\\&";
    if (c == '\\')
      result += "\\e";
    else if (c == '-')
      result += "\\-";
    else if (c == '~')
      result += "\\(ti";
    else if (c == '^')
      result += "\\(ha";
    else if (c == '`')
      result += "\\(ga";
    else
      result += c;
  }
  return result;
}

std::string bold(std::string_view text) { return fmt::format("\\fB{}\\fR", roff(text)); }
std::string italic(std::string_view text) { return fmt::format("\\fI{}\\fR", roff(text)); }

// A heading's argument, quoted because it may contain spaces.
std::string in_heading(std::string_view text) {
  std::string result = roff(text);
  for (std::size_t at = 0; (at = result.find('"', at)) != std::string::npos; at += 4)
    result.replace(at, 1, "\\(dq");
  return fmt::format("\"{}\"", result);
}

std::string flag_heading(const CLI::Option& flag) {
  std::vector<std::string> names;
  for (const std::string& name : flag.get_snames()) names.push_back(bold("-" + name));
  for (const std::string& name : flag.get_lnames()) names.push_back(bold("--" + name));
  const std::string value = value_name(flag);
  return fmt::format("{}{}", fmt::join(names, ", "), value.empty() ? "" : " " + italic(value));
}

std::string argument_of(const CLI::Option& argument) {
  std::string name = argument.get_name(true);
  std::ranges::transform(name, name.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  const bool many = argument.get_expected_max() > 1;
  const std::string text = fmt::format("{}{}", italic(name), many ? " \\&..." : "");
  return argument.get_required() ? text : fmt::format("[{}]", text);
}

std::string sentence(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  if (!text.empty() && !std::ispunct(static_cast<unsigned char>(text.back()))) text += '.';
  if (!text.empty()) text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text;
}

// On one line.
std::string plain(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  return text;
}

void add_item(std::string& page, const std::string& heading, const std::string& text) {
  page += fmt::format(".TP\n{}\n{}\n", heading, text);
}

void add_flag(std::string& page, const CLI::Option& flag) {
  std::string text = roff(plain(flag.get_description()));
  std::vector<std::string> facts;
  if (!flag.get_default_str().empty())
    facts.push_back(fmt::format("default: {}", roff(flag.get_default_str())));
  if (!flag.get_envname().empty()) facts.push_back(bold(flag.get_envname()));
  if (!facts.empty()) text += fmt::format("\n({})", fmt::join(facts, "; "));
  add_item(page, flag_heading(flag), text);
}

std::vector<const CLI::Option*> arguments_of(const CLI::App& command) {
  return command.get_options([](const CLI::Option* option) { return option->get_positional(); });
}

void add_command(std::string& page, const Commands& commands, const CLI::App& command) {
  std::string line = fmt::format("{}", bold("orchestrator " + path_of(command)));
  if (!visible_flags(command).empty()) line += " [flags]";
  for (const CLI::Option* argument : arguments_of(command)) line += " " + argument_of(*argument);
  page += fmt::format(".SS {}\n{}\n.PP\n{}\n", in_heading(path_of(command)), line,
                      roff(sentence(command.get_description())));
  for (const CLI::Option* argument : arguments_of(command))
    if (!argument->get_description().empty())
      add_item(page, argument_of(*argument), roff(plain(argument->get_description())));
  for (const CLI::Option* flag : visible_flags(command)) add_flag(page, *flag);
  for (const Example& example : commands.examples(&command))
    page +=
        fmt::format(".PP\n{}:\n.RS 4\n.nf\n{}\n.fi\n.RE\n",
                    roff(sentence(example.what)).substr(0, roff(sentence(example.what)).size() - 1),
                    bold("orchestrator " + example.line));
}

void add_commands_by_purpose(std::string& page, const Commands& commands) {
  page += ".SH COMMANDS\n";
  for (const CLI::App* command : visible_commands(commands.app()))
    add_command(page, commands, *command);
}

// Each variable once, with the flags that it sets.
void add_environment(std::string& page, const Commands& commands) {
  std::map<std::string, std::vector<std::string>> uses;
  for (const CLI::Option* flag : visible_flags(commands.app()))
    uses[flag->get_envname()].push_back(flag_heading(*flag));
  for (const CLI::App* command : visible_commands(commands.app()))
    for (const CLI::Option* flag : visible_flags(*command))
      uses[flag->get_envname()].push_back(
          fmt::format("{} {}", bold(path_of(*command)), bold("--" + flag->get_single_name())));
  page +=
      ".SH ENVIRONMENT\nA flag on the command line overrides its variable, which overrides "
      "the configuration file.\n";
  for (const auto& [name, flags] : uses)
    if (!name.empty()) add_item(page, bold(name), fmt::format("as {}", fmt::join(flags, ", ")));
  constexpr std::pair<std::string_view, std::string_view> others[] = {
      {"LAB_ACCEL",
       "tcg or kvm: the microVM's accelerator. If unset, the lab tries KVM once "
       "and remembers the result."},
      {"LAB_BUILD_DIR", "where the microVM's images are, if not beside this program."},
      {"LAB_GUEST_LOG",
       "if set, the microVM's kernel logs to the console; if the microVM fails, the "
       "last lines are printed."},
      {"LAB_SCENARIOS", "the folder of scenarios, if it is not beside this program."},
      {"NO_COLOR", "if set and not empty, no colours, unless --color always."},
      {"COLUMNS", "the width of reports, from 80 to 120 columns."}};
  for (const auto& [name, text] : others) add_item(page, bold(name), roff(text));
}

constexpr std::string_view files_section = R"(.SH FILES
.TP
.I \(ti/.config/tcp\-lookup\-lab/config
Defaults for flags, one section per command, one line per flag. If
.B $XDG_CONFIG_HOME
is set, the file is below it.
.RS
.PP
.nf
[run]
kernel = "6.12"
family = ["ipv4"]
verbose = true
.fi
.RE
.TP
.I \(ti/.cache/tcp\-lookup\-lab
Whether KVM works on this machine.
.TP
.I /proc/net/tcp_lookup
The module's files, if it is loaded; see
.BR tcp_lookup (4).
)";

constexpr std::string_view exit_section = R"(.SH EXIT STATUS
.TP
.B 0
Every check passed.
.TP
.B 1
A check failed. The report shows what was expected, what was seen, and the scenario's line.
.TP
.B 2
An argument or a file is wrong. The message says what to write instead.
.TP
.B 3
This machine or the guest cannot run it. The message says what is missing.
.TP
.B 4
Skipped: this kernel lacks what the scenario needs.
.PP
.B explain
uses its own codes: 0 if a SYN\-ACK would answer the SYN, 1 if not.
)";

}  // namespace

std::string manual(const Commands& commands, const std::string& date) {
  std::string page = fmt::format(
      ".TH ORCHESTRATOR 1 \"{1}\" \"TCP Lookup Lab {0}\" \"TCP Lookup Lab\"\n"
      ".SH NAME\norchestrator \\- what does the Linux kernel do with my SYN?\n"
      ".SH SYNOPSIS\n.B orchestrator\n[\\fB\\-\\-config\\fR \\fIFILE\\fR]\n"
      ".I command\n[flags] [arguments]\n"
      ".SH DESCRIPTION\n"
      "Runs TCP scenarios on hosts made of network namespaces, in this kernel or in a "
      "microVM,\nand compares the kernel's lookup tables, sock_diag and the packets with what "
      "the scenario\nexpects. It also draws stored reports and explains lookups.\n",
      LAB_VERSION, date);
  for (const CLI::Option* flag : visible_flags(commands.app())) add_flag(page, *flag);
  for (const CLI::Option* flag : {commands.app().get_version_ptr(), commands.app().get_help_ptr()})
    if (flag) add_flag(page, *flag);
  add_commands_by_purpose(page, commands);
  add_environment(page, commands);
  page += files_section;
  page += exit_section;
  page += ".SH SEE ALSO\n.BR tcp_lookup (4),\n.BR ss (8),\n.BR ip\\-netns (8)\n";
  return page;
}

}  // namespace lab::cli
