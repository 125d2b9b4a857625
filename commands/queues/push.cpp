#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/bytes/unix_time.hpp"
#include "backends/error.hpp"
#include "backends/files/durable_file.hpp"
#include "backends/unknown_outcome.hpp"
#include "commands/command/arguments.hpp"
#include "commands/queues/commands.hpp"
#include "commands/queues/message_json.hpp"
#include "commands/queues/message_reader.hpp"
#include "commands/queues/target.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"

namespace corral::queues {

namespace {

struct Options {
  QueueOptions target;
  std::optional<std::string> body;  ///< for a batch: the file's name
  std::optional<std::string> file;
  std::optional<std::string> content_type;
  std::optional<std::int64_t> delay;
  bool batch = false;
  bool lines = false;
  bool allow_empty = false;
};

std::unique_ptr<ByteSource> open_source(const std::string& name) {
  return std::make_unique<FileSource>(open_for_reading(name), name);
}

/// `id`: nullptr if the queue does not say it.
std::string id_object(const std::string* id) {
  return id != nullptr ? fmt::format("{{\"id\":\"{}\"}}", *id) : "{\"id\":null}";
}

/// Sends messages in parts, each all or none, and prints the ids of each part once it is durable.
class Sender {
 public:
  Sender(Context& context, MessageQueue& queue, UnixMillis retention)
      : context_(context), queue_(queue), retention_(retention) {}

  void add(NewMessage message) {
    const QueueTraits& traits = queue_.traits();
    const std::size_t bytes = queue_.sent_bytes(message);
    if (!pending_.empty() && (pending_.size() >= traits.most_sent || bytes_ + bytes > traits.most_sent_bytes))
      send();
    bytes_ += bytes;
    pending_.push_back(std::move(message));
  }

  void send() {
    context_.check_interrupt();
    const std::vector<std::string> ids = queue_.send(pending_, retention_, context_.clock().now());
    std::string text;
    for (std::size_t i = 0; i < pending_.size(); ++i) {
      const std::string* const id = ids.empty() ? nullptr : &ids.at(i);
      if (context_.out().json_requested()) {
        text += (sent_ == 0 && text.empty() ? "[" : ",\n ") + id_object(id);
      } else if (id != nullptr) {
        text += *id + "\n";
      }
    }
    context_.out().data(text);
    context_.out().flush();
    sent_ += pending_.size();
    pending_.clear();
    bytes_ = 0;
  }

  void finish() {
    send();
    if (context_.out().json_requested()) context_.out().data(sent_ == 0 ? "[]\n" : "]\n");
  }

  [[nodiscard]] std::uint64_t sent() const { return sent_; }

