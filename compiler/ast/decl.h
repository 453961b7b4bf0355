// Declarations as they are written: a struct a kind, in a variant. Optional parts that were not written are ids or names
// without a value. Where an expression could not be parsed it is a kError node, so required expressions always have a value.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compiler/ast/expr.h"

namespace assay::ast {

// A name that may be qualified: `Task`, `module.Task`.
struct Path {
  std::vector<Name> names;
  SourceSpan span;

  bool has_value() const { return !names.empty(); }
};

struct Attribute {
  Name name;                      // without the `@`
  std::vector<ExprId> arguments;  // `@allow(slow_pattern)`: a kName
  SourceSpan span;
};

// The name of a rule or slice, `name` or, in families, `"kw_{word}"`.
struct NameTemplate {
  Name name;                 // as written, without quotes
  std::vector<ExprId> parts;  // empty for a plain name; else kString and other expressions, in order
  SourceSpan span;
};

struct PackDecl {
  Name version;
};

// `import std.text`: path is "std.text"; `import "x/y.lf" as p`: is_file, path is "x/y.lf". The declaration's own name is the
// alias: what was written after `as`, else the last word of a dotted path, else empty (a file without an alias: an error
// unless the file's name is a name; then that is the alias).
struct ImportDecl {
  Name path;
  bool is_file = false;
  bool has_alias = false;
};

struct LabelsDecl {
  struct Label {
    Name name;
    Name parent;      // `DOG: ANIMAL`, a class of the parent task
    ExprId value;     // `= 4`: kInt
    std::string doc;
  };
  Path parent;  // `labels Task: Base`
  std::vector<Label> labels;
};

struct SchemaDecl {
  struct Field {
    Name name;
    TypeExprId type;
    Name column;           // `from "CONTENT"`, decoded
    ExprId default_value;  // `= 0`
    std::string doc;
    SourceSpan span;
  };
  std::vector<Field> fields;
};

struct ParamDecl {
  TypeExprId type;
  ExprId value;
};

struct ConstDecl {
  ExprId value;
};

struct SetDecl {
  std::vector<Name> modifiers;  // `nocase`, `words`
  ExprId value;                 // kList, kComprehension, a call of file, csv, ..., any constant expression
};

struct MapDecl {
  std::vector<Name> modifiers;
  TypeExprId key;
  TypeExprId element;
  ExprId value;
};

// A parameter of a function, a column of a relation.
struct Parameter {
  Name name;
  TypeExprId type;
};

struct RelationDecl {
  std::vector<Parameter> columns;
  std::vector<Name> modifiers;  // `symmetric`, `nocase`
  ExprId value;
};

struct RegexDecl {
  ExprId value;
};

struct LetDecl {
  ExprId value;
};

struct FnDecl {
  std::vector<Parameter> parameters;
  TypeExprId result;  // may be absent
  ExprId body;
};

struct ExternFnDecl {
  std::vector<Parameter> parameters;
  TypeExprId result;
  bool pure = false;
};

// All forms of a rule:
//   lf name -> LABEL [with C] when cond        one branch, no lets, not a block
//   lf name { let x = e  LABEL when cond ... } a block
//   lf name from e { "spam" => SPAM, ... }     `source` has a value, `cases` instead of `branches`
// A label is an expression: kName, kMember (`Task.LABEL`), kCall (`Task(name)`), kAbstain, or kError.
struct LfDecl {
  struct Let {
    Name name;
    ExprId value;
    SourceSpan span;
  };
  struct Branch {
    ExprId label;
    ExprId confidence;  // may be absent
    ExprId condition;
    SourceSpan span;
  };
  struct Case {
    ExprId value;
    ExprId label;
    ExprId confidence;  // may be absent
    SourceSpan span;
  };
  NameTemplate name;
  Path task;                     // `lf name: Task ...`
  bool is_block = false;
  std::vector<Let> lets;         // in order; visible to what follows in the block (compare spans)
  std::vector<Branch> branches;  // in order
  ExprId source;                 // `from e`
  std::vector<Case> cases;
};

struct ForDecl {
  std::vector<Name> variables;  // one, or several for `(k, v)`
  ExprId source;
  std::vector<DeclId> body;
};

struct SliceDecl {
  NameTemplate name;
  ExprId condition;
};

struct TransformDecl {
  struct Assignment {
    Name field;
    ExprId value;
  };
  std::vector<Assignment> assignments;
  ExprId condition;  // `when cond`; may be absent
};

struct ModelDecl {
  struct Balance {
    ExprId label;
    ExprId share;
  };
  Path task;
  SourceSpan balance_span;                       // has a value where `balance { ... }` was written
  std::vector<Balance> balance;
  std::vector<std::vector<ExprId>> correlated;  // a group a line; rules by name
  Name method;
};

struct TestDecl {
  struct Step {
    ExprId given;                  // kRecord
    std::vector<ExprId> expected;
    SourceSpan span;
  };
  Name title;
  std::vector<Step> steps;
};

enum class DeclKind : uint8_t {
#define DECL_KIND(name, spelling, type) name,
#include "compiler/ast/decl_kinds.def"
#undef DECL_KIND
};

std::string_view SpellingOf(DeclKind kind);

struct Decl {
  using Data = std::variant<PackDecl, ImportDecl, LabelsDecl, SchemaDecl, ParamDecl, ConstDecl, SetDecl, MapDecl, RelationDecl,
                            RegexDecl, LetDecl, FnDecl, ExternFnDecl, LfDecl, ForDecl, SliceDecl, TransformDecl, ModelDecl, TestDecl>;

  Name name;  // what it declares; the written form for lf and slice; the task for model; empty for `for`
  SourceSpan span;          // from the first attribute or keyword to the last token
  SourceSpan keyword_span;  // `lf`, `set`, ...
  uint32_t previous_end = 0;  // where the token before it ends; what lies between are its leading trivia
  std::vector<Attribute> attributes;
  std::string doc;  // `##` lines above, joined by line breaks, without the marks
  bool has_error = false;  // the parser reported an error inside; parts may be missing
  Data data;

  DeclKind kind() const { return static_cast<DeclKind>(data.index()); }
  template <typename T>
  const T& As() const {
    return std::get<T>(data);
  }
};

}  // namespace assay::ast
