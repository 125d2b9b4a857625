#include <fmt/format.h>
#include <fmt/ranges.h>

#include "completions/tree.hpp"

namespace corral {

namespace {

constexpr std::string_view pattern =
    R"bash(# bash completion for corral. Written from the command tree.

# Goes from $at along the word $1; fails if there is no such command.
_corral_step() {
  case "$at/$1" in
@steps@    *) return 1 ;;
  esac
}

# What may stand at $at: commands, flags, and the flags that take a value.
_corral_place() {
  commands=() flags=() valued=' '
  case $at in
@places@  esac
  flags+=(@global_flags@)
  valued+='@global_valued@ '
}

# Takes the quotes off $1, as far as they are typed, into $plain; an open quote goes into $quote.
_corral_unquote() {
  quote=
  case $1 in
    \"*) plain=${1#\"}; [[ $plain == *\" ]] && plain=${plain%\"} || quote=\" ;;
    \'*) plain=${1#\'}; [[ $plain == *\' ]] && plain=${plain%\'} || quote=\' ;;
    *) plain=${1//\\/} ;;
  esac
}

# Puts the words together that bash breaks at : and = , up to the cursor, into $words.
_corral_words() {
  local rest=$COMP_LINE word lead plain quote i
  local -a raw=()
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    lead=${rest%%[![:space:]]*}
    rest=${rest#"$lead"}
    if ((i == COMP_CWORD)) && [[ -n $COMP_LINE ]]; then
      # Of the last word only what stands before the cursor counts.
      local start=$((${#COMP_LINE} - ${#rest}))
      ((COMP_POINT - start < ${#word})) && word=${word:0:$((COMP_POINT > start ? COMP_POINT - start : 0))}
    fi
    rest=${rest#"$word"}
    if ((i > 1)) && [[ -z $lead && -n $COMP_LINE && -n $word ]]; then
      raw[${#raw[@]}-1]+=$word
    else
      raw+=("$word")
    fi
  done
  words=()
  for ((i = 0; i < ${#raw[@]} - 1; i++)); do
    _corral_unquote "${raw[i]}"
    words+=("$plain")
  done
  current=${raw[${#raw[@]}-1]}
}

_corral() {
  local at= current plain quote word previous= ended= valued line stem
  local -a words commands flags candidates=()
  COMPREPLY=()
  _corral_words
  _corral_unquote "$current"
  local typed=$plain
  _corral_place
  for word in "${words[@]:1}"; do
    if [[ $valued == *" $previous "* && -n $previous ]]; then
      previous=
    elif [[ -z $ended && $word == -- ]]; then
      ended=1 previous=
    elif [[ -z $ended && $word == -* ]]; then
      previous=$word
    else
      previous=
      if ((${#commands[@]})) && _corral_step "$word"; then _corral_place; fi
    fi
  done
  if [[ -z $previous || $valued != *" $previous "* ]] && [[ -z $ended && $typed == -* && $typed != *=* ]]; then
    candidates=("${flags[@]}")
  elif [[ -z $previous || $valued != *" $previous "* ]] && ((${#commands[@]})) && [[ $typed != -* ]]; then
    candidates=("${commands[@]}")
  else
    while IFS= read -r line; do
      case $line in
        :files | :dirs)
          local kind=-f
          [[ $line == :dirs ]] && kind=-d
          [[ $typed == -*=* ]] && typed=${typed#*=}
          compopt -o filenames 2>/dev/null
          while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen $kind -- "$typed")
          return
          ;;
        *) candidates+=("${line%%$'\t'*}") ;;
      esac
    done < <("${words[0]}" __complete -- "${words[@]:1}" "$typed" 2>/dev/null)
  fi
  # Readline replaces only what stands after the last character that breaks words.
  stem=
  if [[ -z $quote ]]; then
    case $COMP_WORDBREAKS in
      *:*=* | *=*:*) stem=${typed%"${typed##*[:=]}"} ;;
      *:*) stem=${typed%"${typed##*:}"} ;;
      *=*) stem=${typed%"${typed##*=}"} ;;
    esac
  fi
  for word in "${candidates[@]}"; do
    [[ $word == "$typed"* ]] || continue
    word=${word#"$stem"}
    if [[ -z $quote ]]; then
      printf -v word %q "$word"
    elif [[ $quote == \" ]]; then
      word=${word//\\/\\\\} word=${word//\"/\\\"} word=${word//\$/\\\$} word=${word//\`/\\\`}
    fi
    COMPREPLY+=("$word")
  done
}

complete -F _corral corral
)bash";

std::string words_of(const std::vector<OfferedWord>& offered) {
  std::string text;
  for (const OfferedWord& word : offered) text += (text.empty() ? "" : " ") + word.word;
  return text;
}

}  // namespace

std::string bash_script(const CompletionTree& tree) {
  std::string steps;
  for (const CompletionStep& step : tree.steps) {
    steps += fmt::format("    {}) at={} ;;\n", fmt::join(step.spellings, " | "), step.path);
  }
  std::string places;
  for (const CompletionNode& node : tree.nodes) {
    places += fmt::format("    {}) commands=({}) flags=({})", node.path.empty() ? "''" : node.path,
                          words_of(node.commands), words_of(node.flags));
    if (!node.valued_flags.empty())
      places += fmt::format(" valued=' {} '", fmt::join(node.valued_flags, " "));
    places += " ;;\n";
  }
  return filled(pattern, {{"steps", steps},
                          {"places", places},
                          {"global_flags", words_of(tree.global_flags)},
                          {"global_valued", fmt::format("{}", fmt::join(tree.global_valued_flags, " "))}});
}

}  // namespace corral
