#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "backends/bytes/byte_stream.hpp"
#include "backends/bytes/unix_time.hpp"
#include "backends/message_queue.hpp"

namespace corral::queues {

/// Reads many messages as a stream: a JSON array of {"body", "content_type"?, "delay_seconds"?}, the REST
/// API's {"messages": [...]}, or such objects in sequence (NDJSON). Ignores other fields, so that the output
/// of `export` can be read. Holds one message at a time. Throws invalid_input or limit, naming `file` and the
/// number of the message, from 1.
void read_messages(ByteSource& source, std::string_view file, UnixMillis default_delay,
                   const std::function<void(NewMessage)>& each);

/// Reads one message per line, without the line break. An empty line is an empty message.
void read_lines(ByteSource& source, std::string_view file, QueueContentType type, UnixMillis delay,
                const std::function<void(NewMessage)>& each);

}  // namespace corral::queues
