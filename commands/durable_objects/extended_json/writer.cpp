#include <bit>
#include <cmath>
#include <unordered_map>
#include <vector>

#include <fmt/format.h>

#include "backends/bytes/base64.hpp"
#include "backends/error.hpp"
#include "backends/v8/reader.hpp"
#include "commands/durable_objects/extended_json/extended_json.hpp"
#include "commands/durable_objects/extended_json/json_forms.hpp"
#include "commands/durable_objects/extended_json/stored_text.hpp"
#include "commands/durable_objects/extended_json/view_elements.hpp"
#include "commands/text/json_text.hpp"
#include "commands/text/moment.hpp"
#include "commands/text/readable.hpp"

namespace corral::durable_objects {

namespace {

using v8::Document;
using v8::Node;
using v8::Type;

/// Deeper values are printed on one line: indentation would make the output quadratic in the depth.
constexpr std::size_t max_indented_levels = 32;

/// Iterates over the nodes with an explicit stack of open containers, so that no depth overflows the call
/// stack.
class Writer {
 public:
  Writer(const Document& document, int indent, int depth)
      : document_(document), indent_(indent), base_depth_(depth) {
    for (const Node& node : document.nodes) {
      if (node.type == Type::reference) labels_.emplace(static_cast<std::size_t>(node.bits), 0);
    }
  }

  std::string run() {
    for (at_ = 0; at_ < document_.nodes.size(); ++at_) {
      close_until(at_);
      write(at_);
    }
    close_until(document_.nodes.size());
    return std::move(out_);
  }

 private:
  enum class Layout : std::uint8_t { members, list, pairs, parts, one };

  struct Open {
    std::size_t node;
    std::size_t end;  ///< the first node after its contents
    Layout layout;
    bool on_one_line;
    std::string closing;
    std::size_t written = 0;       ///< values written so far
    std::size_t items = SIZE_MAX;  ///< for an array with properties: the index where the properties start
  };

  void line_break(std::size_t levels) {
    if (indent_ == 0) return;
    out_ += '\n';
    out_.append(static_cast<std::size_t>(indent_) * (levels + static_cast<std::size_t>(base_depth_)), ' ');
  }

  /// Writes the separator between the previous value and the next.
  void lead() {
    if (open_.empty()) return;
    Open& top = open_.back();
    const std::size_t index = top.written++;
    if (index == top.items) {
      out_ += R"(],"$properties":[)";
      top.layout = Layout::pairs;
    }
    const std::size_t from_start = index >= top.items ? index - top.items : index;
    switch (top.layout) {
      case Layout::members:
        if (index % 2 == 1) {
          out_ += is_on_one_line() ? ":" : ": ";
          return;
        }
        [[fallthrough]];
      case Layout::list:
        if (from_start > 0) out_ += ',';
        if (!top.on_one_line) line_break(open_.size());
        return;
      case Layout::pairs:
        if (from_start % 2 == 1) {
          out_ += ',';
        } else {
          out_ += from_start == 0 ? "[" : "],[";
        }
        return;
      case Layout::parts: {
        if (index > 0 || document_.nodes[top.node].detail != 0) out_ += ',';
        const unsigned flags = document_.nodes[top.node].flags;
        out_ += fmt::format("\"{}\":", part_name(static_cast<v8::ErrorPart>(flags >> (2 * index) & 3U)));
        return;
      }
      case Layout::one: return;
    }
  }

  [[nodiscard]] bool is_on_one_line() const {
    return indent_ == 0 || (!open_.empty() && open_.back().on_one_line);
  }

  void close_until(std::size_t at) {
    while (!open_.empty() && open_.back().end == at) {
      const Open& top = open_.back();
      const bool has_pairs =
          top.layout == Layout::pairs && top.written > (top.items == SIZE_MAX ? 0 : top.items);
      if (has_pairs) out_ += ']';
      const bool is_plain = top.layout == Layout::members || top.layout == Layout::list;
      if (is_plain && !top.on_one_line && top.written > 0) line_break(open_.size() - 1);
      out_ += top.closing;
      open_.pop_back();
    }
  }

  void open(Layout layout, std::string_view opening, std::string closing, bool plain = false) {
    const bool on_one_line = !plain || is_on_one_line() || open_.size() >= max_indented_levels;
    out_ += opening;
    open_.push_back({.node = at_,
                     .end = at_ + document_.nodes[at_].extra,
                     .layout = layout,
                     .on_one_line = on_one_line,
                     .closing = std::move(closing.append(suffix_))});
    suffix_ = {};
  }

  /// Writes a value without children.
  void put(std::string_view text) {
    out_ += text;
    out_ += suffix_;
    suffix_ = {};
  }

