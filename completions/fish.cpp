#include <fmt/format.h>
#include <fmt/ranges.h>

#include "completions/tree.hpp"

namespace corral {

namespace {

constexpr std::string_view pattern =
    R"fish(# fish completion for corral. Written from the command tree.

# Prints where the word $argv[2] leads from $argv[1]; fails if there is no such command.
function __corral_step
    switch "$argv[1]/$argv[2]"
@steps@        case '*'
            return 1
    end
end

# Prints the commands at a place.
function __corral_commands
    switch "$argv[1]"
@commands@    end
end

# Prints the flags at a place.
function __corral_flags
    switch "$argv[1]"
@flags@    end
    printf '%s\t%s\n'@global_flags@
end

# Prints the flags at a place that take a value.
function __corral_valued
    switch "$argv[1]"
@valued@    end
    printf '%s\n' @global_valued@
end

# Live values: what corral itself answers.
function __corral_live
    set -l current $argv[-1]
    for line in (corral __complete -- $argv 2>/dev/null)
        switch $line
            case ':files' ':dirs'
                set -l lead
                set -l value $current
                if string match -qr '^-[^=]*=' -- $current
                    set lead (string replace -r '=.*' '=' -- $current)
                    set value (string replace -r '^[^=]*=' '' -- $current)
                end
                if test $line = ':dirs'
                    printf "$lead%s\n" (__fish_complete_directories "$value" '')
                else
                    printf "$lead%s\n" (__fish_complete_path "$value")
                end
            case '*'
                echo -- $line
        end
    end
end

function __corral_complete
    set -l words (commandline -opc)
    set -e words[1]
    set -l current (commandline -ct)
    set -l unescaped (string unescape -- $current 2>/dev/null)
    and set current $unescaped
    set -l at ''
    set -l previous ''
    set -l ended ''
    set -l valued (__corral_valued $at)
    for word in $words
        if test -n "$previous"; and contains -- $previous $valued
            set previous ''
        else if test -z "$ended" -a "$word" = --
            set ended 1
            set previous ''
        else if test -z "$ended"; and string match -q -- '-*' $word
            set previous $word
        else
            set previous ''
            set -l next (__corral_step "$at" $word)
            and set at $next
            and set valued (__corral_valued $at)
        end
    end
    if test -n "$previous"; and contains -- $previous $valued
        __corral_live $words "$current"
    else if test -z "$ended"; and string match -q -- '-*' $current; and not string match -q -- '*=*' $current
        __corral_flags $at
    else if set -l commands (__corral_commands $at); and test -n "$commands"; and not string match -q -- '-*' $current
        printf '%s\n' $commands
    else
        __corral_live $words "$current"
    end
end

complete -c corral -f -a '(__corral_complete)'
)fish";

std::string fish_quoted(std::string_view text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') result += '\\';
    result += c;
  }
  return result + "'";
}

std::string pairs_of(const std::vector<OfferedWord>& offered) {
  std::string text;
  for (const OfferedWord& word : offered)
    text += fmt::format(" {} {}", word.word, fish_quoted(word.description));
  return text;
}

std::string case_of(std::string_view path, std::string_view body) {
  return fmt::format("        case '{}'\n            {}\n", path, body);
}

}  // namespace

std::string fish_script(const CompletionTree& tree) {
  std::string steps;
  for (const CompletionStep& step : tree.steps) {
    steps +=
        fmt::format("        case '{}'\n            echo {}\n", fmt::join(step.spellings, "' '"), step.path);
  }
  std::string commands;
  std::string flags;
  std::string valued;
  for (const CompletionNode& node : tree.nodes) {
    if (!node.commands.empty()) {
      commands += case_of(node.path, "printf '%s\\t%s\\n'" + pairs_of(node.commands));
    }
    if (!node.flags.empty()) flags += case_of(node.path, "printf '%s\\t%s\\n'" + pairs_of(node.flags));
    if (!node.valued_flags.empty()) {
      valued += case_of(node.path, fmt::format("printf '%s\\n' {}", fmt::join(node.valued_flags, " ")));
    }
  }
  return filled(pattern, {{"steps", steps},
                          {"commands", commands},
                          {"flags", flags},
                          {"global_flags", pairs_of(tree.global_flags)},
                          {"valued", valued},
                          {"global_valued", fmt::format("{}", fmt::join(tree.global_valued_flags, " "))}});
}

}  // namespace corral
