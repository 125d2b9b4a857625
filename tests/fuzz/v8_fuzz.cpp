// libFuzzer target: whatever the bytes, they are refused or read; what was read becomes bytes that read as
// the same value; and so does its JSON. The flag -malloc_limit_mb keeps lengths that are claimed from being
// believed.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "backends/error.hpp"
#include "backends/v8/reader.hpp"
#include "backends/v8/writer.hpp"
#include "commands/durable_objects/extended_json/extended_json.hpp"

namespace {

using namespace corral;

/// The bytes may be longer than need be (a bigint's zeros), the value must be the same.
void check_json(const v8::Document& document) {
  const std::string json = durable_objects::extended_json(document, 0);
  std::string again;
  try {
    again = durable_objects::extended_json(durable_objects::parse_extended_json(json, "fuzz"), 0);
  } catch (const Error& error) {
    // A form can be too much for a command line: its digits, its depth.
    if (error.kind() != ErrorKind::limit && error.kind() != ErrorKind::invalid_input) std::abort();
    return;
  }
  // Names that come twice, which V8 never writes, are one in JSON.
  if (again.size() > json.size()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  v8::Document document;
  try {
    document = v8::read(bytes);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::corrupt && error.kind() != ErrorKind::limit) std::abort();
    return 0;
  }
  const v8::Document again = v8::read(v8::write(document));
  if (!v8::same(document, again)) std::abort();
  check_json(document);
  static_cast<void>(durable_objects::extended_json(document, 2));
  return 0;
}
