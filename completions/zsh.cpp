#include <fmt/format.h>
#include <fmt/ranges.h>

#include "completions/tree.hpp"

namespace corral {

namespace {

constexpr std::string_view pattern = R"zsh(#compdef corral
# zsh completion for corral. Written from the command tree.

# Goes from $at along the word $1; fails if there is no such command.
_corral_step() {
  case "$at/$1" in
@steps@    (*) return 1 ;;
  esac
}

# What may stand at $at: commands, flags, and the flags that take a value.
_corral_place() {
  commands=() flags=() valued=()
  case $at in
@places@  esac
  flags+=(@global_flags@)
  valued+=(@global_valued@)
}

_corral_live() {
  local line
  local -a values shown
  for line in "${(@f)$("${(Q)words[1]}" __complete -- "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}"; do
    case $line in
      (:files) [[ $PREFIX == -*=* ]] && compset -P '*='; _files; return ;;
      (:dirs) [[ $PREFIX == -*=* ]] && compset -P '*='; _files -/; return ;;
      ('') ;;
      (*$'\t'*) values+=("${line%%$'\t'*}"); shown+=("${line%%$'\t'*}  -- ${line#*$'\t'}") ;;
      (*) values+=("$line"); shown+=("$line") ;;
    esac
  done
  (( $#values )) && compadd -l -d shown -a values
}

_corral() {
  local at= word previous= ended=
  local -a commands flags valued
  _corral_place
  for word in "${(@Q)words[2,CURRENT-1]}"; do
    if [[ -n $previous ]] && (( ${valued[(Ie)$previous]} )); then
      previous=
    elif [[ -z $ended && $word == -- ]]; then
      ended=1 previous=
    elif [[ -z $ended && $word == -* ]]; then
      previous=$word
    else
      previous=
      if (( $#commands )) && _corral_step "$word"; then _corral_place; fi
    fi
  done
  if [[ -n $previous ]] && (( ${valued[(Ie)$previous]} )); then
    _corral_live
  elif [[ -z $ended && $PREFIX == -* && $PREFIX != *=* ]]; then
    _describe -o -t flags flag flags
  elif (( $#commands )) && [[ $PREFIX != -* ]]; then
    _describe -t commands command commands
  else
    _corral_live
  fi
}

if [[ $funcstack[1] == _corral ]]; then
  _corral "$@"
else
  compdef _corral corral
fi
)zsh";

/// `'name:description' ...`, in the format of _describe.
std::string described(const std::vector<OfferedWord>& offered) {
  std::string text;
  for (const OfferedWord& word : offered) {
    text += (text.empty() ? "" : " ") + in_single_quotes(word.word + ":" + word.description);
  }
  return text;
}

}  // namespace

std::string zsh_script(const CompletionTree& tree) {
  std::string steps;
  for (const CompletionStep& step : tree.steps) {
    steps += fmt::format("    ({}) at={} ;;\n", fmt::join(step.spellings, "|"), step.path);
  }
  std::string places;
  for (const CompletionNode& node : tree.nodes) {
    places += fmt::format("    ({}) commands=({}) flags=({}) valued=({}) ;;\n",
                          node.path.empty() ? "''" : node.path, described(node.commands),
                          described(node.flags), fmt::join(node.valued_flags, " "));
  }
  return filled(pattern, {{"steps", steps},
                          {"places", places},
                          {"global_flags", described(tree.global_flags)},
                          {"global_valued", fmt::format("{}", fmt::join(tree.global_valued_flags, " "))}});
}

}  // namespace corral
