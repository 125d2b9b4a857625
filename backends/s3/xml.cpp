#include "backends/s3/xml.hpp"

#include <algorithm>
#include <array>
#include <expat.h>
#include <limits>
#include <memory>
#include <type_traits>
#include <utility>

#include <fmt/format.h>

#include "backends/error.hpp"

namespace corral::s3 {

namespace {

constexpr std::array<std::pair<std::string_view, char>, 5> entities = {
    {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};

constexpr unsigned char first_printable = 0x20;

Error refusal(std::string_view reason) {
  return {ErrorKind::invalid_input, fmt::format("the XML {}", reason)};
}

struct ParserFree {
  void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
};
using Parser = std::unique_ptr<std::remove_pointer_t<XML_Parser>, ParserFree>;

/// Builds the tree from what Expat reports. An exception must not cross Expat's C, so a refusal is kept and
/// stops the parser.
class TreeBuilder {
 public:
  XmlElement build(std::string_view document) {
    XML_SetUserData(parser_.get(), this);
    XML_SetElementHandler(parser_.get(), begin, end);
    XML_SetCharacterDataHandler(parser_.get(), text);
    XML_SetStartDoctypeDeclHandler(parser_.get(), doctype);
    if (document.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
      throw refusal("is longer than 2 GiB");
    const XML_Status status =
        XML_Parse(parser_.get(), document.data(), static_cast<int>(document.size()), XML_TRUE);
    if (!refused_.empty()) throw refusal(refused_);
    if (status != XML_STATUS_OK)
      throw refusal(fmt::format("is not well-formed: {} in line {}",
                                XML_ErrorString(XML_GetErrorCode(parser_.get())),
                                XML_GetCurrentLineNumber(parser_.get())));
    return std::move(outside_.children.front());
  }

 private:
  static TreeBuilder& self(void* data) { return *static_cast<TreeBuilder*>(data); }

  void refuse(std::string reason) {
    refused_ = std::move(reason);
    XML_StopParser(parser_.get(), XML_FALSE);
  }

  static void XMLCALL begin(void* data, const XML_Char* name, const XML_Char** /*attributes*/) {
    TreeBuilder& builder = self(data);
    if (builder.open_.size() > max_xml_depth)
      return builder.refuse(fmt::format("is nested more than {} deep", max_xml_depth));
    const std::string_view tag = name;
    XmlElement& parent = *builder.open_.back();
    parent.children.push_back({std::string(tag.substr(tag.find(':') + 1)), {}});  // npos + 1 is 0
    builder.open_.push_back(&parent.children.back());
  }

  static void XMLCALL end(void* data, const XML_Char* /*name*/) { self(data).open_.pop_back(); }

  static void XMLCALL text(void* data, const XML_Char* bytes, int count) {
    self(data).open_.back()->text.append(bytes, static_cast<std::size_t>(count));
  }

  static void XMLCALL doctype(void* data, const XML_Char*, const XML_Char*, const XML_Char*, int) {
    self(data).refuse("has a document type");
  }

  Parser parser_{XML_ParserCreate("UTF-8")};
  XmlElement outside_;  ///< its child is the document's outermost element
  /// From `outside_` to the element that is being read. An element gets no sibling while it is open, so
  /// its address stays.
  std::vector<XmlElement*> open_{&outside_};
  std::string refused_;
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
  // A server that needs time sends blanks so that the client does not hang up, some before the declaration.
  if (document.starts_with("\xef\xbb\xbf")) document.remove_prefix(3);
  document.remove_prefix(std::min(document.find_first_not_of(" \t\r\n"), document.size()));
  return TreeBuilder().build(document);
}

std::string xml_escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    const auto* const found = std::find_if(entities.begin(), entities.end(),
                                           [&](const auto& entity) { return entity.second == c; });
    // A line break that is not escaped would be read as a line feed, whatever it was.
    if (found != entities.end()) {
      escaped += fmt::format("&{};", found->first);
    } else if (c == '\r' || (static_cast<unsigned char>(c) < first_printable && c != '\t' && c != '\n')) {
      escaped += fmt::format("&#{};", static_cast<int>(c));
    } else {
      escaped += c;
    }
  }
  return escaped;
}

XmlWriter::XmlWriter(std::string_view root) : text_("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n") {
  text_ += fmt::format("<{} xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">", root);
  open_.emplace_back(root);
}

void XmlWriter::open(std::string_view name) {
  text_ += fmt::format("<{}>", name);
  open_.emplace_back(name);
}

void XmlWriter::close() {
  text_ += fmt::format("</{}>", open_.back());
  open_.pop_back();
}

void XmlWriter::add(std::string_view name, std::string_view text) {
  text_ += fmt::format("<{}>{}</{}>", name, xml_escaped(text), name);
}

std::string XmlWriter::document() && {
  while (!open_.empty()) close();
  return std::move(text_);
}

}  // namespace corral::s3
