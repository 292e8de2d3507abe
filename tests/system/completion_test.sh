#!/bin/bash
# SPDX-License-Identifier: MIT
#
# The completion scripts in the shells that they are for.
#
#   completion_test.sh SHELL ORCHESTRATOR
#
# Each asks its shell what a line may become, as a person does with the tab key.
# shellcheck disable=SC2016 # the shells that are asked expand it, not this one
set -euo pipefail
shell=$1 orchestrator=$2
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/system/shell_test.sh
. "$root/tests/system/shell_test.sh"
export LAB_SCENARIOS=$root/scenarios LAB_CONFIG='' HOME=$work

if ! command -v "$shell" >/dev/null; then
  echo "no $shell here: skipped"
  exit 77
fi

# Where the shell finds the program; and a tree as ./lab has it.
mkdir -p "$work/bin" "$work/tree/build" "$work/here"
ln -s "$orchestrator" "$work/bin/orchestrator"
ln -s "$orchestrator" "$work/tree/build/orchestrator"
printf '#!/bin/sh\necho "completion must not build" >>"$WORK/calls"\n' >"$work/tree/lab"
chmod +x "$work/tree/lab"
PATH=$work/bin:$PATH
cd "$work/here"
touch mine.yaml 'with blank.yaml'
mkdir folder
orchestrator completion "$shell" >"$work/script"

complete_in_bash() {
  cat >"$work/ask" <<'ASK'
source "$WORK/script"
line=$1
# The function that bash would call, and the words as bash would cut them.
spec=$(complete -p "$(basename "${line%% *}")")
function=${spec#*-F }
function=${function%% *}
COMP_LINE=$line COMP_POINT=${#line}
"$function" "${line%% *}" "${line##* }" ''
printf '%s\n' "${COMPREPLY[@]}"
ASK
  bash --norc "$work/ask" "$1"
}

complete_in_fish() {
  fish --no-config -c 'source $argv[1]; complete -C $argv[2]' "$work/script" "$1"
}

# A real zsh in a terminal of its own (zsh/zpty): the line, and the key that lists.
complete_in_zsh() {
  cat >"$work/.zshrc" <<'RC'
PS1= PS2= RPS1= LISTMAX=1000 TERM=dumb KEYTIMEOUT=1
unset zle_bracketed_paste
unsetopt prompt_sp prompt_cr
autoload -Uz compinit
compinit -D -u
source $WORK/script
begin() { print; print BEGIN; }
finish() { print; print END; }
zle -N begin
zle -N finish
bindkey '^B' begin '^T' list-choices '^Y' finish
print READY
RC
  cat >"$work/ask" <<'ASK'
zmodload zsh/zpty
zpty shell zsh -d -i
await() {
  local chunk
  while zpty -r -m shell chunk "*$1*"; do
    answer+=$chunk
    [[ $answer == *$1* ]] && return 0
  done
  return 1
}
await READY || exit 1
answer=
zpty -w -n shell "$1"$'\x02\x14\x19'
await END || exit 1
print -r -- ${${answer#*BEGIN}%%END*}
zpty -d shell
ASK
  # A word a line. The line itself, which is shown again behind the list, is none.
  ZDOTDIR=$work timeout 60 zsh -f "$work/ask" "$1" | tr -d '\r\a' | grep -vxF -- "$1" |
    sed -E 's/ +-- .*//' | tr -s ' ' '\n'
}

# completes LINE: sets `output`, a candidate a line.
completes() { run "complete_in_$shell" "$1"; }
# In fish a remark stands behind a tab; in bash a word that was cut has lost its begin.
expect_word() {
  cut -f 1 <<<"$output" | grep -qxF -- "$1" || not_ok "expected the candidate '$1'"
}
expect_no_word() { ! cut -f 1 <<<"$output" | grep -qxF -- "$1" || not_ok "unexpected '$1'"; }

a_test 'commands'
completes 'orchestrator '
expect_word run
expect_word graph
expect_word completion
expect_no_word __manual

a_test 'a command that was begun'
completes 'orchestrator va'
expect_word validate
expect_no_word run

a_test 'scenarios and topics'
completes 'orchestrator run sim'
expect_word simopen
expect_word simultaneous-open
expect_no_word no-listen

a_test 'files'
completes 'orchestrator run mi'
expect_word mine.yaml
completes 'orchestrator show fol'
case $output in *folder*) ;; *) not_ok "expected the folder" ;; esac

a_test 'flags'
completes 'orchestrator run simopen --wh'
expect_word --where

a_test 'values of flags'
completes 'orchestrator run simopen --where '
expect_word here
expect_word vm
completes 'orchestrator graph simopen --format m'
expect_word mermaid

a_test 'values behind an equals sign'
completes 'orchestrator run simopen --where=h'
case $shell in bash) expect_word here ;; *) expect_word --where=here ;; esac

a_test 'variants of the scenario that was named'
completes 'orchestrator run firewall --variant '
expect_word drop

a_test 'lab asks the program that it has built, and builds nothing'
completes "$work/tree/lab run simop"
expect_word simopen
expect_not_called 'completion must not build'

a_test 'mistakes are silent'
completes 'orchestrator nonsense --what '
expect_status 0
[ -z "${output//[[:space:]]/}" ] || not_ok 'expected nothing'
finish
