// The state of a check, and the steps it is made of. The files of this part each hold one group of steps:
//
//   declarations.cc  what a module declares; resolving declarations on first use
//   names.cc         looking names up; what a name stands for as an expression
//   expressions.cc   operators, comparisons, conditionals, lists
//   text_tests.cc    `contains`, `has`, `matches`, ... and `in`
//   calls.cc         built-ins, functions, conversions
//   patterns.cc      regular expressions and what stands in their braces
//   sets.cc          constant tables: literals, files, comprehensions
//   rules.cc         rules and slices
//   families.cc      `for`: members, names
//   tests.cc         test blocks and `model`
//   warnings.cc      unused names, naming, labels without a rule
//
// Declarations are resolved when something first needs them, so their order in a file does not matter; a declaration that is
// needed while it is being resolved depends on itself. An expression that has an error was reported once and has no TypedId;
// whatever it stands in stays silent.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "compiler/ast/ast.h"
#include "compiler/diagnostics/sink.h"
#include "compiler/sema/check.h"
#include "compiler/sema/module.h"
#include "compiler/sema/program.h"
#include "compiler/sema/table.h"
#include "compiler/sema/typed_builder.h"
#include "compiler/source/source_store.h"

namespace assay::sema {

enum class SymbolKind : uint8_t {
  kModule, kTask, kLabel, kSchema, kField, kParam, kConst, kSet, kRegex, kLet, kFn, kRule, kSlice,
  kUnsupported,  // a map, a relation, ...: reported where it is declared, silent where it is used
};
std::string_view SpellingOf(SymbolKind kind);  // "a set"

enum class State : uint8_t { kUnresolved, kResolving, kDone };

// What a name stands for in a module.
struct Symbol {
  SymbolKind kind;
  std::string_view name;
  SourceSpan span;
  uint32_t module = 0;
  ast::DeclId decl;
  uint32_t index = 0;  // module, task, field, parameter, rule, slice: by kind
  State state = State::kUnresolved;
  bool used = false;
  TypedId value;                // of const, let, set, regex, once resolved; none: it had an error
  std::vector<std::pair<TaskId, int32_t>> labels;  // kLabel: the tasks that have it, and its id there
};

using SymbolId = Id<struct SymbolTag>;

// Names inside a function, a family, a rule's block or a comprehension. The innermost wins.
struct Env {
  struct Binding {
    std::string_view name;
    SourceSpan span;
    TypedId value;
    ast::DeclId let;  // a `let` in a family: resolved when it is first needed
    State state = State::kDone;
    bool used = false;
    bool moves = false;  // a constant of a family or comprehension: messages point to where it is used
  };
  Env* parent = nullptr;
  std::vector<Binding> bindings;
};

// A stretch of a pattern's text, from `begin` on, and where it was written: letter by letter, or (an interpolation) as a whole.
struct PatternPiece {
  uint32_t begin;
  SourceSpan span;
  bool verbatim;
};

// Where an expression stands: whose names it sees.
struct Scope {
  uint32_t module = 0;
  Env* env = nullptr;
};

// A rule or slice, families expanded.
struct Instance {
  Scope scope;
  ast::DeclId decl;
  std::string name;
  SourceSpan span;
  State state = State::kUnresolved;
  std::string member;  // for messages: `word = "please"`
  std::string group;
  bool disabled = false;
};

class Checker {
 public:
  Checker(SourceStore& sources, const CheckOptions& options, DiagnosticSink& sink, CheckedProgram& program)
      : sources_(sources), options_(options), sink_(sink), program_(program), tables_(*program.tables), build_(program) {}

  void Run(ast::Ast main);

 private:
  using Expr = ast::Expr;
  using ExprId = ast::ExprId;
  using DeclId = ast::DeclId;

  // Expressions and definitions may nest this deep in each other, counting what they refer to; the parser limits one expression
  // to 1,000. It keeps recursion within a thread's stack.
  static constexpr uint32_t kMaxDepth = 2'000;

  // Restores a scope.
  class In {
   public:
    In(Checker& checker, Scope scope) : checker_(checker), saved_(checker.scope_) { checker.scope_ = scope; }
    ~In() { checker_.scope_ = saved_; }
    In(const In&) = delete;

   private:
    Checker& checker_;
    Scope saved_;
  };

