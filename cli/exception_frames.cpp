// How a static program finds its exception frames.
//
// The start files of a static program register all frames with the unwinder, which sorts them when the first
// exception is thrown: it reads every page of .eh_frame just to print a message and exit with status 1. These
// replacements for the two functions they call (cli/CMakeLists.txt) register nothing, so the unwinder uses
// the linker's sorted table (--eh-frame-hdr), as in a dynamic program.
extern "C" {

// NOLINTBEGIN(bugprone-reserved-identifier): the names are the linker's
void __wrap___register_frame_info(const void* begin, void* object);
void* __wrap___deregister_frame_info(const void* begin);

void __wrap___register_frame_info(const void* /*begin*/, void* /*object*/) {}

void* __wrap___deregister_frame_info(const void* /*begin*/) {
  return nullptr;
}
// NOLINTEND(bugprone-reserved-identifier)
}
