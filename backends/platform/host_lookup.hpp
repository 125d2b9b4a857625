#pragma once

namespace corral::platform {

/// Called before the first host is looked up. A static glibc cannot load the modules that /etc/nsswitch.conf
/// may name, so it is told to use those it contains (files and dns). macOS has one resolver for all programs.
void prepare_host_lookup();

}  // namespace corral::platform
