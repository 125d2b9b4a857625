#pragma once

#include <string>

#include "commands/r2/metadata_flags.hpp"
#include "commands/r2/target.hpp"

namespace corral {
class Arguments;
}

namespace corral::r2 {

/// Shared by `r2 object copy` and `r2 object move`: an object goes from one path to another, in the same
/// bucket or not.
struct TransferOptions {
  BucketOptions target;
  std::string from;
  std::string to;
  MetadataFlags metadata;
  bool if_absent = false;
  bool force = false;

  [[nodiscard]] CatalogCheck catalog_check() const { return force ? CatalogCheck::off : CatalogCheck::on; }
};

void add_transfer_options(Arguments& arguments, TransferOptions& options);

/// Source and destination of an object. A destination that ends in '/' gets the last part of the source's key
/// appended.
struct Transfer {
  ObjectPath from;
  ObjectPath to;
};

Transfer parse_transfer(Context& context, const TransferOptions& options);

/// Copies the object; metadata flags override its metadata. Returns the source object's info. Throws
/// not_found, and conflict for --if-absent.
ObjectInfo copy_object(Context& context, ObjectStore& source, ObjectStore& destination,
                       const Transfer& transfer, const TransferOptions& options);

}  // namespace corral::r2
