// From the text of a file to its syntax tree. Never fails: what cannot be understood is reported, and the tree holds what
// could; a declaration with an error has Decl::has_error, and one that could not be read at all is left out.
#pragma once

#include <cstddef>

#include "compiler/ast/ast.h"
#include "compiler/diagnostics/sink.h"
#include "compiler/source/source_store.h"

namespace assay {

// Expressions, types and families may stand in each other this deep. Rules are written by people, or by programs for people;
// the limit keeps recursion (ours over the tree, the parser's over the text) within a thread's stack, whatever the input.
inline constexpr size_t kMaxNesting = 200;
// An expression tree may be this high: left-leaning operators and postfixes count, too, which nest without brackets. `and`
// and `or` are flat and count once.
inline constexpr size_t kMaxExprHeight = 1000;

// Reports to `sink` and tells it of every `@allow(name)`.
ast::Ast Parse(const SourceStore& sources, FileId file, DiagnosticSink& sink);

}  // namespace assay
