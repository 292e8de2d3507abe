// SPDX-License-Identifier: MIT
#include "cli/complete_words.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <set>

#include "cli/help.hpp"
#include "util/printable.hpp"

namespace lab::cli {
namespace {

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

bool takes_value(const CLI::Option* flag) { return flag->get_type_size() > 0; }

bool may_be_repeated(const CLI::Option* flag) {
  return flag->get_expected_max() > 1 ||
         flag->get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
}

// Parses the words before the last as CLI11 will, as far as completion needs it.
class Reading {
 public:
  Reading(const Commands& commands, const std::vector<std::string>& words)
      : commands_(commands), command_(&commands.app()), words_(words) {}

  Candidates complete() {
    for (std::size_t i = 0; i + 1 < words_.size(); ++i) read(words_[i]);
    const std::string& last = words_.back();
    if (waiting_) return starting_with(last, "", values_of(waiting_));
    if (!only_words_ && last.starts_with("--")) {
      const std::size_t equals = last.find('=');
      if (equals == std::string::npos) return starting_with(last, "", flags());
      const CLI::Option* flag = flag_named(last.substr(0, equals));
      if (!flag || !takes_value(flag)) return {};
      return starting_with(last, last.substr(0, equals + 1), values_of(flag));
    }
    if (!only_words_ && last.starts_with('-')) return starting_with(last, "", flags());
    return starting_with(last, "", next_word());
  }

 private:
  void read(const std::string& word) {
    if (waiting_) {
      waiting_ = nullptr;
    } else if (only_words_ || word.empty() || word.front() != '-' || word == "-") {
      read_word(word);
    } else if (word == "--") {
      only_words_ = true;
    } else {
      read_flag(word);
    }
  }

  void read_word(const std::string& word) {
    if (!only_words_ && given_.words.empty())
      for (const CLI::App* below : commands_below())
        if (below->check_name(word)) {
          command_ = below;
          seen_.clear();
          return;
        }
    given_.words.push_back(word);
  }

  void read_flag(const std::string& word) {
    const std::size_t equals = word.find('=');
    const bool is_long = word.starts_with("--");
    const CLI::Option* flag = flag_named(is_long ? word.substr(0, equals) : word.substr(0, 2));
    if (!flag) return;
    seen_.insert(flag);
    const bool has_value = is_long ? equals != std::string::npos : word.size() > 2;
    if (takes_value(flag) && !has_value) waiting_ = flag;
  }

  std::vector<const CLI::App*> commands_below() const {
    return command_->get_subcommands(
        [](const CLI::App* below) { return !below->get_group().empty(); });
  }

  const CLI::Option* flag_named(const std::string& name) const {
    for (const CLI::Option* flag : visible_flags(*command_))
      if (flag->check_name(name)) return flag;
    return nullptr;
  }

  Candidates flags() const {
    Candidates candidates;
    for (const CLI::Option* flag : visible_flags(*command_)) {
      if (seen_.contains(flag) && !may_be_repeated(flag)) continue;
      const std::string remark = first_line(flag->get_description());
      for (const std::string& name : flag->get_lnames())
        candidates.words.push_back({"--" + name, remark});
      for (const std::string& name : flag->get_snames())
        candidates.words.push_back({"-" + name, remark});
    }
    candidates.words.push_back({"--help", "show this help"});
    if (command_->get_version_ptr())
      candidates.words.push_back({"--version", command_->get_version_ptr()->get_description()});
    return candidates;
  }

  Candidates values_of(const CLI::Option* option) const {
    Candidates candidates;
    for (const std::string& choice : choices_of(*option)) candidates.words.push_back({choice, ""});
    if (const Completer known = commands_.completer(option)) return known(given_);
    return candidates;
  }

  // A subcommand, or the command's next positional argument.
  Candidates next_word() const {
    Candidates candidates;
    if (given_.words.empty())
      for (const CLI::App* below : commands_below())
        candidates.words.push_back({below->get_name(), first_line(below->get_description())});
    std::size_t place = given_.words.size();
    for (const CLI::Option* argument : command_->get_options(
             [](const CLI::Option* option) { return option->get_positional(); })) {
      const auto takes = static_cast<std::size_t>(std::max(1, argument->get_expected_max()));
      if (place < takes) return values_of(argument);
      place -= takes;
    }
    if (const Completer known = commands_.completer(command_)) return known(given_);
    return candidates;
  }

  static Candidates starting_with(const std::string& word, const std::string& before,
                                  Candidates candidates) {
    for (Candidate& each : candidates.words) each.word = before + each.word;
    std::erase_if(candidates.words,
                  [&](const Candidate& each) { return !each.word.starts_with(word); });
    return candidates;
  }

  const Commands& commands_;
  const CLI::App* command_;  // the innermost so far
  const std::vector<std::string>& words_;
  Given given_;
  std::set<const CLI::Option*> seen_;     // its flags that were given
  const CLI::Option* waiting_ = nullptr;  // the flag whose value comes next
  bool only_words_ = false;               // after "--"
};

}  // namespace

Candidates complete(const Commands& commands, const std::vector<std::string>& words) {
  return Reading(commands, words).complete();
}

std::string completion_lines(const Candidates& candidates) {
  std::string text;
  for (const Candidate& each : candidates.words) {
    // Files are named by others. Shells print the words; and escaped they name nothing.
    if (printable_line(each.word) != each.word) continue;
    text += each.word;
    if (!each.remark.empty()) text += "\t" + printable_line(each.remark);
    text += '\n';
  }
  if (candidates.paths == Paths::files) text += ":files\n";
  if (candidates.paths == Paths::folders) text += ":folders\n";
  return text;
}

}  // namespace lab::cli
