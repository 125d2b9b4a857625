#include "commands/command/result_file.hpp"

#include <unistd.h>

namespace corral {

bool is_standard_output(const std::string& file) {
  return file == "-" || inherited_descriptor(file) == STDOUT_FILENO;
}

ResultFile::ResultFile(Context& context, const std::string& file) : out_(context.out()) {
  if (!is_standard_output(file)) file_.emplace(file, [&context] { context.check_interrupt(); });
}

void ResultFile::write(std::string_view bytes) {
  if (file_) {
    file_->write(bytes);
  } else {
    out_.data(bytes);
  }
}

void ResultFile::commit() {
  if (file_) file_->commit();
}

}  // namespace corral
