#pragma once

#include <string_view>
#include <vector>

namespace corral {

/// A library that is linked into the program, as packaging/licenses/components.json and the build have it.
struct LinkedComponent {
  std::string_view name;
  std::string_view version;  ///< of the Debian package it came from, where it came from one; may be empty
  std::string_view license;  ///< an SPDX expression
  std::string_view homepage;
  std::string_view package;             ///< the Debian package; empty: none
  std::vector<std::string_view> texts;  ///< names among license_texts()
};

struct LicenseText {
  std::string_view name;
  std::string_view text;
};

const std::vector<LinkedComponent>& linked_components();

/// Each text once, in the order of the components that name it first.
const std::vector<LicenseText>& license_texts();

}  // namespace corral
