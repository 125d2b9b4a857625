#include "commands/r2/sync_plan.hpp"

#include <filesystem>
#include <initializer_list>
#include <map>
#include <string>

#include <doctest/doctest.h>

#include "backends/bytes/hashing.hpp"
#include "tests/unit/test_context.hpp"

using namespace corral;
using namespace corral::r2;
using corral::testing::TestContext;

namespace {

/// Two sides to compare: files of the test's folder and objects, each by name and content.
class Sides {
 public:
  void file(const std::string& name, const std::string& content) {
    context_.write("sync/" + name, content);
    files_[name] = {context_.folder() / "sync" / name, content.size()};
  }
  void object(const std::string& name, const std::string& content) {
    ObjectInfo& object = objects_[name];
    object.key = name;
    object.size = content.size();
    Hasher hasher(HashKind::md5);
    hasher.update(content);
    object.etag = hex(hasher.digest());
  }
  SyncPlan plan(SyncDirection direction, bool with_deletions = false, const std::string& prefix = {}) {
    const SyncSides sides{
        .direction = direction, .folder = context_.folder() / "sync", .bucket = "b", .prefix = prefix};
    const auto store = context_.stores({}).r2().open("b");
    return plan_sync(context_, *store, files_, objects_, sides, with_deletions);
  }
  [[nodiscard]] std::filesystem::path folder() const { return context_.folder() / "sync"; }

 private:
  TestContext context_;
  std::map<std::string, LocalFile> files_;
  std::map<std::string, ObjectInfo> objects_;
};

/// The steps in order: "upload a, delete b".
std::string steps(const SyncPlan& plan) {
  std::string text;
  for (const SyncStep& step : plan.steps)
    text += (text.empty() ? "" : ", ") + std::string(word_for(step.action)) + " " + step.name;
  return text;
}

std::string left_out(const SyncPlan& plan) {
  std::string text;
  for (const LeftOut& one : plan.left_out) text += (text.empty() ? "" : ", ") + one.name;
  return text;
}

/// A prefix of `letters` letters and a slash.
std::string long_prefix(std::size_t letters) {
  std::string prefix(letters, 'p');
  prefix += '/';
  return prefix;
}

}  // namespace

TEST_CASE("what differs or is missing is copied, what is the same is counted") {
  Sides sides;
  for (const char* name : {"changed", "new", "same", "shorter"}) sides.file(name, "one");
  sides.object("changed", "two");
  sides.object("same", "one");
  sides.object("shorter", "on");
  sides.object("there", "four");
  const SyncPlan up = sides.plan(SyncDirection::up);
  CHECK(steps(up) == "upload changed, upload new, upload shorter");
  CHECK(up.same == 1);
  CHECK(up.bytes == 9);
  CHECK(up.left_out.empty());
  const SyncPlan down = sides.plan(SyncDirection::down);
  CHECK(steps(down) == "download changed, download shorter, download there");
  CHECK(down.same == 1);
  CHECK(down.bytes == 9);
}

TEST_CASE("deletions come last, and only when asked for") {
  Sides sides;
  sides.file("a-here", "1");
  sides.file("z-new", "1");
  sides.object("a-here", "1");
  sides.object("b-there", "1");
  CHECK(steps(sides.plan(SyncDirection::up, true)) == "upload z-new, delete b-there");
  CHECK(sides.plan(SyncDirection::up, true).steps.back().action == SyncStep::Action::delete_object);
  CHECK(steps(sides.plan(SyncDirection::down, true)) == "download b-there, delete z-new");
  CHECK(sides.plan(SyncDirection::down, true).steps.back().action == SyncStep::Action::delete_file);
}

TEST_CASE("an empty object whose key ends in a slash is a folder") {
  Sides sides;
  sides.object("folder/", "");
  sides.object("here/", "");
  sides.object("", "");
  std::filesystem::create_directories(sides.folder() / "here");
  const SyncPlan down = sides.plan(SyncDirection::down);
  CHECK(steps(down) == "mkdir folder/");
  CHECK(down.same == 1);
  CHECK(down.bytes == 0);
  // Up, the markers of folders that are there stay.
  CHECK(steps(sides.plan(SyncDirection::up, true)) == "delete folder/");
}

TEST_CASE("of an object and one below it, the first is left out unless it is a file already") {
  Sides sides;
  sides.object("a", "1");
  sides.object("a/b", "1");
  sides.object("a/c", "1");
  SyncPlan plan = sides.plan(SyncDirection::down);
  CHECK(steps(plan) == "download a/b, download a/c");
  CHECK(left_out(plan) == "a");

  Sides with_file;
  with_file.file("a", "0");
  with_file.object("a", "1");
  with_file.object("a/b", "1");
  plan = with_file.plan(SyncDirection::down);
  CHECK(steps(plan) == "download a");
  CHECK(left_out(plan) == "a/b");

  Sides marker;
  marker.object("a", "1");
  marker.object("a/", "");
  plan = marker.plan(SyncDirection::down);
  CHECK(steps(plan) == "download a");
  CHECK(left_out(plan) == "a/");
}

TEST_CASE("keys that cannot be paths are left out, and names that cannot be keys") {
  Sides sides;
  for (const char* key : {"../out", "/root", "a//b", "./a", "ok", "not-empty/"}) sides.object(key, "1");
  const SyncPlan down = sides.plan(SyncDirection::down);
  CHECK(steps(down) == "download ok");
  CHECK(down.left_out.size() == 5);

  Sides up;
  up.file("a", "1");
  CHECK(left_out(up.plan(SyncDirection::up, false, long_prefix(1'023))) == "a");
  CHECK(steps(up.plan(SyncDirection::up, false, long_prefix(1'022))) == "upload a");
}

TEST_CASE("a symbolic link does not lead a download out of its folder") {
  Sides sides;
  std::filesystem::create_directories(sides.folder());
  std::filesystem::create_directory_symlink("..", sides.folder() / "link");
  sides.object("link/a", "1");
  const SyncPlan plan = sides.plan(SyncDirection::down);
  CHECK(plan.steps.empty());
  CHECK(left_out(plan) == "link/a");
}