  void write(std::size_t at) {
    const Node& node = document_.nodes[at];
    const bool is_name =
        !open_.empty() && open_.back().layout == Layout::members && open_.back().written % 2 == 0;
    lead();
    if (is_name) {
      put(json_string(node.type == Type::string ? utf8_of(document_, node) : index_text(node)));
      return;
    }
    if (const auto label = labels_.find(at); label != labels_.end()) {
      label->second = ++last_label_;
      out_ += fmt::format(R"({{"$id":{},"$value":)", last_label_);
      suffix_ = "}";
    }
    write_value(node);
  }

  void write_value(const Node& node) {
    switch (node.type) {
      case Type::undefined: return put(R"({"$undefined":true})");
      case Type::hole: return put(R"({"$hole":true})");
      case Type::null: return put("null");
      case Type::true_value: return put("true");
      case Type::false_value: return put("false");
      case Type::int32: return put(integer_text(static_cast<std::int64_t>(node.bits)));
      case Type::uint32: return put(fmt::format(R"({{"$uint32":{}}})", node.bits));
      case Type::number: return put(number_text(node.bits));
      case Type::bigint: return put(fmt::format(R"({{"$bigint":"{}"}})", bigint_text(document_, node)));
      case Type::string: return put(string_text(node));
      case Type::date: return put(fmt::format(R"({{"$date":{}}})", date_text(node.bits)));
      case Type::boxed_true: return put(R"({"$boxed":true})");
      case Type::boxed_false: return put(R"({"$boxed":false})");
      case Type::boxed_number: return put(fmt::format(R"({{"$boxed":{}}})", boxed_number_text(node.bits)));
      case Type::boxed_bigint:
        return put(fmt::format(R"({{"$boxed":{{"$bigint":"{}"}}}})", bigint_text(document_, node)));
      case Type::boxed_string: return put(fmt::format(R"({{"$boxed":{}}})", string_text(node)));
      case Type::regexp:
        return put(
            fmt::format(R"({{"$regexp":[{},"{}"]}})", string_text(node), regexp_flags_text(node.flags)));
      case Type::buffer: return put(buffer_text(node));
      case Type::reference:
        return put(fmt::format(R"({{"$ref":{}}})", labels_.at(static_cast<std::size_t>(node.bits))));
      case Type::opaque:
        return put(fmt::format(R"({{"$v8":"{}"}})", base64_encode(document_.bytes_of(node))));
      case Type::object:
        if (is_plain_object()) return open(Layout::members, "{", "}", true);
        return open(Layout::pairs, R"({"$object":[)", "]}");
      case Type::array: return open_array(node);
      case Type::sparse_array:
        return open(Layout::pairs,
                    fmt::format(R"({{"$sparse":{},"$properties":[)", Document::low_high(node.bits).low),
                    "]}");
      case Type::map: return open(Layout::pairs, R"({"$map":[)", "]}");
      case Type::set: return open(Layout::list, R"({"$set":[)", "]}");
      case Type::error:
        return open(Layout::parts,
                    node.detail == 0
                        ? std::string(R"({"$error":{)")
                        : fmt::format(R"({{"$error":{{"type":"{}")", error_type_name(node.detail)),
                    "}}");
      case Type::view: return write_view(node);
    }
  }

  void open_array(const Node& node) {
    const auto [items, properties] = Document::low_high(node.bits);
    if (properties == 0) return open(Layout::list, "[", "]", true);
    open(Layout::list, R"({"$array":[)", "]}");
    open_.back().items = items;
  }

  void write_view(const Node& node) {
    const std::string_view name = name_of_view(node.detail);
    if (const auto text = whole_view_text(node)) {
      ++at_;  // the buffer, which has been written already
      return put(fmt::format(R"({{"${}":{}}})", name, *text));
    }
    const auto [offset, length] = Document::low_high(node.bits);
    open(Layout::one, fmt::format(R"({{"${}":{{"buffer":)", name),
         fmt::format(R"(,"offset":{},"length":{},"flags":{}}}}})", offset, length, node.flags));
  }

  /// A view of a whole buffer that nothing else refers to.
  std::optional<std::string> whole_view_text(const Node& node) {
    const Node& buffer = document_.nodes[at_ + 1];
    const auto [offset, length] = Document::low_high(node.bits);
    const bool whole = buffer.type == Type::buffer && buffer.flags == 0 && node.flags == 0 && offset == 0 &&
                       length == buffer.extra && !labels_.contains(at_ + 1);
    if (!whole) return std::nullopt;
    const std::string_view bytes = document_.bytes_of(buffer);
    if (!shows_elements(node.detail)) return fmt::format("\"{}\"", base64_encode(bytes));
    const std::size_t step = v8::element_bytes(node.detail);
    std::string text = "[";
    for (std::size_t at = 0; at < bytes.size(); at += step) {
      const auto element = element_text(node.detail, bytes.substr(at, step));
      if (!element) return fmt::format("\"{}\"", base64_encode(bytes));
      text.append(at == 0 ? "" : ",").append(*element);
    }
    return text + "]";
  }

