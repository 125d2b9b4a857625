#include "backends/v8/reader.hpp"

#include <utility>

#include <fmt/format.h>

#include "backends/error.hpp"

namespace corral::v8 {

namespace {

constexpr std::uint64_t oldest_version = 13;
constexpr std::uint64_t version_with_view_flags = 14;

/// Reads the parts without nested values: numbers, strings, lengths.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : bytes_(bytes) {}

  [[nodiscard]] std::size_t left() const { return bytes_.size() - at_; }
  [[nodiscard]] std::size_t place() const { return at_; }

  [[noreturn]] void fail(std::string_view what) const {
    throw Error(
        ErrorKind::corrupt,
        fmt::format("not a value written by V8's serializer: {} at byte {} of {}", what, at_, bytes_.size()),
        "--raw gives the bytes as they are");
  }

  std::uint8_t byte() {
    if (left() == 0) fail("it ends too early");
    return static_cast<std::uint8_t>(bytes_[at_++]);
  }

  /// Skips padding and returns the next tag without consuming it; 0 at the end.
  std::uint8_t peek_tag() {
    while (left() != 0 && bytes_[at_] == '\0') ++at_;
    return left() == 0 ? std::uint8_t{0} : static_cast<std::uint8_t>(bytes_[at_]);
  }

  std::uint64_t varint() {
    std::uint64_t number = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const std::uint8_t next = byte();
      number |= std::uint64_t{next & 0x7FU} << shift;
      if ((next & 0x80U) == 0) return number;
    }
    fail("a number does not end");
  }

  std::uint32_t varint32() {
    const std::uint64_t number = varint();
    if (number > 0xFFFF'FFFFU) fail("a number is too big");
    return static_cast<std::uint32_t>(number);
  }

  std::uint64_t double_bits() {
    std::uint64_t bits = 0;
    for (unsigned shift = 0; shift < 64; shift += 8) bits |= std::uint64_t{byte()} << shift;
    return bits;
  }

  /// Consumes `count` bytes and records their offset and length in the node.
  void take(Node& node, std::uint64_t count) {
    if (count > left()) fail("a length goes beyond the end");
    node.extra = static_cast<std::uint32_t>(count);
    node.bits = at_;
    at_ += static_cast<std::size_t>(count);
  }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
};

class Reader {
 public:
  explicit Reader(std::string bytes) : in_({}) {
    document_.bytes = std::move(bytes);
    in_ = Bytes(document_.bytes);
  }

  Document run() {
    if (in_.left() == 0 || in_.byte() != 0xFF) in_.fail("it does not start with its version");
    version_ = in_.varint();
    if (version_ < oldest_version || version_ > latest_version)
      in_.fail(fmt::format("it is of version {}, which corral does not know", version_));
    read_value();
    while (!open_.empty() && !opaque_) go_on();
    if (opaque_) {
      document_.nodes.assign(1, {Type::opaque, 0, 0, static_cast<std::uint32_t>(document_.bytes.size()), 0});
    } else if (in_.left() != 0) {
      in_.fail("more follows");
    }
    return std::move(document_);
  }

 private:
  /// A container whose contents are being read.
  struct Open {
    std::uint32_t node;
    std::uint32_t elements = 0;  ///< of a dense array: still to be read
    std::uint32_t values = 0;    ///< read so far, not counting those elements
  };

  Node& add(Type type) {
    document_.nodes.push_back({.type = type});
    if (is_object(type)) objects_.push_back(static_cast<std::uint32_t>(document_.nodes.size() - 1));
    return document_.nodes.back();
  }

  void open(Type type, std::uint32_t elements = 0) {
    if (open_.size() >= max_depth) {
      throw Error(ErrorKind::limit, fmt::format("the value has more than {} values in each other", max_depth),
                  "--raw gives the bytes as they are");
    }
    add(type);
    open_.push_back({.node = static_cast<std::uint32_t>(document_.nodes.size() - 1), .elements = elements});
  }

