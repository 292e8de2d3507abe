// SPDX-License-Identifier: MIT
#include "cli/help.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/flags.hpp"
#include "draw/page.hpp"

namespace lab::cli {
namespace {

constexpr std::size_t column = 30;  // where a flag's explanation begins

class Help : public CLI::Formatter {
 public:
  // CLI11 puts a blank line both after a group and before the next one.
  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override {
    return CLI::detail::find_and_replace(Formatter::make_help(app, std::move(name), mode), "\n\n\n",
                                         "\n\n");
  }

  std::string make_subcommand(const CLI::App* command) const override {
    const auto lines = draw::wrapped(command->get_description(), width_);
    return fmt::format("  {:{}}{}\n", command->get_name(), column - 2,
                       fmt::join(lines, fmt::format("\n{:{}}", "", column)));
  }

  std::string make_option_opts(const CLI::Option* option) const override {
    if (option->get_positional()) return option->get_expected_max() > 1 ? " ..." : "";
    const std::string value = value_name(*option);
    return value.empty() ? "" : " " + value;
  }

  std::string make_option_desc(const CLI::Option* option) const override {
    std::vector<std::string> facts;
    if (!option->get_default_str().empty())
      facts.push_back(fmt::format("default: {}", option->get_default_str()));
    if (!option->get_envname().empty()) facts.push_back(option->get_envname());
    std::string text = option->get_description();
    if (!facts.empty()) text += fmt::format(" ({})", fmt::join(facts, "; "));
    return fmt::format("{}", fmt::join(draw::wrapped(text, width_), "\n"));
  }

 private:
  // Of a flag's description. A terminal narrower than 80 columns wraps the lines.
  const std::size_t width_ = style_of(Color::never).page_width() - column;
};

}  // namespace

std::shared_ptr<CLI::FormatterBase> make_help() {
  auto help = std::make_shared<Help>();
  help->column_width(column);
  help->label("Positionals", "Arguments");
  return help;
}

// CLI11 writes a type, then the description of each check: "TEXT:{text,json}",
// "UINT:UINT in [1 - 1000]", "UINT:UINT TIME".
std::string value_name(const CLI::Option& flag) {
  if (flag.get_type_size() == 0) return "";
  if (const auto choices = choices_of(flag); !choices.empty())
    return fmt::format("{{{}}}", fmt::join(choices, ","));
  const std::string type = flag.get_type_name();
  if (type.ends_with(" TIME")) return "TIME";
  const std::string plain = type.substr(0, type.find(':'));
  return plain == "UINT" || plain == "INT" ? "N" : plain;
}

std::vector<std::string> choices_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const std::size_t begin = type.find('{'), end = type.find('}');
  if (begin == std::string::npos || end == std::string::npos || end < begin) return {};
  return CLI::detail::split(type.substr(begin + 1, end - begin - 1), ',');
}

}  // namespace lab::cli