  const ast::Ast& tree() const { return modules_[scope_.module].ast; }
  const ast::Ast& TreeOf(uint32_t module) const { return modules_[module].ast; }
  const ast::Decl& DeclOf(const Symbol& s) const { return modules_[s.module].ast.Get(s.decl); }
  Symbol& Get(SymbolId id) { return symbols_[id.index()]; }
  uint32_t main() const { return static_cast<uint32_t>(modules_.size() - 1); }
  std::string_view Keep(std::string_view text) { return tables_.text.Copy(text); }

  // Messages.
  void Report(Diagnostic diagnostic) { sink_.Report(std::move(diagnostic)); }
  void Error(DiagnosticKind kind, SourceSpan span, std::string message);
  void Unsupported(SourceSpan span, std::string_view what);
  void NeedsType(SourceSpan span, std::string_view needed, TypeId found);
  std::string Print(TypeId type) const;
  std::string PrintValue(const Value& value) const;
  std::string Describe(TypedId id) const;  // "`text` is a string"
  std::string_view TextAt(SourceSpan span) const { return sources_.Text(span); }

  // declarations.cc
  void Declare(uint32_t module);
  void DeclareOne(uint32_t module, DeclId id);
  SymbolId AddSymbol(Symbol symbol);
  void DeclareTask(uint32_t module, DeclId id);
  void DeclareSchemas(uint32_t module);
  void DeclareFields(uint32_t module, DeclId schema);
  void SetDefault(uint32_t module, size_t at, ExprId default_value);
  void DeclareParam(Symbol& symbol);
  void FinishTaskParents();
  bool Resolve(SymbolId id);  // const, let, set, regex: value is set, unless it had an error
  void ResolveAll();
  void CheckAttributes(uint32_t module, const ast::Decl& decl);
  std::optional<std::pair<TypeId, bool>> ResolveType(ast::TypeExprId id, bool for_field);
  TypedId ConvertConstant(TypedId id, TypeId type, std::string_view what);
  std::optional<Value> ConstantOf(ExprId id, TypeId type, std::string_view what);

  // names.cc
  Env::Binding* FindLocal(std::string_view name);
  std::optional<SymbolId> FindGlobal(std::string_view name);
  std::optional<SymbolId> FindModule(std::string_view name);
  std::optional<SymbolId> FindIn(uint32_t module, std::string_view name) const;
  // What a (qualified) name stands for; nothing and no message where it is no such name.
  std::optional<SymbolId> SymbolOf(ExprId id);
  std::optional<SymbolId> SymbolOf(const ast::Path& path);  // reports
  void UnknownName(const ast::Name& name, bool call = false);
  TypedId CheckName(ExprId id, TaskId hint);
  TypedId CheckMember(ExprId id, TaskId hint);
  TypedId CheckSymbol(SymbolId id, SourceSpan span, TaskId hint);
  TypedId FieldOf(const Symbol& symbol, SourceSpan span);
  std::optional<TaskId> TaskOf(const ast::Path& path);
  // A label as a rule's branch, a case or a test names it. Reports. kAbstain for `abstain`.
  struct LabelRef {
    TaskId task;  // none for `abstain`
    int32_t id = kAbstain;
  };
  std::optional<LabelRef> LabelOf(ExprId id, TaskId expected);
  // How the label at `span` is written: by its name, as a text, or as an expression that comes to its name.
  enum class LabelText : uint8_t { kName, kString, kComputed };
  std::optional<LabelRef> LabelNamed(TaskId task, std::string_view name, SourceSpan span, LabelText written = LabelText::kName);
  // "`likes` is a field", "this is string": what stands where a rule should.
  std::string WhatIs(ExprId id, TypedId value);
  std::optional<LabelRef> LabelOfCall(ExprId id, TaskId task);
  void WrongTask(TaskId expected, TaskId found, SourceSpan span);
  TaskId HintOf(ExprId id);