  /// Reads the next value of the innermost open container, or closes it.
  void go_on() {
    Open& top = open_.back();
    const Type type = document_.nodes[top.node].type;
    if (top.elements > 0) {
      --top.elements;
      read_value();
      return;
    }
    if (type == Type::error) {
      read_error_part(top);
      return;
    }
    const bool is_pairs = type != Type::set;
    const bool at_key = !is_pairs || top.values % 2 == 0;
    if (at_key && in_.peek_tag() == end_tag(type)) {
      in_.byte();
      close(top, type);
      return;
    }
    ++top.values;
    const std::size_t start = document_.nodes.size();
    const bool is_name = is_pairs && at_key && type != Type::map;
    read_value();
    if (is_name) check_name(start);
  }

  void check_name(std::size_t at) {
    if (opaque_) return;
    const Type type = document_.nodes[at].type;
    if (type != Type::string && type != Type::int32 && type != Type::uint32 && type != Type::number)
      in_.fail("property key is neither string nor number");
  }

  static std::uint8_t end_tag(Type type) {
    switch (type) {
      case Type::object: return '{';
      case Type::array: return '$';
      case Type::sparse_array: return '@';
      case Type::map: return ':';
      default: return ',';
    }
  }

  void close(const Open& top, Type type) {
    Node& node = document_.nodes[top.node];
    const std::uint32_t count = in_.varint32();
    const bool counts_values = type == Type::map || type == Type::set;
    if (count != (counts_values ? top.values : top.values / 2)) in_.fail("a count is wrong");
    if (type == Type::array || type == Type::sparse_array) {
      const std::uint32_t length = in_.varint32();
      if (length != node.bits) in_.fail("the length of an array is wrong");
      node.bits = Document::join(length, count);
    } else {
      node.bits = type == Type::map ? count / 2 : count;
    }
    finish(top);
  }

  void finish(const Open& top) {
    document_.nodes[top.node].extra = static_cast<std::uint32_t>(document_.nodes.size() - top.node);
    open_.pop_back();
  }

  void read_error_part(Open& top) {
    constexpr std::uint32_t most_parts = 3;
    const std::uint8_t tag = in_.byte();
    if (tag == '.') {
      finish(top);
      return;
    }
    const ErrorPart part = tag == 'm'   ? ErrorPart::message
                           : tag == 's' ? ErrorPart::stack
                           : tag == 'c' ? ErrorPart::cause
                                        : ErrorPart::none;
    Node& node = document_.nodes[top.node];
    if (part == ErrorPart::none || top.values == most_parts) in_.fail("an error has an unknown part");
    node.flags = static_cast<std::uint16_t>(node.flags | static_cast<unsigned>(part) << (2 * top.values));
    ++top.values;
    const std::size_t start = document_.nodes.size();
    read_value();
    if (part != ErrorPart::cause && !opaque_ && document_.nodes[start].type != Type::string)
      in_.fail("the text of an error is not a string");
  }

  void read_value() {
    in_.peek_tag();
    const std::uint8_t tag = in_.byte();
    switch (tag) {
      case '_': add(Type::undefined); break;
      case '0': add(Type::null); break;
      case '-': add(Type::hole); break;
      case 'T': add(Type::true_value); break;
      case 'F': add(Type::false_value); break;
      case 'I': {
        const std::uint32_t zigzag = in_.varint32();
        const auto number = static_cast<std::int32_t>((zigzag >> 1U) ^ (0U - (zigzag & 1U)));
        add(Type::int32).bits = static_cast<std::uint64_t>(std::int64_t{number});
        break;
      }
      case 'U': add(Type::uint32).bits = in_.varint32(); break;
      case 'N': add(Type::number).bits = in_.double_bits(); break;
      case 'Z': read_bigint(add(Type::bigint)); break;
      case '"':
      case 'c': read_string(add(Type::string), tag); break;
      case 'o': open(Type::object); break;
      case 'A': {
        const std::uint32_t length = in_.varint32();
        if (length > in_.left()) in_.fail("the length of an array goes beyond the end");
        open(Type::array, length);
        document_.nodes.back().bits = length;
        break;
      }
      case 'a': {
        const std::uint32_t length = in_.varint32();
        open(Type::sparse_array);
        document_.nodes.back().bits = length;
        break;
      }
      case ';': open(Type::map); break;
      case '\'': open(Type::set); break;
      case 'D': add(Type::date).bits = in_.double_bits(); break;
      case 'y': add(Type::boxed_true); break;
      case 'x': add(Type::boxed_false); break;
      case 'n': add(Type::boxed_number).bits = in_.double_bits(); break;
      case 'z': read_bigint(add(Type::boxed_bigint)); break;
      case 's': read_string_value(add(Type::boxed_string)); break;
      case 'R': read_regexp(add(Type::regexp)); break;
      case 'B':
      case '~': read_buffer(tag == '~'); break;
      case 'r': read_error(); break;
      case '^': read_reference(); break;
      case '\\': opaque_ = true; break;
      default: in_.fail(fmt::format("there is an unknown tag (0x{:02X})", tag));
    }
  }

