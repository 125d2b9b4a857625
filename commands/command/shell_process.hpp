#pragma once

#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace corral {

/// A variable of a command's environment.
using EnvironmentVariable = std::pair<std::string, std::string>;

/// Throws usage, naming --exec, if sh cannot parse the command.
void check_command(const std::string& command);

/// Starts `sh -c command` with these open files as stdin and stdout; stderr is corral's. It leads a process
/// group of its own, so that Ctrl-C reaches only corral; if the thread that started it ends, as when corral
/// dies, it gets SIGTERM. The caller has to wait for it. Throws io.
pid_t start_command(const std::string& command, int in, int out,
                    const std::vector<EnvironmentVariable>& environment);

/// Exit statuses of sh: the command cannot be executed, or was not found (POSIX, 2.8.2).
inline constexpr int shell_cannot_execute = 126;
inline constexpr int shell_not_found = 127;

/// How a process ended, by what waitpid says of it: "exit status 3", "exit status 127 (command not found)",
/// "ended by signal 9".
std::string ending_of(int wait_status);

}  // namespace corral