 private:
  Context& context_;
  MessageQueue& queue_;
  UnixMillis retention_;
  std::vector<NewMessage> pending_;
  std::size_t bytes_ = 0;
  std::uint64_t sent_ = 0;
};

void send_many(const Options& options, Context& context, ByteSource& source, const std::string& name,
               const KnownQueue& queue, UnixMillis delay) {
  const auto messages = open_messages(context, options.target.state, queue);
  Sender sender(context, *messages, queue.retention);
  const auto each = [&](NewMessage message) { sender.add(std::move(message)); };
  try {
    if (options.lines) {
      read_lines(source, name, content_type_of(options.content_type.value_or("text")).value(), delay, each);
    } else {
      read_messages(source, name, delay, each);
    }
    sender.finish();
  } catch (const UnknownOutcome& error) {
    throw UnknownOutcome(error,
                         fmt::format("{} (the first {} messages are sent)", error.message(), sender.sent()));
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::closed_pipe) throw;
    throw Error(
        error.kind(),
        fmt::format("{} (the first {} messages are sent, the rest is not)", error.message(), sender.sent()),
        error.hint());
  }
  context.out().note(fmt::format("sent {} {}", sender.sent(), sender.sent() == 1 ? "message" : "messages"));
}

void send_one(const Options& options, Context& context, std::string bytes, const KnownQueue& queue,
              UnixMillis delay) {
  const auto type = content_type_of(options.content_type.value_or("text")).value();
  const NewMessage message = message_of_bytes(std::move(bytes), type, delay);
  const auto ids = open_messages(context, options.target.state, queue)
                       ->send({&message, 1}, queue.retention, context.clock().now());
  const std::string* const id = ids.empty() ? nullptr : ids.data();
  if (context.out().json_requested()) {
    context.out().data(id_object(id) + "\n");
  } else if (id != nullptr) {
    context.out().data(*id + "\n");
  } else {
    context.out().note(fmt::format("sent a message to the queue \"{}\"", shown(queue.name)));
  }
}

void run(const Options& options, Context& context) {
  check_range("--delay-seconds", options.delay, 0, queue_max_delay / one_second);
  if (options.body && options.file) {
    throw Error(ErrorKind::usage, "a BODY and --file exclude each other", "give one of them");
  }
  const bool many = options.batch || options.lines;
  if (options.batch && !options.lines && options.content_type) {
    throw Error(ErrorKind::usage, "--content-type is not for a batch, whose messages say it themselves",
                "give each a \"content_type\", or --lines for plain lines");
  }
  const KnownQueue queue = find_queue(context, options.target);
  const UnixMillis delay = options.delay ? *options.delay * one_second : queue.delivery_delay;
  const std::optional<std::string>& file = many && options.body ? options.body : options.file;
  if (!many && options.body) {
    send_one(options, context, *options.body, queue, delay);
    return;
  }
  if (!file && context.in().is_terminal()) {
    throw Error(ErrorKind::usage, "no message was given",
                "give it after the queue's name, with --file FILE, or on standard input");
  }
  std::unique_ptr<ByteSource> opened;
  if (file && *file != "-") opened = open_source(*file);
  ByteSource& source = opened ? *opened : context.in().standard_input();
  const std::string name = opened ? *file : "standard input";
  if (many) {
    send_many(options, context, source, name, queue, delay);
  } else {
    std::string bytes = read_all(source, queue_max_message_bytes, "the message");
    if (bytes.empty() && !options.allow_empty) {
      throw Error(ErrorKind::usage, fmt::format("{} is empty, so there is no message", shown(name)),
                  "--allow-empty sends an empty message");
    }
    send_one(options, context, std::move(bytes), queue, delay);
  }
}

void add_shared(Arguments& arguments, Options& options) {
  add_choice(arguments, "--content-type", options.content_type, {"json", "text", "bytes", "v8"},
             "Content type of the message (text)");
  value_name(add_integer(arguments, "--delay-seconds", options.delay,
                         "Deliver after this delay: 0 to 86400 (the queue's default)"),
             "SECONDS");
  add_flag(arguments, "--lines", options.lines, "Send each non-blank line as a message");
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_queue_options(arguments, options->target, "queue");
  value_name(add_text(arguments, "body", options->body, "The message; with --batch a file of many"), "BODY");
  add_file(arguments, "--file", options->file, "Read the message from a file; - is stdin, as without BODY");
  add_flag(arguments, "--batch", options->batch, "Send many: a JSON array, or one JSON object per line");
  add_shared(arguments, *options);
  add_flag(arguments, "--allow-empty", options->allow_empty,
           "Send an empty message if the file or stdin is empty");
  return [options](Context& context) { run(*options, context); };
}

Run declare_bulk(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  options->batch = true;
  add_queue_options(arguments, options->target, "queue");
  add_file(arguments, "file", options->file,
           "JSON array of {body, content_type, delay_seconds}, or NDJSON; - is stdin");
  add_shared(arguments, *options);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command push(Form form) {
  Command command{.names = {"push"},
                  .summary = "Send a message and print its id",
                  .examples = {"corral queues messages push mails 'hello'",
                               "date | corral queues messages push mails --delay-seconds 60"},
                  .declare = declare,
                  .live_values = queue_values()};
  if (form == Form::messages) return command;
  command.names = {"send"};
  command.summary = "Send messages and print their ids";
  command.examples = {"corral queues send mails '{\"to\":\"ada\"}' --content-type json",
                      "seq 1000 | corral queues send mails --lines",
                      "corral queues send mails --batch messages.json"};
  return command;
}

Command bulk_push() {
  return {.names = {"bulk-push"},
          .summary = "Send many messages and print their ids",
          .examples = {"corral queues messages bulk-push mails messages.json",
                       "corral queues export mails | corral queues messages bulk-push jobs -"},
          .declare = declare_bulk,
          .live_values = queue_values()};
}

}  // namespace corral::queues
