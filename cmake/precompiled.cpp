// Nothing: CMake parses the precompiled headers for a target that has a source.
