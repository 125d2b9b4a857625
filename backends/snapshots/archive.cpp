// LocalStateSnapshots::write_archive and read_archive.
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <set>
#include <sys/statvfs.h>
#include <unistd.h>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/files/durable_file.hpp"
#include "backends/files/nofollow.hpp"
#include "backends/files/replacement_file.hpp"
#include "backends/snapshots/blob_shelf.hpp"
#include "backends/snapshots/discarded_files.hpp"
#include "backends/snapshots/kept_pages.hpp"
#include "backends/snapshots/local_snapshots.hpp"
#include "backends/snapshots/records.hpp"
#include "backends/snapshots/tar.hpp"
#include "backends/snapshots/zstd_stream.hpp"
#include "backends/sqlite/connection.hpp"
#include "backends/wrangler/state_tree.hpp"

namespace corral::snapshots {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t max_manifest_bytes = std::uint64_t{64} << 20U;
using Buffer = std::array<char, 65'536>;

[[noreturn]] void fail(std::string_view why) {
  throw Error(ErrorKind::corrupt, fmt::format("not a corral state archive: {}", why), "nothing was changed");
}

/// The name of a value in the archive: short, whatever its folder is called.
std::string value_name(std::size_t folder, std::string_view id) {
  return fmt::format("values/{}/{}", folder, id);
}

/// All files in the snapshot's own folder, in archive order. Const if the manifest is.
template <typename AnyManifest>
auto own_files(AnyManifest& manifest) {
  std::vector files = {&manifest.values};
  for (auto& database : manifest.databases) files.push_back(&database.file);
  for (auto& records : manifest.records) files.push_back(&records.file);
  return files;
}

/// In the archive, "values" is a folder, so the list of values has another name.
std::string archived_name(const KeptFile& kept) {
  return kept.file == values_file ? "values.list" : kept.file;
}

void write_file(TarSink& tar, const std::string& name, const fs::path& path, std::uint64_t bytes,
                std::int64_t modified) {
  FileSource source(nofollow::open_for_reading(path), path.native());
  tar.begin(name, bytes, modified);
  Buffer buffer{};
  std::uint64_t written = 0;
  while (const std::size_t count = source.read(buffer)) {
    written += count;
    if (written <= bytes) tar.write({buffer.data(), count});
  }
  if (written != bytes) {
    throw Error(ErrorKind::corrupt, fmt::format("the snapshot is damaged: {} has {} of {} bytes",
                                                shown(path.native()), written, bytes));
  }
  tar.end_file();
}

/// Unpacks an archive into the folder of a snapshot that is not visible yet.
class Unpacking {
 public:
  Unpacking(fs::path folder, ByteSource& source, std::string_view name)
      : folder_(std::move(folder)), decompressed_(source), tar_(decompressed_), name_(name) {}

  Manifest run(std::uint64_t max_bytes, BlobShelf& shelf, const std::function<void()>& check_interrupt) {
    Manifest manifest = read_manifest(max_bytes);
    for (KeptFile* const kept : own_files(manifest)) {
      check_interrupt();
      // File stamps and live-database signatures from the archive mean nothing on this machine.
      *kept = unpack(*kept);
    }
    for (KeptDatabase& database : manifest.databases) {
      database.source.clear();
      check_database(folder_ / database.file.file);
    }
    for (KeptRecords& records : manifest.records) {
      records.source.clear();
      const auto stream = stored_records(folder_ / records.file.file, manifest.info.services);
      while (stream->next() != nullptr) {
      }
    }
    const std::vector<KeptValues> values = read_values(folder_, manifest);
    unpack_values(values, max_bytes, check_interrupt);
    if (tar_.next()) fail("it has more files than its manifest names");
    shelve(values, shelf);
    return manifest;
  }

 private:
  Manifest read_manifest(std::uint64_t max_bytes) {
    const auto file = tar_.next();
    if (!file || file->name != manifest_file || file->bytes > max_manifest_bytes)
      fail("it begins with no manifest");
    std::string text;
    Buffer buffer{};
    while (const std::size_t count = tar_.read(buffer)) text.append(buffer.data(), count);
    Manifest manifest = decode_manifest(text, name_, "the archive's manifest");
    for (const KeptFile* const kept : own_files(manifest)) add(kept->bytes, max_bytes);
    check_space();
    return manifest;
  }

  void add(std::uint64_t bytes, std::uint64_t max_bytes) {
    if (bytes <= max_bytes && total_ + bytes <= max_bytes) {
      total_ += bytes;
      return;
    }
    throw Error(ErrorKind::limit, fmt::format("the archive unpacks to more than {} bytes", max_bytes),
                "nothing was changed; if it is yours, allow it with --max-bytes");
  }

  void check_space() const {
    struct statvfs space {};
    if (::statvfs(folder_.c_str(), &space) == 0 &&
        total_ > static_cast<std::uint64_t>(space.f_bavail) * space.f_frsize) {
      throw Error(ErrorKind::io,
                  fmt::format("the archive unpacks to {} bytes, and less than that is free", total_));
    }
  }

  void expect(const std::string& name, std::uint64_t bytes) {
    const auto file = tar_.next();
    if (!file) fail(fmt::format("it lacks {}", shown(name)));
    if (file->name != name) {
      fail(fmt::format("it has \"{}\" where {} must be", shown(file->name), shown(name)));
    }
    if (file->bytes != bytes) fail(fmt::format("{} is not as long as its manifest says", shown(name)));
  }

