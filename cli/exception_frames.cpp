// Where a static program's exception frames are found.
//
// The start files of a static program hand all frames over to the unwinder, which sorts them when the first
// exception is thrown: every page of .eh_frame is read for one message and exit status 1. With these in the
// place of the two functions that it calls (cli/CMakeLists.txt) nothing is handed over, and the unwinder uses
// the sorted table that the linker makes (--eh-frame-hdr), as in a dynamic program.
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
