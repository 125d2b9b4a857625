# Packs an installation that packaging/stage.sh has laid out; packaging/deb/build.sh sets the variables.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME corral)
set(CPACK_PACKAGE_VERSION "$ENV{VERSION}")
set(CPACK_INSTALLED_DIRECTORIES "$ENV{STAGE};/usr")
set(CPACK_PACKAGE_CONTACT "$ENV{MAINTAINER}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Cloudflare's local KV, D1, R2, queues and Durable Objects")
set(CPACK_PACKAGE_DESCRIPTION "corral does what Cloudflare's wrangler does for storage, on the local
state of \"wrangler dev\": keys and values, SQL databases and their
migrations, buckets, queues, Durable Objects and snapshots of all of it.
It is one static binary that needs neither Node.js nor an account.")
set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE "$ENV{ARCHITECTURE}")
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION database)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_HOMEPAGE "$ENV{HOMEPAGE}")
set(CPACK_PACKAGE_FILE_NAME corral)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION TRUE)
set(CPACK_STRIP_FILES FALSE)
