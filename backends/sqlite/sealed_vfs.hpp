#pragma once

namespace corral::sqlite {

/// The name of an SQLite VFS whose files are sealed (SealedFile): each file that is opened is a new, empty
/// one, known only to this process and gone when it is closed. For a temporary database with all that belongs
/// to it: its journal, the runs of its sorts, its temporary tables. Registers it on first use.
const char* sealed_vfs();

}  // namespace corral::sqlite
