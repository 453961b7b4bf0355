// Prints a syntax tree, an indented line a node: what `assay build --emit ast` shows and cases compare.
#pragma once

#include <string>

#include "compiler/ast/ast.h"

namespace assay::ast {

std::string Print(const Ast& ast);
std::string Print(const Ast& ast, ExprId id);  // one expression, without places

// An expression on one line, in the language, with no more parentheses than needed: for messages and listings.
std::string ToSource(const Ast& ast, ExprId id);
std::string ToSource(const Ast& ast, TypeExprId id);

}  // namespace assay::ast
