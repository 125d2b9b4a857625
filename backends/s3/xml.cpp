#include "backends/s3/xml.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/bytes/utf8.hpp"
#include "backends/error.hpp"

namespace corral::s3 {

namespace {

constexpr std::array<std::pair<std::string_view, char>, 5> entities = {
    {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool ends_name(char c) {
  return is_blank(c) || c == '>' || c == '/' || c == '=' || c == '<';
}

class Reader {
 public:
  explicit Reader(std::string_view document) : rest_(document) {}

  XmlElement read_document() {
    take("\xef\xbb\xbf");
    pass_over_prolog();
    if (!take("<")) throw refusal("does not begin with an element");
    XmlElement root = read_element(1);
    pass_over_prolog();
    if (!rest_.empty()) throw refusal("has something after its last tag");
    return root;
  }

 private:
  static Error refusal(std::string_view reason) {
    return {ErrorKind::invalid_input, fmt::format("the XML {}", reason)};
  }

  bool take(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  /// What comes before `end`, which is passed over.
  std::string_view take_until(std::string_view end) {
    const std::size_t at = rest_.find(end);
    if (at == std::string_view::npos) throw refusal("breaks off");
    const std::string_view taken = rest_.substr(0, at);
    rest_.remove_prefix(at + end.size());
    return taken;
  }

  void pass_over_blanks() {
    while (!rest_.empty() && is_blank(rest_.front())) rest_.remove_prefix(1);
  }

  void pass_over_prolog() {
    while (true) {
      pass_over_blanks();
      if (take("<?")) {
        take_until("?>");
      } else if (take("<!--")) {
        take_until("-->");
      } else {
        return;
      }
    }
  }

  std::string_view take_name() {
    const auto* const end = std::find_if(rest_.begin(), rest_.end(), ends_name);
    const auto length = static_cast<std::size_t>(end - rest_.begin());
    const std::string_view name = rest_.substr(0, length);
    if (name.empty() || name.front() == '!' || name.front() == '?') throw refusal("has a tag without a name");
    rest_.remove_prefix(length);
    return name;
  }

  static std::string_view without_namespace(std::string_view name) {
    return name.substr(name.find(':') + 1);  // npos + 1 is 0
  }

  /// Up to and with the '>' of a tag; true: the element ends with it ("/>").
  bool pass_over_attributes() {
    while (true) {
      pass_over_blanks();
      if (take("/>")) return true;
      if (take(">")) return false;
      take_name();
      pass_over_blanks();
      if (!take("=")) throw refusal("has an attribute without a value");
      pass_over_blanks();
      if (take("\"")) {
        take_until("\"");
      } else if (take("'")) {
        take_until("'");
      } else {
        throw refusal("has an attribute without quotes");
      }
    }
  }

  /// After its '<'.
  XmlElement read_element(std::size_t depth) {
    if (depth > max_xml_depth) throw refusal(fmt::format("is nested more than {} deep", max_xml_depth));
    const std::string_view tag = take_name();
    XmlElement element{std::string(without_namespace(tag)), {}};
    if (pass_over_attributes()) return element;
    while (true) {
      add_text(element.text, rest_.substr(0, rest_.find('<')));
      take_until("<");
      if (take("!--")) {
        take_until("-->");
      } else if (take("![CDATA[")) {
        element.text += take_until("]]>");
      } else if (take("?")) {
        take_until("?>");
      } else if (take("/")) {
        if (take_name() != tag) throw refusal("has an end tag that does not fit its element");
        pass_over_blanks();
        if (!take(">")) throw refusal("has an end tag that does not end");
        return element;
      } else {
        element.children.push_back(read_element(depth + 1));
      }
    }
  }

  static void add_text(std::string& text, std::string_view raw) {
    while (true) {
      const std::size_t ampersand = std::min(raw.find('&'), raw.size());
      text += raw.substr(0, ampersand);
      if (ampersand == raw.size()) return;
      const std::size_t end = raw.find(';', ampersand);
      if (end == std::string_view::npos) throw refusal("has a '&' without a ';'");
      add_entity(text, raw.substr(ampersand + 1, end - ampersand - 1));
      raw.remove_prefix(end + 1);
    }
  }

  static void add_entity(std::string& text, std::string_view name) {
    constexpr int decimal = 10;
    constexpr int hexadecimal = 16;
    if (name.starts_with('#')) {
      name.remove_prefix(1);
      const bool is_hexadecimal = name.starts_with('x');
      if (is_hexadecimal) name.remove_prefix(1);
      std::uint32_t character = 0;
      const auto read = std::from_chars(name.data(), name.data() + name.size(), character,
                                        is_hexadecimal ? hexadecimal : decimal);
      const bool is_number = read.ec == std::errc() && read.ptr == name.data() + name.size();
      const bool is_surrogate = character >= 0xD800 && character < 0xE000;
      if (!is_number || character == 0 || character > 0x10FFFF || is_surrogate)
        throw refusal("has a reference to a character that does not exist");
      append_utf8(text, character);
      return;
    }
    const auto* const found = std::find_if(entities.begin(), entities.end(),
                                           [&](const auto& entity) { return entity.first == name; });
    if (found == entities.end()) throw refusal("refers to an entity that it does not have");
    text += found->second;
  }

  std::string_view rest_;
};

}  // namespace

const XmlElement* XmlElement::child(std::string_view child_name) const {
  const auto found = std::find_if(children.begin(), children.end(),
                                  [&](const XmlElement& one) { return one.name == child_name; });
  return found == children.end() ? nullptr : &*found;
}

std::string_view XmlElement::text_of(std::string_view child_name) const {
  const XmlElement* const found = child(child_name);
  return found == nullptr ? std::string_view() : std::string_view(found->text);
}

XmlElement parse_xml(std::string_view document) {
  return Reader(document).read_document();
}

std::string xml_escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    const auto* const found = std::find_if(entities.begin(), entities.end(),
                                           [&](const auto& entity) { return entity.second == c; });
    // A line break that is not escaped would be read as a line feed, whatever it was.
    if (found != entities.end()) {
      escaped += fmt::format("&{};", found->first);
    } else if (c == '\r') {
      escaped += "&#13;";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

}  // namespace corral::s3
