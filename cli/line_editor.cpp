#include "cli/line_editor.hpp"

#include <array>
#include <cerrno>
#include <clocale>
#include <cstdio>
#include <filesystem>
#include <histedit.h>
#include <string>
#include <unistd.h>

#include "backends/error.hpp"
#include "backends/files/durable_file.hpp"
#include "cli/interrupt.hpp"

namespace corral {

namespace {

constexpr int remembered_entries = 2000;

/// Reads one character from the terminal as UTF-8; -1 on Ctrl-C, which libedit would ignore.
int read_character(EditLine*, wchar_t* character) {
  std::array<unsigned char, 4> bytes{};
  std::size_t length = 1;
  for (std::size_t i = 0; i < length;) {
    if (interrupted()) return -1;
    const ssize_t count = ::read(STDIN_FILENO, &bytes.at(i), 1);
    if (count == 0) return 0;
    if (count < 0 && errno != EINTR) return -1;
    if (count < 0) continue;
    if (i == 0) length = bytes[0] < 0xC0 ? 1 : bytes[0] < 0xE0 ? 2 : bytes[0] < 0xF0 ? 3 : 4;
    ++i;
  }
  unsigned point = length == 1 ? bytes[0] : bytes[0] & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) point = point << 6U | (bytes.at(i) & 0x3FU);
  *character = static_cast<wchar_t>(point);
  return 1;
}

std::filesystem::path history_file(std::string_view name, const Environment& environment) {
  std::filesystem::path folder;
  if (const auto state = environment.get("XDG_STATE_HOME"); state && !state->empty()) {
    folder = *state;
  } else if (const auto home = environment.get("HOME"); home && !home->empty()) {
    folder = std::filesystem::path(*home) / ".local" / "state";
  }
  return folder.empty() ? folder : folder / "corral" / std::string(name);
}

class LibeditLine final : public LineEditor {
 public:
  explicit LibeditLine(std::filesystem::path file) : file_(std::move(file)) {
    // libedit works in characters, and stored text is UTF-8 regardless of the user's locale.
    // NOLINTBEGIN(concurrency-mt-unsafe): one thread
    if (std::setlocale(LC_CTYPE, "C.UTF-8") == nullptr) (void)std::setlocale(LC_CTYPE, "UTF-8");  // macOS
    // NOLINTEND(concurrency-mt-unsafe)
    editor_ = el_init("corral", stdin, stderr, stderr);
    history_ = history_init();
    if (editor_ == nullptr || history_ == nullptr) {
      throw Error(ErrorKind::unavailable, "the terminal cannot edit lines", "give the SQL on standard input");
    }
    HistEvent event{};
    history(history_, &event, H_SETSIZE, remembered_entries);
    history(history_, &event, H_SETUNIQUE, 1);
    if (!file_.empty()) history(history_, &event, H_LOAD, file_.c_str());
    el_set(editor_, EL_CLIENTDATA, this);
    el_set(editor_, EL_PROMPT, &LibeditLine::prompt_of);
    el_set(editor_, EL_EDITOR, "emacs");
    el_set(editor_, EL_HIST, history, history_);
    el_set(editor_, EL_GETCFN, read_character);
    el_set(editor_, EL_BIND, "^R", "em-inc-search-prev", nullptr);
  }
  LibeditLine(const LibeditLine&) = delete;
  LibeditLine& operator=(const LibeditLine&) = delete;
  ~LibeditLine() override {
    history_end(history_);
    el_end(editor_);
  }

  std::optional<std::string> read_line(std::string_view prompt) override {
    prompt_ = prompt;
    forget_interrupt();
    int length = 0;
    const char* const line = el_gets(editor_, &length);
    if (interrupted()) {
      (void)std::fputs("^C", stderr);
      forget_interrupt();
      el_reset(editor_);
      throw Error(ErrorKind::interrupted, "interrupted");
    }
    if (line == nullptr || length <= 0) return std::nullopt;
    std::string text(line, static_cast<std::size_t>(length));
    if (text.ends_with('\n')) text.pop_back();
    return text;
  }

  void remember(std::string_view entry) override {
    HistEvent event{};
    history(history_, &event, H_ENTER, std::string(entry).c_str());
    if (file_.empty()) return;
    try {
      make_folders(file_.parent_path());
      history(history_, &event, H_SAVE, file_.c_str());
    } catch (const Error&) {
      file_.clear();
    }
  }

 private:
  static char* prompt_of(EditLine* editor) {
    LibeditLine* self = nullptr;
    el_get(editor, EL_CLIENTDATA, &self);
    return self->prompt_.data();
  }

  std::filesystem::path file_;
  std::string prompt_;
  EditLine* editor_ = nullptr;
  History* history_ = nullptr;
};

}  // namespace

std::unique_ptr<LineEditor> open_line_editor(std::string_view history, const Environment& environment) {
  return std::make_unique<LibeditLine>(history_file(history, environment));
}

}  // namespace corral