  // expressions.cc
  TypedId Check(ExprId id, TaskId hint = {});
  TypedId CheckInner(ExprId id, TaskId hint);
  TypedId CheckCondition(ExprId id);
  TypedId AsCondition(TypedId id, SourceSpan span);
  TypedId AsValue(TypedId id);  // refuses votes, sets and patterns where a value is needed
  TypedId CheckValue(ExprId id) { return AsValue(Check(id)); }
  TypedId CheckJunction(ExprId id, TypedKind kind);
  TypedId CheckNegate(ExprId id);
  TypedId CheckBinary(ExprId id);
  TypedId CheckArithmetic(const Expr& e, TypedId left, TypedId right);
  TypedId CheckSetOperation(ExprId id);
  TypedId CheckCoalesce(const Expr& e, TypedId left, TypedId right);
  TypedId CheckCompare(ExprId id);
  TypedId CheckChain(ExprId id);
  TypedId Compare(ast::CompareOp op, TypedId left, TypedId right, SourceSpan span, SourceSpan op_span);
  TypedId CompareVotes(ast::CompareOp op, TypedId left, TypedId right, SourceSpan span, SourceSpan op_span);
  TypedId CheckIsNull(ExprId id);
  TypedId CheckVoteTest(ExprId id);
  TypedId CheckIf(ExprId id);
  TypedId CheckList(ExprId id, TaskId hint);
  TypedId CheckIndex(ExprId id);
  TypedId CheckSubrange(ExprId id);
  bool Unify(TypedId& left, TypedId& right);  // to one type, by widening; false: they have none in common
  TypedId Widen(TypedId id, TypeId type);     // int to float, null to anything, lists of them; none where it does not go
  TypedId Not(TypedId id, SourceSpan span) { return build_.Make(TypedKind::kNot, kBoolType, {id}, span); }

  // text_tests.cc
  TypedId CheckTextTest(ExprId id);
  TypedId TextTestOn(const Expr& e, TypedId text, TypedId pattern, SourceSpan pattern_span);
  TypedId TestMatches(const Expr& e, TypedId text, TypedId pattern, SourceSpan pattern_span);
  TypedId TestLiteral(const Expr& e, TypedId text, TypedId pattern, SourceSpan pattern_span);
  TypedId TestSet(const Expr& e, TypedId text, TypedId set);
  TypedId CheckIn(ExprId id);
  TypedId InSet(TypedId element, TypedId set, SourceSpan span, SourceSpan set_span);
  TypedId InVotes(TypedId vote, ExprId list, SourceSpan span);
  TypedId WithModifiers(TypedId set, SetModifiers modifiers, SourceSpan span);
  // A set from a constant list; none where the list is no such.
  std::optional<TypedId> SetOfList(TypedId list, SetModifiers modifiers, SourceSpan span, bool warn = true);
  void WarnEmptyText(TypedId text, TypedId pattern, SourceSpan span);
  void WarnUpperCase(TypedId text, TypedId pattern, SourceSpan span);
  // contained.cc
  std::vector<std::pair<std::string_view, SourceSpan>> WrittenTexts(ExprId id);
  void WarnContained(const Expr& e, TypedId text, TypedId pattern, ExprId pattern_id);
  std::optional<SourceSpan> CutFromList(ExprId list, SourceSpan member) const;
  void WarnContainedAlternatives(PatternId id, SourceSpan used_at);
  // What is known about the case of a text, or of the members of a list of texts. Lets are shared, so a definition may lead to
  // one text by very many ways: `budget` is how many steps are left.
  enum class TextCase : uint8_t { kUnknown, kLower, kFolded, kUpper };
  static constexpr size_t kMaxCaseSteps = 64;
  TextCase CaseOf(TypedId text, size_t& budget) const;

  // calls.cc
  TypedId CheckCall(ExprId id);
  TypedId CallFunction(SymbolId id, ExprId call);
  TypedId InlineFunction(SymbolId id, std::span<const TypedId> arguments, SourceSpan call_span);
  bool CheckFunctionAlone(SymbolId id);
  TypedId CallBuiltin(ExprId id, std::string_view name, SourceSpan name_span);
  TypedId CallOverloaded(std::string_view name, std::vector<TypedId> arguments, SourceSpan span, SourceSpan name_span);
  std::optional<TypeId> Fit(const BuiltinInfo& info, std::vector<TypedId>& arguments);
  TypedId CheckFormat(ExprId id);
  TypedId CheckRegexCall(ExprId id);
  std::optional<int64_t> CharClassNamed(std::string_view name) const;
  std::string_view UnsupportedBuiltin(std::string_view name) const;

  // patterns.cc
  TypedId CheckPattern(ExprId id);
  std::optional<TypedId> AddPattern(std::string_view source, std::string_view flags, SourceSpan span, const std::vector<PatternPiece>& pieces);
  bool InterpolateInto(std::string_view name, SourceSpan span, std::string& out);
  std::string AlternationOf(SetId set);

