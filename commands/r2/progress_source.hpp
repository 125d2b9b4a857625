#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>

#include "backends/bytes/byte_stream.hpp"
#include "commands/command/context.hpp"

namespace corral::r2 {

/// A stream that shows its progress and stops on Ctrl-C. Its sections count towards it.
class ProgressSource final : public ByteSource {
 public:
  ProgressSource(Context& context, ByteSource& source, std::string_view what)
      : context_(context),
        source_(source),
        progress_(context.out().progress(what, source.remaining().value_or(0), ProgressUnit::bytes)) {}

  std::size_t read(std::span<char> buffer) override {
    context_.check_interrupt();
    const std::size_t count = source_.read(buffer);
    add(count);
    return count;
  }
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return source_.remaining(); }
  bool rewind() override {
    if (!source_.rewind()) return false;
    const std::scoped_lock lock(mutex_);
    done_ = 0;
    return true;
  }
  std::unique_ptr<ByteSource> section(std::uint64_t offset, std::uint64_t length) override {
    auto section = source_.section(offset, length);
    return section ? std::make_unique<Section>(*this, std::move(section)) : nullptr;
  }

 private:
  class Section final : public ByteSource {
   public:
    Section(ProgressSource& whole, std::unique_ptr<ByteSource> source)
        : whole_(whole), source_(std::move(source)) {}
    std::size_t read(std::span<char> buffer) override {
      whole_.context_.check_interrupt();
      const std::size_t count = source_->read(buffer);
      read_ += count;
      whole_.add(count);
      return count;
    }
    [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return source_->remaining(); }
    bool rewind() override {
      if (!source_->rewind()) return false;
      const std::scoped_lock lock(whole_.mutex_);
      whole_.done_ -= std::exchange(read_, 0);
      return true;
    }

   private:
    ProgressSource& whole_;
    std::unique_ptr<ByteSource> source_;
    std::uint64_t read_ = 0;  ///< since the start
  };

  void add(std::size_t count) {
    const std::scoped_lock lock(mutex_);
    done_ += count;
    progress_->update(done_);
  }

  Context& context_;
  ByteSource& source_;
  std::unique_ptr<Progress> progress_;
  std::mutex mutex_;
  std::uint64_t done_ = 0;
};

}  // namespace corral::r2
