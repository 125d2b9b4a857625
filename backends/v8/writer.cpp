#include "backends/v8/writer.hpp"

#include <vector>

namespace corral::v8 {

namespace {

constexpr char version_tag = '\xFF';

class Writer {
 public:
  explicit Writer(const Document& document) : document_(document), ids_(document.nodes.size()) {}

  std::string run() {
    const std::vector<Node>& nodes = document_.nodes;
    if (nodes.size() == 1 && nodes.front().type == Type::opaque)
      return std::string(document_.bytes_of(nodes.front()));
    put(version_tag);
    put(static_cast<char>(latest_version));
    for (std::size_t at = 0; at < nodes.size(); ++at) {
      close_until(at);
      write_node(at);
    }
    close_until(nodes.size());
    return std::move(out_);
  }

 private:
  struct Open {
    std::size_t node;
    std::size_t end;             ///< the first node after its contents
    std::size_t parts_done = 0;  ///< of an error
  };

  void put(char byte) { out_ += byte; }
  void put(std::string_view bytes) { out_ += bytes; }

  void put_varint(std::uint64_t number) {
    while (number >= 0x80) {
      put(static_cast<char>(number | 0x80U));
      number >>= 7U;
    }
    put(static_cast<char>(number));
  }

  void put_double(std::uint64_t bits) {
    for (unsigned shift = 0; shift < 64; shift += 8) put(static_cast<char>(bits >> shift));
  }

  void put_string(const Node& node) {
    const std::string_view bytes = document_.bytes_of(node);
    if (node.detail == 0) {
      put('"');
    } else {
      // Two-byte characters must start at an even offset.
      std::size_t length_bytes = 1;
      for (std::size_t rest = bytes.size() >> 7U; rest != 0; rest >>= 7U) ++length_bytes;
      if ((out_.size() + 1 + length_bytes) % 2 != 0) put('\0');
      put('c');
    }
    put_varint(bytes.size());
    put(bytes);
  }

  void put_bigint(const Node& node) {
    const std::string_view digits = document_.bytes_of(node);
    put_varint(digits.size() * 2 + node.detail);
    put(digits);
  }

  void put_buffer(const Node& node) {
    const std::string_view bytes = document_.bytes_of(node);
    put(node.flags == 0 ? 'B' : '~');
    put_varint(bytes.size());
    if (node.flags != 0) put_varint(Document::limit_of(node));
    put(bytes);
  }

  void put_view(const Node& node) {
    const Document::Halves range = Document::low_high(node.bits);
    put('V');
    put(static_cast<char>(node.detail));
    put_varint(range.low);
    put_varint(range.high);
    put_varint(node.flags);
  }

  void open(std::size_t at, char tag) {
    put(tag);
    open_.push_back({at, at + document_.nodes[at].extra});
  }

  void put_error_part(Open& error) {
    const unsigned parts = document_.nodes[error.node].flags;
    const auto part = static_cast<ErrorPart>((parts >> (2 * error.parts_done++)) & 3U);
    put(part == ErrorPart::message ? 'm' : part == ErrorPart::stack ? 's' : 'c');
  }

  void write_node(std::size_t at) {
    const Node& node = document_.nodes[at];
    // A part of an error is a direct child: no other container is open inside the error.
    if (!open_.empty() && document_.nodes[open_.back().node].type == Type::error)
      put_error_part(open_.back());
    // A buffer is numbered before its view, which precedes it among the nodes.
    if (is_object(node.type) && node.type != Type::view) ids_[at] = next_id_++;
    switch (node.type) {
      case Type::undefined: put('_'); break;
      case Type::null: put('0'); break;
      case Type::hole: put('-'); break;
      case Type::true_value: put('T'); break;
      case Type::false_value: put('F'); break;
      case Type::int32: {
        put('I');
        const auto number = static_cast<std::uint32_t>(node.bits);
        put_varint((number << 1U) ^ (0U - (number >> 31U)));
        break;
      }
      case Type::uint32:
        put('U');
        put_varint(node.bits);
        break;
      case Type::number:
        put('N');
        put_double(node.bits);
        break;
      case Type::bigint:
        put('Z');
        put_bigint(node);
        break;
      case Type::string: put_string(node); break;
      case Type::object: open(at, 'o'); break;
      case Type::array:
        open(at, 'A');
        put_varint(Document::low_high(node.bits).low);
        break;
      case Type::sparse_array:
        open(at, 'a');
        put_varint(Document::low_high(node.bits).low);
        break;
      case Type::map: open(at, ';'); break;
      case Type::set: open(at, '\''); break;
      case Type::date:
        put('D');
        put_double(node.bits);
        break;
      case Type::boxed_true: put('y'); break;
      case Type::boxed_false: put('x'); break;
      case Type::boxed_number:
        put('n');
        put_double(node.bits);
        break;
      case Type::boxed_bigint:
        put('z');
        put_bigint(node);
        break;
      case Type::boxed_string:
        put('s');
        put_string(node);
        break;
      case Type::regexp:
        put('R');
        put_string(node);
        put_varint(node.flags);
        break;
      case Type::buffer: put_buffer(node); break;
      case Type::view: open_.push_back({at, at + 2}); break;
      case Type::error:
        open(at, 'r');
        if (node.detail != 0) put(static_cast<char>(node.detail));
        break;
      case Type::reference:
        put('^');
        put_varint(ids_[static_cast<std::size_t>(node.bits)]);
        break;
      case Type::opaque: put('_'); break;  // always the only node
    }
  }

  void close_until(std::size_t at) {
    while (!open_.empty() && open_.back().end == at) {
      close(open_.back().node);
      open_.pop_back();
    }
  }

  void close(std::size_t at) {
    const Node& node = document_.nodes[at];
    const Document::Halves halves = Document::low_high(node.bits);
    switch (node.type) {
      case Type::object:
        put('{');
        put_varint(node.bits);
        break;
      case Type::array:
        put('$');
        put_varint(halves.high);
        put_varint(halves.low);
        break;
      case Type::sparse_array:
        put('@');
        put_varint(halves.high);
        put_varint(halves.low);
        break;
      case Type::map:
        put(':');
        put_varint(node.bits * 2);
        break;
      case Type::set:
        put(',');
        put_varint(node.bits);
        break;
      case Type::view:
        ids_[at] = next_id_++;
        put_view(node);
        break;
      case Type::error: put('.'); break;
      default: break;
    }
  }

  const Document& document_;
  std::vector<std::uint32_t> ids_;  ///< object numbers by node
  std::vector<Open> open_;
  std::uint32_t next_id_ = 0;
  std::string out_;
};

}  // namespace

std::string write(const Document& document) {
  return Writer(document).run();
}

}  // namespace corral::v8
