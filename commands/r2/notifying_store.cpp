#include "commands/r2/notifying_store.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "backends/multipart_uploads.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"
#include "commands/text/readable.hpp"

namespace corral::r2 {

namespace {

constexpr const char* put_object = "PutObject";
constexpr const char* copy_object = "CopyObject";
constexpr const char* complete_upload = "CompleteMultipartUpload";
constexpr const char* delete_object = "DeleteObject";
constexpr const char* lifecycle_deletion = "LifecycleDeletion";

/// The source of a copied object.
struct CopySource {
  std::string bucket;
  std::string key;
};

/// Builds the events of one bucket and sends those that match a rule, queue by queue.
class EventPublisher {
 public:
  EventPublisher(std::string bucket, std::vector<NotificationRule> rules, const Clock& clock, SendEvents send)
      : bucket_(std::move(bucket)), rules_(std::move(rules)), clock_(clock), send_(std::move(send)) {}

  void stored(const ObjectInfo& object) {
    const Json what = {{"key", object.key}, {"size", object.size}, {"eTag", object.etag}};
    add(object.is_multipart() ? complete_upload : put_object, object.key, what, nullptr);
  }

  void copied(const ObjectInfo& object, const CopySource& from) {
    const Json what = {{"key", object.key}, {"size", object.size}, {"eTag", object.etag}};
    add(copy_object, object.key, what, &from);
  }

  void deleted(const std::string& key, DeletionCause cause) {
    add(cause == DeletionCause::lifecycle ? lifecycle_deletion : delete_object, key, Json{{"key", key}},
        nullptr);
  }

  void send() {
    for (auto& [queue, events] : std::exchange(events_, {})) send_(queue, std::move(events));
  }

 private:
  void add(const char* action, const std::string& key, const Json& object, const CopySource* from) {
    for (const NotificationRule& rule : rules_) {
      const bool wanted = std::find(rule.actions.begin(), rule.actions.end(), action) != rule.actions.end();
      if (!wanted || !key.starts_with(rule.prefix) || !key.ends_with(rule.suffix)) continue;
      Json event;
      event["account"] = "local";
      event["action"] = action;
      event["bucket"] = bucket_;
      event["object"] = object;
      event["eventTime"] = iso_time(clock_.now());
      if (from != nullptr) event["copySource"] = {{"bucket", from->bucket}, {"object", from->key}};
      events_[rule.queue].push_back(json_text(event, 0));
    }
  }

  std::string bucket_;
  std::vector<NotificationRule> rules_;
  const Clock& clock_;
  SendEvents send_;
  std::map<std::string, std::vector<std::string>> events_;  ///< by queue
};

class NotifyingBatch final : public ObjectBatch {
 public:
  NotifyingBatch(ObjectStore& store, EventPublisher& publisher)
      : batch_(store.begin_batch()), store_(store), publisher_(publisher) {}

  void put(const ObjectWrite& write, ByteSource& body, UnixMillis now) override {
    batch_->put(write, body, now);
    const std::lock_guard lock(mutex_);
    keys_.push_back(write.key);
  }

  void commit() override {
    batch_->commit();
    for (const std::string& key : std::exchange(keys_, {})) {
      if (const auto object = store_.head(key)) publisher_.stored(*object);
    }
    publisher_.send();
  }

 private:
  std::unique_ptr<ObjectBatch> batch_;
  ObjectStore& store_;
  EventPublisher& publisher_;
  std::mutex mutex_;
  std::vector<std::string> keys_;
};

class NotifyingUploads final : public MultipartUploads {
 public:
  NotifyingUploads(MultipartUploads& uploads, EventPublisher& publisher)
      : uploads_(uploads), publisher_(publisher) {}

  std::string begin(const ObjectWrite& write, std::string_view algorithm) override {
    return uploads_.begin(write, algorithm);
  }
  std::optional<HttpMetadata> http_metadata(std::string_view key, std::string_view id) override {
    return uploads_.http_metadata(key, id);
  }
  std::unique_ptr<ByteSource> read_part(std::string_view key, std::string_view id,
                                        std::int64_t number) override {
    return uploads_.read_part(key, id, number);
  }
  UploadedPart put_part(std::string_view key, std::string_view id, std::int64_t number, ByteSource& body,
                        const std::optional<std::string>& md5) override {
    return uploads_.put_part(key, id, number, body, md5);
  }
  std::optional<std::vector<UploadedPart>> parts(std::string_view key, std::string_view id,
                                                 std::int64_t after, std::size_t limit) override {
    return uploads_.parts(key, id, after, limit);
  }
  std::optional<ObjectInfo> complete(std::string_view key, std::string_view id,
                                     const std::vector<NamedPart>& named, const ObjectConditions& conditions,
                                     const std::optional<S3Checksum>& checksum, UnixMillis now) override {
    std::optional<ObjectInfo> object = uploads_.complete(key, id, named, conditions, checksum, now);
    if (object) publisher_.stored(*object);
    publisher_.send();
    return object;
  }