  // sets.cc
  std::optional<Table> ConstantTable(ExprId id);
  std::optional<Table> TableOfList(ExprId id);
  std::optional<Table> TableOfCall(ExprId id, std::string_view name);
  std::optional<Table> TableOfComprehension(ExprId id);
  std::optional<Table> TableOfRange(ExprId id);
  std::optional<Table> TableOfSet(SetId set, SourceSpan span);
  std::optional<Table> TableOfValue(TypedId id, SourceSpan span);
  TypedId CombineSets(bool both, TypedId left, TypedId right, SourceSpan span);
  bool AddRow(Table& table, std::span<const TypedId> cells, SourceSpan span);
  bool ReadCells(ExprId element, std::vector<TypedId>& cells);
  std::optional<TableOptions> OptionsOf(ExprId call, std::string_view function);
  TypedId SetOf(const Table& table, SetModifiers modifiers, SourceSpan span);
  std::optional<TypedId> SetOfFile(ExprId id, SetModifiers modifiers, SourceSpan span);
  TypedId ResolveSet(const Symbol& symbol);
  TypedId CellOf(const SetScalar& cell, SourceSpan span);
  static bool IsTableFunction(std::string_view name);
  std::string MemberText(const std::vector<ast::Name>& names, const SetMember& row) const;

  // rules.cc
  bool CheckRule(uint32_t index);
  void CheckBranches(CheckedRule& rule, const Instance& instance, const ast::LfDecl& lf, TaskId task);
  void CheckCases(CheckedRule& rule, const ast::LfDecl& lf, TaskId task);
  TypedId CheckConfidence(ExprId id);
  bool CheckSlice(uint32_t index);
  TaskId TaskOfRule(const ast::LfDecl& lf);

  // families.cc
  void DeclareInstance(Scope scope, DeclId id, const std::string& member, const std::string& group, bool disabled);
  void ExpandFamily(Scope scope, DeclId id, const std::string& member, const std::string& group, bool disabled);
  std::optional<std::string> NameOf(const ast::NameTemplate& name);

  // tests.cc
  void CheckTest(const ast::Decl& decl);
  std::optional<std::vector<Value>> CheckGiven(ExprId id);
  void CheckExpected(ExprId id, CheckedTest& test);
  std::optional<uint32_t> RuleIn(ExprId id);
  void CheckModel(const ast::Decl& decl);

  // warnings.cc
  void WarnUnused();
  void WarnUnvoted();
  void WarnNaming();

  SourceStore& sources_;
  const CheckOptions& options_;
  DiagnosticSink& sink_;
  CheckedProgram& program_;
  RuleGraph& tables_;
  TypedBuilder build_;

  std::vector<Module> modules_;
  std::deque<Symbol> symbols_;
  std::vector<std::unordered_map<std::string_view, SymbolId>> names_;  // by module; all but modules
  // The modules that a module imports, by alias. An alias may be a field's name, too: what stands before a dot is a module first.
  std::vector<std::unordered_map<std::string_view, SymbolId>> aliases_;
  std::deque<Env> envs_;
  std::deque<Instance> rules_;   // index: that of program_.rules
  std::deque<Instance> slices_;  // index: that of program_.slices
  std::vector<SourceSpan> task_spans_;
  std::vector<std::vector<SourceSpan>> label_spans_;  // by task, by class
  std::vector<std::pair<uint32_t, DeclId>> task_decls_;
  std::unordered_map<std::string, FieldId> row_fields_;
  std::vector<bool> bad_fields_;  // by field: its type was refused
  bool row_unclear_ = false;      // which schema is the row was asked: what depends on it stays silent
  std::set<std::pair<uint32_t, uint32_t>> warned_case_;  // where a keyword was found to be in the wrong case: file and begin
  std::set<std::tuple<uint32_t, bool, uint32_t>> warned_contained_;  // sets whose members were compared, by how they are used
  std::set<PatternId> warned_alternatives_;
  std::vector<std::function<void()>> deferred_;  // constants of fields and parameters, worked out when all names are known
  uint32_t row_module_ = kNoModule;

  struct FunctionState {
    State alone = State::kUnresolved;  // its body checked by itself
    bool broken = false;
    bool inlining = false;
    std::map<std::vector<TypedId>, TypedId> calls;  // by arguments
  };
  std::unordered_map<SymbolId, FunctionState> functions_;
  std::map<std::tuple<SetId, bool, bool>, SetId> modified_sets_;

  Scope scope_;
  uint32_t depth_ = 0;
  bool too_deep_reported_ = false;
  bool too_large_reported_ = false;
};

}  // namespace assay::sema
