#include "serve/http/log_writer.hpp"

#include <array>
#include <fcntl.h>
#include <string>
#include <unistd.h>

#include <doctest/doctest.h>

#include "backends/files/durable_file.hpp"

namespace corral::serve {

namespace {

/// An output whose messages go into a pipe.
class PipeOutput final : public Output {
 public:
  PipeOutput() {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    reader = FileDescriptor(ends[0]);
    writer = FileDescriptor(ends[1]);
  }

  void note(std::string_view line) override { write_line("", line); }
  void warning(std::string_view line) override { write_line("warning: ", line); }

  /// Everything that is in the pipe, which does not wait for more.
  std::string read() const {
    ::fcntl(reader.get(), F_SETFL, O_NONBLOCK);
    std::string all;
    std::array<char, 65536> buffer{};
    for (ssize_t count = 0; (count = ::read(reader.get(), buffer.data(), buffer.size())) > 0;)
      all.append(buffer.data(), static_cast<std::size_t>(count));
    return all;
  }

  void data(std::string_view /*bytes*/) override {}
  void flush() override {}
  void deliver() override {}
  void only_reads() override {}
  void error(std::string_view /*message*/, std::string_view /*hint*/) override {}
  std::unique_ptr<Progress> progress(std::string_view /*what*/, std::uint64_t /*total*/,
                                     ProgressUnit /*unit*/) override {
    return nullptr;
  }
  [[nodiscard]] bool for_person() const override { return false; }
  [[nodiscard]] bool json_requested() const override { return false; }
  [[nodiscard]] bool data_is_terminal() const override { return false; }
  [[nodiscard]] bool colour() const override { return false; }
  [[nodiscard]] int width() const override { return 0; }

  FileDescriptor reader;
  FileDescriptor writer;

 private:
  void write_line(std::string_view mark, std::string_view line) const {
    const std::string text = std::string(mark) + std::string(line) + "\n";
    REQUIRE(::write(writer.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  }
};

}  // namespace

TEST_CASE("lines are written in their order, all of them before the end") {
  PipeOutput out;
  {
    LogWriter log(out, out.writer.get());
    log.add(LogWriter::Kind::note, "one");
    log.add(LogWriter::Kind::warning, "two");
    log.add(LogWriter::Kind::note, std::string(10'000, 'x'));
  }
  CHECK(out.read() == "one\nwarning: two\n" + std::string(4000, 'x') + "\n");
}

TEST_CASE("a reader that does not read stops nobody; what is lost is counted and told") {
  PipeOutput out;
  const std::string line(1000, 'x');
  std::uint64_t dropped = 0;
  {
    LogWriter log(out, out.writer.get());
    // The pipe and the buffer take about a mebibyte; without a reader, `add` returns nevertheless.
    for (int i = 0; i < 5000; ++i) log.add(LogWriter::Kind::note, line);
    dropped = log.dropped();
    CHECK(dropped > 3000);
    std::string read = out.read();
    while (read.find("lines of the log were dropped") == std::string::npos) read += out.read();
    CHECK(read.find("warning: ") != std::string::npos);
  }
}

TEST_CASE("a reader that never reads does not keep the writer from ending, nor does one that is gone") {
  PipeOutput out;
  {
    LogWriter log(out, out.writer.get());
    for (int i = 0; i < 2000; ++i) log.add(LogWriter::Kind::note, std::string(1000, 'x'));
  }
  CHECK_FALSE(out.read().empty());
}

}  // namespace corral::serve