 private:
  MultipartUploads& uploads_;
  EventPublisher& publisher_;
};

class NotifyingStore final : public ObjectStore {
 public:
  NotifyingStore(std::unique_ptr<ObjectStore> store, EventPublisher publisher, DeletionCause cause)
      : store_(std::move(store)), publisher_(std::move(publisher)), cause_(cause) {
    if (MultipartUploads* const uploads = store_->multipart()) uploads_.emplace(*uploads, publisher_);
  }

  void guard(std::shared_ptr<const ObjectGuard> guard) override { store_->guard(std::move(guard)); }

  std::optional<ObjectInfo> head(std::string_view key) override { return store_->head(key); }

  std::optional<ObjectBody> get(std::string_view key, const std::optional<ObjectRange>& range,
                                const ObjectConditions& conditions) override {
    return store_->get(key, range, conditions);
  }

  std::optional<ObjectInfo> put(const ObjectWrite& write, ByteSource& body, UnixMillis now) override {
    std::optional<ObjectInfo> stored = store_->put(write, body, now);
    if (stored) publisher_.stored(*stored);
    publisher_.send();
    return stored;
  }

  std::unique_ptr<ObjectBatch> begin_batch() override {
    return std::make_unique<NotifyingBatch>(*store_, publisher_);
  }

  std::optional<ObjectFiles> files(std::string_view key) override { return store_->files(key); }

  std::optional<ObjectInfo> copy_from(ObjectStore& source, std::string_view key, const ObjectWrite& write,
                                      bool replace_metadata, UnixMillis now) override {
    std::optional<ObjectInfo> copy = store_->copy_from(source, key, write, replace_metadata, now);
    if (copy) publisher_.copied(*copy, {source.bucket(), std::string(key)});
    publisher_.send();
    return copy;
  }

  bool rename(std::string_view from, std::string_view to, UnixMillis now) override {
    if (!store_->rename(from, to, now)) return false;
    if (from == to) return true;
    if (const auto moved = store_->head(to)) publisher_.copied(*moved, {bucket(), std::string(from)});
    publisher_.deleted(std::string(from), cause_);
    publisher_.send();
    return true;
  }

  std::size_t erase(std::span<const std::string> keys) override {
    std::vector<std::string> present;
    for (const std::string& key : keys) {
      if (store_->head(key)) present.push_back(key);
    }
    const std::size_t erased = store_->erase(keys);
    for (const std::string& key : present) publisher_.deleted(key, cause_);
    publisher_.send();
    return erased;
  }

  bool erase_unchanged(const ObjectInfo& seen) override {
    if (!store_->erase_unchanged(seen)) return false;
    publisher_.deleted(seen.key, cause_);
    publisher_.send();
    return true;
  }

  ObjectPage list(const ObjectListOptions& options) override { return store_->list(options); }
  std::vector<MultipartUpload> uploads() override { return store_->uploads(); }
  bool abort_upload(std::string_view id) override { return store_->abort_upload(id); }
  MultipartUploads* multipart() override { return uploads_ ? &*uploads_ : nullptr; }
  BucketUsage usage() override { return store_->usage(); }
  [[nodiscard]] const std::string& bucket() const override { return store_->bucket(); }
  [[nodiscard]] std::string location() const override { return store_->location(); }
  [[nodiscard]] ObjectTraits traits() const override { return store_->traits(); }

 private:
  std::unique_ptr<ObjectStore> store_;
  EventPublisher publisher_;
  std::optional<NotifyingUploads> uploads_;
  DeletionCause cause_;
};

}  // namespace

std::vector<NotificationRule> parse_notification_rules(const Json& notifications) {
  std::vector<NotificationRule> rules;
  for (const Json& queue : notifications.at("queues")) {
    for (const Json& rule : queue.at("rules")) {
      rules.push_back({queue.at("queueName").get<std::string>(), rule.value("prefix", std::string()),
                       rule.value("suffix", std::string()),
                       rule.at("actions").get<std::vector<std::string>>()});
    }
  }
  return rules;
}

std::unique_ptr<ObjectStore> notifying_store(std::unique_ptr<ObjectStore> store,
                                             std::vector<NotificationRule> rules, DeletionCause cause,
                                             const Clock& clock, SendEvents send) {
  EventPublisher publisher(store->bucket(), std::move(rules), clock, std::move(send));
  return std::make_unique<NotifyingStore>(std::move(store), std::move(publisher), cause);
}

}  // namespace corral::r2
