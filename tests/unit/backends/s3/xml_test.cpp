#include "backends/s3/xml.hpp"

#include <string>

#include <doctest/doctest.h>

#include "tests/failure.hpp"

namespace corral::s3 {

using corral::testing::kind_of_failure;

TEST_CASE("a document is read as far as S3 needs it") {
  const XmlElement root = parse_xml(
      "\xef\xbb\xbf\n<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- c --><s3:List xmlns:s3='http://x/'>\n"
      "  <Part a = \"1>2\"><N>1</N><E>&quot;abc&quot;</E></Part>\n  <Part ><N>2</N ><E/></Part>"
      "<Key><![CDATA[a<b&]]>&amp;&lt;&gt;&apos;&#65;&#x1F600;</Key><?pi x?></s3:List>\n<!-- end -->\n");
  CHECK(root.name == "List");
  REQUIRE(root.children.size() == 3);
  CHECK(root.children[0].text_of("E") == "\"abc\"");
  CHECK(root.children[1].text_of("N") == "2");
  CHECK(root.children[1].text_of("E").empty());
  CHECK(root.text_of("Key") == "a<b&&<>'A\xf0\x9f\x98\x80");
  CHECK(root.child("Nothing") == nullptr);
  CHECK(root.text_of("Nothing").empty());
}

TEST_CASE("what is not XML, or more than S3 uses, is refused") {
  std::string deep;
  for (int i = 0; i < 1'000'000; ++i) deep += "<a>";
  for (const std::string& text : {std::string(),
                                  std::string("text"),
                                  std::string("<"),
                                  std::string("<a"),
                                  std::string("<a>"),
                                  std::string("<a></b>"),
                                  std::string("<a></a"),
                                  std::string("<a/><b/>"),
                                  std::string("<a/>x"),
                                  std::string("<a x></a>"),
                                  std::string("<a x=1></a>"),
                                  std::string("<a x='1></a>"),
                                  std::string("<a>&lt</a>"),
                                  std::string("<a>&none;</a>"),
                                  std::string("<a>&#0;</a>"),
                                  std::string("<a>&#xD800;</a>"),
                                  std::string("<a>&#1114112;</a>"),
                                  std::string("<a>&#x;</a>"),
                                  std::string("<a>&#99999999999;</a>"),
                                  std::string("<a><!-- </a>"),
                                  std::string("<a><![CDATA[</a>"),
                                  std::string("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"),
                                  std::string("<></>"),
                                  std::string("< a/>"),
                                  std::string("<a><!b></a>"),
                                  deep}) {
    CAPTURE(text.substr(0, 50));
    CHECK(kind_of_failure([&] { parse_xml(text); }) == ErrorKind::invalid_input);
  }
}

TEST_CASE("escaped text reads back as itself") {
  const std::string text = "a<b>&\"'\r\n\t \xc3\xbc]]>";
  CHECK(parse_xml("<a>" + xml_escaped(text) + "</a>").text == text);
}

}  // namespace corral::s3