  /// Whether JSON with the same names in the same order would be read as this object.
  [[nodiscard]] bool is_plain_object() const {
    const std::vector<Node>& nodes = document_.nodes;
    std::int64_t last_index = -1;
    bool named = false;
    for (std::size_t at = at_ + 1; at < at_ + nodes[at_].extra;) {
      const Node& name = nodes[at];
      if (name.type == Type::string) {
        if (form_of(document_, name) != TextForm::plain) return false;
        const std::string text = utf8_of(document_, name);
        if (v8::array_index_of(text) >= 0 || (at == at_ + 1 && is_form_name(text))) return false;
        named = true;
      } else {
        const std::int64_t index = v8::array_index_of(index_text(name));
        if (named || index <= last_index || !is_stored_as_index(name, index)) return false;
        last_index = index;
      }
      ++at;
      at += nodes[at].extra != 0 && holds_nodes(nodes[at].type) ? nodes[at].extra : 1;
    }
    return true;
  }

  static bool is_stored_as_index(const Node& name, std::int64_t index) {
    return name.type == (is_short_integer(index) ? Type::int32 : Type::number);
  }

  static std::string index_text(const Node& name) {
    if (name.type == Type::number) {
      const auto number = std::bit_cast<double>(name.bits);
      constexpr double most = 0xFFFF'FFFE;
      if (!(number >= 0 && number <= most) || number != std::floor(number) || std::signbit(number))
        return "-";
      return fmt::format("{}", static_cast<std::int64_t>(number));
    }
    return fmt::format("{}", static_cast<std::int64_t>(name.bits));
  }

  [[nodiscard]] std::string string_text(const Node& node) const {
    switch (form_of(document_, node)) {
      case TextForm::needless_two:
        return fmt::format(R"({{"$twoByte":{}}})", json_string(utf8_of(document_, node)));
      case TextForm::half_characters: return fmt::format(R"({{"$utf16":"{}"}})", units_of(document_, node));
      default: return json_string(utf8_of(document_, node));
    }
  }

  [[nodiscard]] std::string buffer_text(const Node& node) const {
    const std::string bytes = base64_encode(document_.bytes_of(node));
    if (node.flags == 0) return fmt::format(R"({{"$ArrayBuffer":"{}"}})", bytes);
    return fmt::format(R"({{"$ArrayBuffer":"{}","$max":{}}})", bytes, Document::limit_of(node));
  }

  static std::string integer_text(std::int64_t number) {
    return is_short_integer(number) ? fmt::format("{}", number) : fmt::format(R"({{"$int32":{}}})", number);
  }

  /// In boxed numbers, whole numbers are doubles too.
  static std::string boxed_number_text(std::uint64_t bits) {
    std::string text = number_text(bits);
    if (text.ends_with(".0")) text.resize(text.size() - 2);
    return text;
  }

  static std::string date_text(std::uint64_t bits) {
    constexpr double first = -30610224000000;   // the year 1000
    constexpr double behind = 253402300800000;  // the year 10000
    const auto time = std::bit_cast<double>(bits);
    if (bits == 0x7FF8'0000'0000'0000U) return "null";
    if (time >= first && time < behind && time == std::floor(time) && !(time == 0 && std::signbit(time))) {
      const auto millis = static_cast<UnixMillis>(time);
      const std::string text = iso_time(millis);
      if (r2::moment_of(text) == millis) return fmt::format("\"{}\"", text);
    }
    return boxed_number_text(bits);
  }

  const Document& document_;
  int indent_;
  int base_depth_;
  std::size_t at_ = 0;
  std::string out_;
  std::string_view suffix_;  ///< for the value being written: closes {"$id"}
  std::vector<Open> open_;
  std::unordered_map<std::size_t, std::uint64_t> labels_;  ///< of the nodes that are referenced
  std::uint64_t last_label_ = 0;
};

}  // namespace

std::string extended_json(const Document& document, int indent, int depth) {
  return Writer(document, indent, depth).run();
}

std::string shown_value(const std::string& bytes, int indent, int depth) {
  try {
    return extended_json(v8::read(bytes), indent, depth);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::corrupt && error.kind() != ErrorKind::limit) throw;
    return fmt::format(R"({{"$v8":"{}"}})", base64_encode(bytes));
  }
}

}  // namespace corral::durable_objects
