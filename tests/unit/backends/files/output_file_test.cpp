#include "backends/files/output_file.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "backends/files/replacement_batch.hpp"
#include "tests/failure.hpp"
#include "tests/temporary_folder.hpp"

namespace corral {
namespace {

namespace fs = std::filesystem;
using testing::kind_of_failure;

std::string contents(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::set<std::string> names_in(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.insert(entry.path().filename().native());
  return names;
}

mode_t mode_of(const fs::path& file) {
  struct stat status {};
  REQUIRE(::stat(file.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

void write_out(const fs::path& path, const std::string& bytes) {
  OutputFile file(path, [] {});
  file.write(bytes);
  file.commit();
}

TEST_CASE("a new file has the permissions that the umask leaves, an old one keeps its own") {
  const testing::TemporaryFolder folder;
  const mode_t before = ::umask(027);
  replace_file(folder.path() / "new", "x");
  std::ofstream(folder.path() / "old") << "before";
  ::chmod((folder.path() / "old").c_str(), 0604);
  replace_file(folder.path() / "old", "after");
  ::umask(before);
  CHECK(mode_of(folder.path() / "new") == 0640);
  CHECK(mode_of(folder.path() / "old") == 0604);
  CHECK(contents(folder.path() / "old") == "after");
  CHECK(names_in(folder.path()) == std::set<std::string>{"new", "old"});
}

TEST_CASE("a name as long as a name can be is written too") {
  const testing::TemporaryFolder folder;
  const std::string name(255, 'n');
  replace_file(folder.path() / name, "one");
  replace_file(folder.path() / name, "two");
  CHECK(contents(folder.path() / name) == "two");
  CHECK(kind_of_failure([&] { ReplacementFile file(folder.path() / (name + "n")); }) ==
        ErrorKind::invalid_input);
}

TEST_CASE("a process that dies while it writes leaves nothing") {
  const testing::TemporaryFolder folder;
  std::ofstream(folder.path() / "old") << "before";
  for (const char* name : {"old", "new"}) {
    const pid_t child = ::fork();
    if (child == 0) {
      ReplacementFile file(folder.path() / name);
      file.write("half of i");
      ::_exit(0);
    }
    int status = -1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
  }
  CHECK(names_in(folder.path()) == std::set<std::string>{"old"});
  CHECK(contents(folder.path() / "old") == "before");
}

TEST_CASE("a file without commit leaves nothing, and one that must be new is never replaced") {
  const testing::TemporaryFolder folder;
  { ReplacementFile(folder.path() / "file").write("x"); }
  CHECK(names_in(folder.path()).empty());
  ReplacementFile first(folder.path() / "file");
  ReplacementFile second(folder.path() / "file");
  first.write("first");
  second.write("second");
  CHECK(first.commit_if_absent());
  CHECK_FALSE(second.commit_if_absent());
  CHECK(contents(folder.path() / "file") == "first");
  // commit has no such scruple, even where nothing was there at the beginning.
  second.commit();
  CHECK(contents(folder.path() / "file") == "second");
  CHECK(names_in(folder.path()) == std::set<std::string>{"file"});
}

TEST_CASE("the names that a kill can leave are known, and no others") {
  CHECK(is_unfinished_name(".corral-unfinished-0123456789abcdef"));
  for (const char* name : {"", ".corral-unfinished-", ".corral-unfinished-0123456789abcde",
                           ".corral-unfinished-0123456789abcdefa", ".corral-unfinished-0123456789abcdeF",
                           "corral-unfinished-0123456789abcdef", "x.corral-unfinished-0123456789abcdef"}) {
    CAPTURE(name);
    CHECK_FALSE(is_unfinished_name(name));
  }
}

TEST_CASE("what cannot be a file is refused before anything is written") {
  const testing::TemporaryFolder folder;
  fs::create_directory(folder.path() / "folder");
  fs::create_directory_symlink("folder", folder.path() / "link");
  fs::create_symlink("loop", folder.path() / "loop");
  std::ofstream(folder.path() / "file") << "x";
  for (const char* name : {"folder", "link", "folder/", "new/", ".", "loop", "file/below"}) {
    CAPTURE(name);
    CHECK(kind_of_failure([&] { OutputFile file(folder.path() / name, [] {}); }) == ErrorKind::invalid_input);
  }
  CHECK(kind_of_failure([] { OutputFile file("", [] {}); }) == ErrorKind::invalid_input);
  CHECK(kind_of_failure([&] { OutputFile file(folder.path() / "missing/file", [] {}); }) ==
        ErrorKind::not_found);
  CHECK(names_in(folder.path()) == std::set<std::string>{"file", "folder", "link", "loop"});
  // A replacement takes a name; it does not write into what is there.
  REQUIRE(::mkfifo((folder.path() / "fifo").c_str(), 0600) == 0);
  CHECK(kind_of_failure([&] { replace_file(folder.path() / "fifo", "x"); }) == ErrorKind::invalid_input);
}

/// Root bypasses permissions, so temporarily become another user.
class NotRoot {
 public:
  NotRoot() { REQUIRE(::seteuid(::geteuid() == 0 ? other : ::geteuid()) == 0); }
  NotRoot(const NotRoot&) = delete;
  NotRoot& operator=(const NotRoot&) = delete;
  ~NotRoot() { static_cast<void>(::seteuid(::getuid())); }

 private:
  static constexpr uid_t other = 65534;
};

TEST_CASE("permissions hold: of the file, which renaming would not ask for, and of its folder") {
  const testing::TemporaryFolder folder;
  std::ofstream(folder.path() / "old") << "before";
  ::chmod((folder.path() / "old").c_str(), 0444);
  ::chmod(folder.path().c_str(), 0777);
  {
    const NotRoot not_root;
    CHECK(kind_of_failure([&] { write_out(folder.path() / "old", "after"); }) == ErrorKind::denied);
    write_out(folder.path() / "new", "x");
  }
  ::chmod(folder.path().c_str(), 0555);
  {
    const NotRoot not_root;
    CHECK(kind_of_failure([&] { write_out(folder.path() / "another", "x"); }) == ErrorKind::denied);
    CHECK(kind_of_failure([&] { write_out(folder.path() / "new", "y"); }) == ErrorKind::denied);
  }
  ::chmod(folder.path().c_str(), 0755);
  CHECK(contents(folder.path() / "old") == "before");
  CHECK(contents(folder.path() / "new") == "x");
  CHECK(names_in(folder.path()) == std::set<std::string>{"new", "old"});
}

TEST_CASE("a file that root replaces stays its owner's") {
  if (::geteuid() != 0) return;  // only root can give a file another owner
  const testing::TemporaryFolder folder;
  std::ofstream(folder.path() / "old") << "before";
  REQUIRE(::chown((folder.path() / "old").c_str(), 65534, 65534) == 0);
  REQUIRE(::chmod((folder.path() / "old").c_str(), 0640) == 0);
  write_out(folder.path() / "old", "after");
  struct stat status {};
  REQUIRE(::stat((folder.path() / "old").c_str(), &status) == 0);
  CHECK(status.st_uid == 65534);
  CHECK(status.st_gid == 65534);
  CHECK(mode_of(folder.path() / "old") == 0640);
}

TEST_CASE("links stay, and the file at their end is replaced or made") {
  const testing::TemporaryFolder folder;
  fs::create_directory(folder.path() / "sub");
  std::ofstream(folder.path() / "sub/old") << "before";
  fs::create_symlink("sub/old", folder.path() / "one");
  fs::create_symlink("one", folder.path() / "two");
  fs::create_symlink("sub/new", folder.path() / "dangling");
  fs::create_symlink(folder.path() / "sub/absolute", folder.path() / "sub/absolute-link");
  write_out(folder.path() / "two", "after");
  write_out(folder.path() / "dangling", "made");
  write_out(folder.path() / "sub/absolute-link", "made");
  CHECK(contents(folder.path() / "sub/old") == "after");
  CHECK(contents(folder.path() / "sub/new") == "made");
  CHECK(contents(folder.path() / "sub/absolute") == "made");
  for (const char* link : {"one", "two", "dangling", "sub/absolute-link"})
    CHECK(fs::is_symlink(folder.path() / link));
  CHECK(end_of_links(folder.path() / "nothing") == folder.path() / "nothing");
}

TEST_CASE("a descriptor that the program was started with is written where it stands") {
  const testing::TemporaryFolder folder;
  // As a shell would leave it open: not closed on exec.
  const FileDescriptor inherited(::open((folder.path() / "out").c_str(), O_WRONLY | O_CREAT, 0600));
  REQUIRE(inherited);
  const std::string number = std::to_string(inherited.get());
  write_fully(inherited.get(), "before ", "out");
  for (const std::string prefix : {"/dev/fd/", "/proc/self/fd/", "/proc/thread-self/fd/"}) {
    CHECK(inherited_descriptor(prefix + number) == inherited.get());
    write_out(prefix + number, "within ");
  }
  fs::create_symlink("/dev/fd/" + number, folder.path() / "link");
  write_out(folder.path() / "link", "by link ");
  write_fully(inherited.get(), "after", "out");
  CHECK(contents(folder.path() / "out") == "before within within within by link after");
  CHECK_FALSE(inherited_descriptor(folder.path() / "out"));
  CHECK_FALSE(inherited_descriptor("/dev/null"));
}

TEST_CASE("no path reaches a file that the program has opened itself") {
  const testing::TemporaryFolder folder;
  std::ofstream(folder.path() / "database") << "rows";
  const FileDescriptor own(::open((folder.path() / "database").c_str(), O_RDWR | O_CLOEXEC));
  const std::string path = "/dev/fd/" + std::to_string(own.get());
  CHECK(kind_of_failure([&] { write_out(path, "gone"); }) == ErrorKind::not_found);
  CHECK(contents(folder.path() / "database") == "rows");
  CHECK(kind_of_failure([&] { write_out("/dev/fd/987654", "x"); }) != ErrorKind::usage);
}

TEST_CASE("a FIFO without a reader is waited for until that is interrupted") {
  const testing::TemporaryFolder folder;
  const fs::path fifo = folder.path() / "fifo";
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  struct sigaction nothing {};
  struct sigaction before {};
  nothing.sa_handler = [](int) {};
  REQUIRE(::sigaction(SIGUSR1, &nothing, &before) == 0);
  std::atomic<bool> ended = false;
  ErrorKind kind = ErrorKind::usage;
  std::thread waiting([&] {
    kind = kind_of_failure(
        [&] { OutputFile file(fifo, [] { throw Error(ErrorKind::interrupted, "interrupted"); }); });
    ended = true;
  });
  while (!ended) {
    ::pthread_kill(waiting.native_handle(), SIGUSR1);
    std::this_thread::yield();
  }
  waiting.join();
  ::sigaction(SIGUSR1, &before, nullptr);
  CHECK(kind == ErrorKind::interrupted);
  CHECK(fs::is_fifo(fifo));
}

TEST_CASE("a reader that goes away is an error") {
  const testing::TemporaryFolder folder;
  const fs::path fifo = folder.path() / "fifo";
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  const auto old_handler = std::signal(SIGPIPE, SIG_IGN);
  FileDescriptor reader(::open(fifo.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  OutputFile file(fifo, [] {});
  file.write("x");
  reader = {};
  CHECK(kind_of_failure([&] { file.write("y"); }) == ErrorKind::io);
  static_cast<void>(std::signal(SIGPIPE, old_handler));
}

TEST_CASE("no file of a batch has its name before all are flushed, and one that fails stops no other") {
  const testing::TemporaryFolder folder;
  ReplacementBatch batch;
  constexpr int count = 40;
  for (int i = 0; i < count; ++i) {
    const fs::path path = folder.path() / std::to_string(i);
    auto file = std::make_unique<ReplacementFile>(path);
    file->write("contents");
    batch.add("number " + std::to_string(i), path, std::move(file));
  }
  CHECK(names_in(folder.path()).empty());
  fs::create_directory(folder.path() / "7");
  std::string failed;
  batch.commit([&](const std::string& label, const Error& error) { failed += label + error.what(); });
  CHECK(failed.starts_with("number 7"));
  CHECK(names_in(folder.path()).size() == count);
  CHECK(contents(folder.path() / "39") == "contents");
}

TEST_CASE("few descriptors are few files at once, but never none") {
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  rlimit few = before;
  few.rlim_cur = 64;
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &few) == 0);
  CHECK(spare_descriptors(24) == 40);
  CHECK(spare_descriptors(64) == 1);
  CHECK(spare_descriptors(100) == 1);
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
  CHECK(spare_descriptors(0) <= 1000);
}

}  // namespace
}  // namespace corral
