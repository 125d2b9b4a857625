#pragma once

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

/// Escapes text for the place between two tags.
std::string xml_escaped(std::string_view text);

}  // namespace corral::s3