  KeptFile unpack(const KeptFile& kept) {
    expect(archived_name(kept), kept.bytes);
    KeptFileWriter writer(folder_, kept.file);
    Buffer buffer{};
    while (const std::size_t count = tar_.read(buffer)) writer.write({buffer.data(), count});
    KeptFile unpacked = writer.finish(false);
    if (unpacked.sha256 != kept.sha256) fail(fmt::format("{} is not what its manifest says", kept.file));
    return unpacked;
  }

  static void check_database(const fs::path& file) {
    if (KeptPages(file).page_count() == 0) return;
    const sqlite::Connection connection = sqlite::Connection::open_unchanging(file);
    sqlite::Statement check = connection.prepare("PRAGMA quick_check(1)");
    if (!check.step() || check.text(0) != "ok")
      fail(fmt::format("a database is damaged ({})", shown(check.text(0))));
  }

  void unpack_values(const std::vector<KeptValues>& folders, std::uint64_t max_bytes,
                     const std::function<void()>& check_interrupt) {
    for (const KeptValues& folder : folders) {
      for (const auto& [id, bytes] : folder.values) add(bytes, max_bytes);
    }
    check_space();
    std::set<std::string_view> ids;
    nofollow::make_folders(incoming());
    for (std::size_t i = 0; i < folders.size(); ++i) {
      for (const auto& [id, bytes] : folders[i].values) {
        check_interrupt();
        if (!ids.insert(id).second) fail("it names a value twice");
        expect(value_name(i, id), bytes);
        FileDescriptor file = nofollow::open(incoming() / id, O_WRONLY | O_CREAT | O_EXCL, 0666);
        if (!file) throw system_error(errno, "cannot unpack a value");
        Buffer buffer{};
        while (const std::size_t count = tar_.read(buffer))
          write_fully(file.get(), {buffer.data(), count}, "a value");
      }
    }
  }

  /// Everything has been verified: move the values to those of the other snapshots.
  void shelve(const std::vector<KeptValues>& folders, BlobShelf& shelf) const {
    for (const KeptValues& folder : folders) {
      for (const auto& [id, bytes] : folder.values) {
        if (shelf.has(folder.folder, id)) check_same(incoming() / id, shelf.path_of(folder.folder, id), id);
      }
    }
    for (const KeptValues& folder : folders) {
      for (const auto& [id, bytes] : folder.values) {
        if (!shelf.has(folder.folder, id)) shelf.add(incoming() / id, folder.folder, id);
      }
    }
    discard_folder(incoming());
  }

  static void check_same(const fs::path& incoming, const fs::path& kept, const std::string& id) {
    if (same_bytes(incoming, kept)) return;
    throw Error(ErrorKind::conflict,
                fmt::format("the archive has another content for the value {} than the snapshots here", id),
                "nothing was changed; one of the two was tampered with");
  }

  [[nodiscard]] fs::path incoming() const { return SnapshotLayout::incoming_values(folder_); }

  fs::path folder_;
  ZstdSource decompressed_;
  TarSource tar_;
  std::string name_;
  std::uint64_t total_ = 0;  ///< unpacked size of the archive in bytes, as far as known
};

}  // namespace

void LocalStateSnapshots::write_archive(std::string_view name, ByteSink& sink) {
  static_cast<void>(manifest_of(name));
  const FileLock locked = lock();
  finish_interrupted();
  const fs::path folder = folder_of(name);
  const Manifest manifest = manifest_of(name);
  constexpr std::int64_t ms_per_s = 1000;
  const std::int64_t modified = manifest.info.created_at / ms_per_s;
  for (const KeptFile* const kept : own_files(manifest)) check_kept(folder, *kept);
  ZstdSink compressed(sink);
  TarSink tar(compressed);
  const std::string text = encode(manifest);
  tar.begin(manifest_file, text.size(), modified);
  tar.write(text);
  tar.end_file();
  for (const KeptFile* const kept : own_files(manifest)) {
    live_.check_interrupt();
    write_file(tar, archived_name(*kept), folder / kept->file, kept->bytes, modified);
  }
  const std::vector<KeptValues> values = read_values(folder, manifest);
  const BlobShelf shelf(layout_.values(), live_.v3);
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (const auto& [id, bytes] : values[i].values) {
      live_.check_interrupt();
      write_file(tar, value_name(i, id), shelf.path_of(values[i].folder, id), bytes, modified);
    }
  }
  tar.finish();
  compressed.finish();
}

SnapshotInfo LocalStateSnapshots::read_archive(std::string_view name, ByteSource& source,
                                               std::uint64_t max_bytes) {
  check_free(name, false);
  const FileLock locked = lock();
  finish_interrupted();
  check_free(name, false);
  const fs::path folder = begin_folder();
  try {
    BlobShelf shelf(layout_.values(), live_.v3);
    const Manifest manifest = Unpacking(folder, source, name).run(max_bytes, shelf, live_.check_interrupt);
    flush_file_system(layout_.root());
    replace_file(folder / manifest_file, encode(manifest));
    publish(folder, name);
    return manifest.info;
  } catch (...) {
    discard_folder(folder);
    throw;
  }
}

}  // namespace corral::snapshots
