#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace corral::s3 {

/// An element of an XML document, without attributes, and with names without their namespaces: S3 needs
/// neither.
struct XmlElement {
  std::string name;
  std::string text;  ///< between its tags, without the text of its children
  std::vector<XmlElement> children = {};

  /// The first child with this name, or nullptr.
  [[nodiscard]] const XmlElement* child(std::string_view child_name) const;
  /// The text of that child, or "".
  [[nodiscard]] std::string_view text_of(std::string_view child_name) const;
};

/// How deep elements may be nested.
inline constexpr std::size_t max_xml_depth = 16;

/// Reads a document with Expat and returns its outermost element. Comments, processing instructions and
/// attributes are ignored; a document type is refused, and with it all entities but XML's own five. Needs
/// memory in proportion to the document, whose size the caller must limit. Throws invalid_input.
XmlElement parse_xml(std::string_view document);

/// Escapes text for the place between two tags. Control characters become references, as S3 writes them,
/// although XML 1.0 has none for most.
std::string xml_escaped(std::string_view text);

/// Writes a document of S3: its outermost element is in S3's namespace.
class XmlWriter {
 public:
  explicit XmlWriter(std::string_view root);

  /// Begins an element; `close` ends the innermost one.
  void open(std::string_view name);
  void close();
  /// An element that holds text.
  void add(std::string_view name, std::string_view text);
  void add(std::string_view name, std::uint64_t number) { add(name, std::to_string(number)); }
  void add_flag(std::string_view name, bool value) { add(name, value ? "true" : "false"); }

  /// The document, with all elements closed.
  std::string document() &&;

 private:
  std::string text_;
  std::vector<std::string> open_;
};

}  // namespace corral::s3
