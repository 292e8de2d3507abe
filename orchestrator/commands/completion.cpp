// SPDX-License-Identifier: MIT
//
// completion: shell scripts that ask this program for completions
// (cli/complete_words.hpp). `lab`, a script that builds this program and then executes it, is
// completed by the program that it built.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/command.hpp"
#include "commands/add_commands.hpp"
#include "util/error.hpp"

namespace lab::commands {
namespace {

// COMP_WORDS is useless, because bash splits words at "=" and ":". Split the line up to the
// cursor at spaces instead, and remove quotes and backslashes.
constexpr std::string_view bash_script = R"shell(# bash completion for orchestrator and lab
_orchestrator() {
  local program=$1 line=${COMP_LINE:0:COMP_POINT} word='' quote='' begun='' c i
  local -a words=()
  for ((i = 0; i < ${#line}; i++)); do
    c=${line:i:1}
    if [[ $quote ]]; then
      if [[ $c == "$quote" ]]; then quote=''; else word+=$c; fi
    elif [[ $c == [\"\'] ]]; then
      quote=$c begun=1
    elif [[ $c == '\' ]]; then
      i=$((i + 1)) word+=${line:i:1} begun=1
    elif [[ $c == [[:blank:]] ]]; then
      [[ $word$begun ]] && words+=("$word")
      word='' begun=''
    else
      word+=$c
    fi
  done
  words+=("$word")
  program=${words[0]/#\~/$HOME}
  [[ ${program##*/} == lab ]] && program=$(readlink -f "$(type -P "$program")" 2>/dev/null) &&
    program=${program%/*}/build/orchestrator
  # Bash's word begins after the last character of COMP_WORDBREAKS.
  local cut=$word rest
  while [[ $cut && $COMP_WORDBREAKS != *"${cut: -1}"* ]]; do cut=${cut%?}; done
  local before=${#cut} answer paths=''
  COMPREPLY=()
  while IFS= read -r answer; do
    case $answer in
      :files | :folders) paths=${answer#:} ;;
      *)
        rest=${answer%%$'\t'*}
        rest=$(printf '%q' "$rest")
        COMPREPLY+=("${rest:before}")
        ;;
    esac
  done < <("$program" __complete "${words[@]:1}" 2>/dev/null)
  local -a found=()
  case $paths in
    files) mapfile -t found < <(compgen -f -- "$word") ;;
    folders) mapfile -t found < <(compgen -d -- "$word") ;;
  esac
  for answer in "${found[@]}"; do COMPREPLY+=("${answer:before}"); done
  [[ $paths ]] && compopt -o filenames 2>/dev/null
  [[ ${COMPREPLY[0]} == --*= ]] && compopt -o nospace 2>/dev/null
  return 0
}
complete -F _orchestrator orchestrator lab
)shell";

constexpr std::string_view zsh_script = R"shell(#compdef orchestrator lab
# zsh completion for orchestrator and lab
_orchestrator() {
  local program=${(Q)words[1]} answer word remark paths
  local -a found
  program=${program/#\~/$HOME}
  if [[ ${program:t} == lab ]]; then
    [[ $program == */* ]] || program=${commands[lab]}
    program=${program:A:h}/build/orchestrator
  fi
  for answer in "${(@f)$("$program" __complete "${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
    case $answer in
      '') ;;
      :files | :folders) paths=$answer ;;
      *$'\t'*) found+=("${${answer%%$'\t'*}//:/\\:}:${answer#*$'\t'}") ;;
      *) found+=("${answer//:/\\:}") ;;
    esac
  done
  local result=1
  (( $#found )) && _describe -V 'completions' found && result=0
  case $paths in
    :files) _files && result=0 ;;
    :folders) _files -/ && result=0 ;;
  esac
  return result
}
if [[ ${funcstack[1]} == _orchestrator ]]; then
  _orchestrator "$@"
else
  compdef _orchestrator orchestrator lab
fi
)shell";

constexpr std::string_view fish_script = R"shell(# fish completion for orchestrator and lab
function __orchestrator_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l program (string replace -r '^~' $HOME -- $words[1])
    if test (basename -- $program) = lab
        set program (dirname -- (realpath -- (command -s $program; or echo $program)))/build/orchestrator
    end
    for answer in ($program __complete $words[2..-1] 2>/dev/null)
        switch $answer
            case :files
                __fish_complete_path $words[-1]
            case :folders
                __fish_complete_directories $words[-1]
            case '*'
                echo $answer
        end
    end
end
complete -c orchestrator -f -a '(__orchestrator_complete)'
complete -c lab -f -a '(__orchestrator_complete)'
)shell";

}  // namespace

void add_completion(cli::Commands& commands) {
  CLI::App* command = commands.add(
      "completion", "print a script that completes this program's commands in a shell");
  const auto shell = std::make_shared<std::string>();
  command->add_option("shell", *shell, "bash, zsh or fish")
      ->check(CLI::IsMember({"bash", "zsh", "fish"}))
      ->required();
  commands.describe(
      command, cli::Purpose::maintenance,
      {{"completion bash > ~/.local/share/bash-completion/completions/orchestrator", "install it"},
       {"completion zsh > ~/.zfunc/_orchestrator",
        "install it; needs fpath+=(~/.zfunc) in ~/.zshrc"},
       {"completion fish > ~/.config/fish/completions/orchestrator.fish", "install it"}});
  commands.set_action(command, [shell] {
    fmt::print("{}", *shell == "bash" ? bash_script : *shell == "zsh" ? zsh_script : fish_script);
    return static_cast<int>(Exit::pass);
  });
}

}  // namespace lab::commands