  void read_bigint(Node& node) {
    const std::uint32_t field = in_.varint32();
    node.detail = field & 1U;
    in_.take(node, field >> 1U);
  }

  void read_string(Node& node, std::uint8_t tag) {
    const std::uint32_t length = in_.varint32();
    if (tag == 'c' && length % 2 != 0) in_.fail("a string ends within a character");
    node.detail = tag == 'c' ? 1 : 0;
    in_.take(node, length);
  }

  void read_string_value(Node& node) {
    in_.peek_tag();
    const std::uint8_t tag = in_.byte();
    if (tag != '"' && tag != 'c') in_.fail("a string is missing");
    read_string(node, tag);
  }

  void read_regexp(Node& node) {
    constexpr std::uint32_t all_flags = 0x1FF;
    read_string_value(node);
    const std::uint32_t flags = in_.varint32();
    if (flags > all_flags) in_.fail("the flags of a regular expression are unknown");
    node.flags = static_cast<std::uint16_t>(flags);
  }

  void read_buffer(bool resizable) {
    const std::uint32_t length = in_.varint32();
    const std::uint32_t limit = resizable ? in_.varint32() : 0;
    if (resizable && limit < length) in_.fail("a buffer is longer than it may be");
    Node& node = add(Type::buffer);
    node.flags = resizable ? 1 : 0;
    in_.take(node, length);
    node.bits = Document::join(node.bits, limit);
    read_view_if_any();
  }

  void read_reference() {
    const std::uint32_t id = in_.varint32();
    if (id >= objects_.size()) in_.fail("a reference leads nowhere");
    const std::uint32_t target = objects_[id];
    add(Type::reference).bits = target;
    if (document_.nodes[target].type == Type::buffer) read_view_if_any();
  }

  /// A view follows its buffer in the bytes but precedes it among the nodes.
  void read_view_if_any() {
    if (in_.peek_tag() != 'V') return;
    in_.byte();
    Node view{.type = Type::view, .detail = in_.byte()};
    const std::uint32_t offset = in_.varint32();
    const std::uint32_t length = in_.varint32();
    const std::uint32_t flags = version_ >= version_with_view_flags ? in_.varint32() : 0;
    const Node buffer = document_.nodes.back();
    const Node& target =
        buffer.type == Type::reference ? document_.nodes[static_cast<std::size_t>(buffer.bits)] : buffer;
    const std::size_t element = element_bytes(view.detail);
    if (element == 0) in_.fail("a view is of an unknown kind");
    if (flags > 3) in_.fail("the flags of a view are unknown");
    if (offset % element != 0 || length % element != 0 || offset > target.extra ||
        length > target.extra - offset)
      in_.fail("a view goes beyond its buffer");
    view.flags = static_cast<std::uint16_t>(flags);
    view.extra = 2;
    view.bits = Document::join(offset, length);
    const auto at = static_cast<std::uint32_t>(document_.nodes.size() - 1);
    document_.nodes.back() = view;
    document_.nodes.push_back(buffer);
    if (buffer.type == Type::buffer) objects_.back() = at + 1;
    objects_.push_back(at);
  }

  void read_error() {
    open(Type::error);
    switch (in_.peek_tag()) {
      case 'E':
      case 'R':
      case 'F':
      case 'S':
      case 'T':
      case 'U': document_.nodes.back().detail = in_.byte(); break;
      default: break;
    }
  }

  Bytes in_;
  Document document_;
  std::uint64_t version_ = 0;
  std::vector<std::uint32_t> objects_;  ///< the node of each object, by object number
  std::vector<Open> open_;
  bool opaque_ = false;
};

}  // namespace

Document read(std::string bytes) {
  if (bytes.size() > max_bytes)
    throw Error(ErrorKind::limit, "the value is longer than 2 GiB", "--raw gives the bytes as they are");
  return Reader(std::move(bytes)).run();
}

}  // namespace corral::v8
