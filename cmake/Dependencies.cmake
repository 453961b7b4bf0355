# Every library Assay is built on, found once. What each is for stands in the table of CONTRIBUTING.md.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(simdjson REQUIRED)
find_package(CLI11 REQUIRED)
pkg_check_modules(PCRE2 REQUIRED IMPORTED_TARGET libpcre2-8)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc)

# Unicode's own tables, from which runtime/text generates ours at build time.
find_path(UNICODE_DATA_DIR UnicodeData.txt PATHS /usr/share/unicode REQUIRED)

# ANTLR's C++ runtime and the tool that generates the parser; only compiler/parse uses them.
find_path(ANTLR4_INCLUDE_DIR antlr4-runtime.h PATH_SUFFIXES antlr4-runtime REQUIRED)
find_library(ANTLR4_LIBRARY antlr4-runtime REQUIRED)
find_program(ANTLR4_TOOL antlr4 REQUIRED)

# LLVM 19; only compiler/codegen uses it.
find_package(LLVM 19.1 REQUIRED CONFIG PATHS /usr/lib/llvm-19)
