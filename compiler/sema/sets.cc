// Constant tables: what sets are made of and families run over.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "compiler/sema/checker.h"

namespace assay::sema {
namespace {

// A family or set of more members than this is a mistake (a range of all numbers, say).
constexpr size_t kMaxRange = 1'000'000;

}  // namespace

bool Checker::IsTableFunction(std::string_view name) { return name == "file" || name == "csv" || name == "tsv" || name == "json" || name == "range"; }

std::optional<Table> Checker::ConstantTable(ExprId id) {
  const Expr e = tree().Get(id);
  switch (e.kind) {
    case ast::ExprKind::kList: return TableOfList(id);
    case ast::ExprKind::kComprehension: return TableOfComprehension(id);
    case ast::ExprKind::kCall: {
      const Expr& callee = tree().Get(tree().Child(id, 0));
      const bool shadowed = callee.kind == ast::ExprKind::kName && FindGlobal(callee.text) && Get(*FindGlobal(callee.text)).kind == SymbolKind::kFn;
      if (callee.kind == ast::ExprKind::kName && IsTableFunction(callee.text) && !shadowed) return TableOfCall(id, callee.text);
      return TableOfValue(Check(id), e.span);
    }
    case ast::ExprKind::kNull:
    case ast::ExprKind::kBool:
    case ast::ExprKind::kInt:
    case ast::ExprKind::kFloat:
    case ast::ExprKind::kString:
    case ast::ExprKind::kTemplate:
    case ast::ExprKind::kRegex:
    case ast::ExprKind::kDuration:
    case ast::ExprKind::kName:
    case ast::ExprKind::kMember:
    case ast::ExprKind::kIndex:
    case ast::ExprKind::kSlice:
    case ast::ExprKind::kOr:
    case ast::ExprKind::kAnd:
    case ast::ExprKind::kNot:
    case ast::ExprKind::kNegate:
    case ast::ExprKind::kBinary:
    case ast::ExprKind::kCompare:
    case ast::ExprKind::kChain:
    case ast::ExprKind::kIn:
    case ast::ExprKind::kIsNull:
    case ast::ExprKind::kTextTest:
    case ast::ExprKind::kVotes:
    case ast::ExprKind::kAbstains:
    case ast::ExprKind::kIf:
    case ast::ExprKind::kQuantifier:
    case ast::ExprKind::kTuple:
    case ast::ExprKind::kRecord:
    case ast::ExprKind::kMap:
    case ast::ExprKind::kAbstain:
    case ast::ExprKind::kError: break;
  }
  return TableOfValue(Check(id), e.span);
}

std::optional<Table> Checker::TableOfValue(TypedId id, SourceSpan span) {
  if (!id.has_value()) return std::nullopt;
  const TypedExpr e = build_.Get(id);
  if (e.kind == TypedKind::kSet) return TableOfSet(SetId(e.payload), span);
  const bool list = tables_.types.Kind(e.type) == TypeKind::kList;
  if (!list) {
    Diagnostic diagnostic(DiagnosticKind::kBadFamily, span, fmt::format("a set, a list or a table is needed here, this is {}", Print(e.type)));
    if (e.type == kStringType) diagnostic.helps.push_back({"a list of one: [...]; a file: file(\"words.txt\")", {}});
    Report(std::move(diagnostic));
    return std::nullopt;
  }
  if (!e.constant) {
    Error(DiagnosticKind::kNotConstant, span, "the members must be known before any row is");
    return std::nullopt;
  }
  if (build_.ValueOf(id).is_null()) {
    Error(DiagnosticKind::kNullConstant, span, "this list is null");
    return std::nullopt;
  }
  Table table;
  const TypeId element = tables_.types.Element(e.type);
  for (const Value& v : build_.ValueOf(id).as_list()) {
    const TypedId cell = build_.Const(element, v, span);
    if (!AddRow(table, std::span(&cell, 1), span)) return std::nullopt;
  }
  if (table.columns.empty()) table.columns = {element};
  return table;
}

// The members of both, or of either; those of the left side come first.
TypedId Checker::CombineSets(bool both, TypedId left_id, TypedId right_id, SourceSpan span) {
  auto left = TableOfValue(left_id, span), right = TableOfValue(right_id, span);
  if (!left || !right) return {};
  if (left->rows.empty()) left->columns = right->columns;
  if (right->rows.empty()) right->columns = left->columns;
  if (left->columns != right->columns) {
    Error(DiagnosticKind::kMixedMembers, span, "the two sets have members of different types");
    return {};
  }
  const SetModifiers modifiers{.nocase = left->modifiers.nocase || right->modifiers.nocase, .words = left->modifiers.words || right->modifiers.words};
  SetValues others(right->columns, modifiers);
  for (const SetMember& row : right->rows) others.Add(row);
  SetValues values(left->columns, modifiers);
  for (SetMember& row : left->rows) {
    if (!both || others.Contains(row)) values.Add(std::move(row));
  }
  if (!both) {
    for (SetMember& row : right->rows) values.Add(std::move(row));
  }
  return build_.Set(tables_.resources.AddSet(std::move(values)), span);
}

std::optional<Table> Checker::TableOfSet(SetId set, SourceSpan span) {
  const SetValues& values = tables_.resources.set(set);
  Table table{.columns = values.columns(), .names = {}, .rows = values.members(), .places = {}, .modifiers = values.modifiers()};
  table.places.assign(table.rows.size(), span);
  return table;
}

// Adds a row of constants. Whole numbers become floats where the column has floats, and the other way round.
bool Checker::AddRow(Table& table, std::span<const TypedId> cells, SourceSpan span) {
  if (!table.columns.empty() && table.columns.size() != cells.size()) {
    Error(DiagnosticKind::kMixedMembers, span, fmt::format("this member has {} parts, where the first has {}", cells.size(), table.columns.size()));
    return false;
  }
  if (table.columns.empty()) table.columns.assign(cells.size(), kNullType);
  SetMember row;
  for (size_t c = 0; c < cells.size(); ++c) {
    const TypedExpr cell = build_.Get(cells[c]);
    if (!cell.constant) {
      Error(DiagnosticKind::kNotConstant, cell.span.has_value() ? cell.span : span, "a member must be known before any row is");
      return false;
    }
    const Value value = build_.ValueOf(cells[c]);
    if (value.is_null()) {
      Error(DiagnosticKind::kNullConstant, span, "this member comes out as null");
      return false;
    }
    if (cell.type != kStringType && !IsNumeric(cell.type)) {
      Error(DiagnosticKind::kMixedMembers, span, fmt::format("members are texts or numbers, this is {}", Print(cell.type)));
      return false;
    }
    TypeId& column = table.columns[c];
    if (column == kNullType) column = cell.type;
    if (column == kIntType && cell.type == kFloatType) {
      column = kFloatType;
      for (SetMember& before : table.rows) before[c] = static_cast<double>(std::get<int64_t>(before[c]));
    } else if (column != cell.type && !(column == kFloatType && cell.type == kIntType)) {
      Error(DiagnosticKind::kMixedMembers, span, fmt::format("a member of type {} among members of type {}", Print(cell.type), Print(column)));
      return false;
    }
    if (cell.type == kStringType) {
      row.emplace_back(std::string(value.as_string()));
    } else if (cell.type == kFloatType) {
      row.emplace_back(value.as_float());
    } else if (column == kFloatType) {
      row.emplace_back(static_cast<double>(value.as_int()));
    } else {
      row.emplace_back(value.as_int());
    }
  }
  table.rows.push_back(std::move(row));
  table.places.push_back(span);
  return true;
}

bool Checker::ReadCells(ExprId element, std::vector<TypedId>& cells) {
  cells.clear();
  if (tree().Get(element).kind == ast::ExprKind::kTuple) {
    const std::vector<ExprId> parts(tree().Children(element).begin(), tree().Children(element).end());
    for (const ExprId part : parts) cells.push_back(CheckValue(part));
  } else {
    cells.push_back(CheckValue(element));
  }
  return std::ranges::all_of(cells, [](TypedId c) { return c.has_value(); });
}

std::optional<Table> Checker::TableOfList(ExprId id) {
  Table table;
  bool fine = true;
  std::vector<TypedId> cells;
  for (const ExprId child : tree().Children(id)) {
    fine = ReadCells(child, cells) && AddRow(table, cells, tree().Get(child).span) && fine;
    if (!fine && sink_.full()) break;
  }
  if (!fine) return std::nullopt;
  if (table.columns.empty()) table.columns = {kStringType};
  return table;
}

std::optional<Table> Checker::TableOfComprehension(ExprId id) {
  const ExprId element = tree().Child(id, 0), source_id = tree().Child(id, 1), condition = tree().Child(id, 2);
  const std::vector<ast::Name> names(tree().Names(id).begin(), tree().Names(id).end());
  const ast::ExprKind source_kind = tree().Get(source_id).kind;
  std::optional<Table> source;
  if (source_kind == ast::ExprKind::kList || source_kind == ast::ExprKind::kComprehension) {
    source = ConstantTable(source_id);
  } else {
    const TypedId value = Check(source_id);
    if (value.has_value() && tables_.types.Kind(build_.TypeOf(value)) == TypeKind::kList && !build_.IsConstant(value)) {
      Unsupported(tree().Get(id).span, "comprehensions over values of the row");
      return std::nullopt;
    }
    source = TableOfValue(value, tree().Get(source_id).span);
  }
  if (!source) return std::nullopt;
  if (names.size() != source->columns.size()) {
    Error(DiagnosticKind::kBadFamily, tree().Get(source_id).span, fmt::format("{} name{} for members of {} part{}", names.size(), names.size() == 1 ? "" : "s",
                                                                            source->columns.size(), source->columns.size() == 1 ? "" : "s"));
    return std::nullopt;
  }
  Table table;
  std::vector<TypedId> cells;
  Env env{.parent = scope_.env, .bindings = {}};
  for (const ast::Name& name : names) env.bindings.push_back({name.text, name.span, {}, {}, State::kDone, false, true});
  In in(*this, {scope_.module, &env});
  for (const SetMember& row : source->rows) {
    for (size_t c = 0; c < names.size(); ++c) env.bindings[c].value = CellOf(row[c], names[c].span);
    if (condition.has_value()) {
      const TypedId holds = CheckCondition(condition);
      if (!holds.has_value()) return std::nullopt;
      if (!build_.IsConstant(holds)) {
        Error(DiagnosticKind::kNotConstant, tree().Get(condition).span, "this must be known before any row is");
        return std::nullopt;
      }
      if (build_.ValueOf(holds).is_null() || !build_.ValueOf(holds).as_bool()) continue;
    }
    const SourceSpan span = tree().Get(element).span;
    if (!ReadCells(element, cells)) return std::nullopt;
    for (const TypedId cell : cells) {
      if (!build_.IsConstant(cell) || !build_.ValueOf(cell).is_null()) continue;
      Error(DiagnosticKind::kNullConstant, span, fmt::format("this is null for {}", MemberText(names, row)));
      return std::nullopt;
    }
    if (!AddRow(table, cells, span)) return std::nullopt;
  }
  if (table.columns.empty()) table.columns = {kStringType};
  return table;
}

std::optional<Table> Checker::TableOfRange(ExprId id) {
  const auto arguments = tree().Arguments(id);
  const SourceSpan span = tree().Get(id).span;
  if (arguments.empty() || arguments.size() > 3) {
    Error(DiagnosticKind::kArgumentCount, span, "`range` takes (stop), (start, stop) or (start, stop, step), as Python's");
    return std::nullopt;
  }
  std::vector<int64_t> bounds;
  for (const ExprId argument : std::vector<ExprId>(arguments.begin(), arguments.end())) {
    const auto value = ConstantOf(argument, kIntType, "a bound of a range");
    if (!value) return std::nullopt;
    if (value->is_null()) {
      Error(DiagnosticKind::kNullConstant, tree().Get(argument).span, "a bound of a range cannot be null");
      return std::nullopt;
    }
    bounds.push_back(value->as_int());
  }
  const int64_t start = bounds.size() == 1 ? 0 : bounds[0], stop = bounds.size() == 1 ? bounds[0] : bounds[1], step = bounds.size() == 3 ? bounds[2] : 1;
  if (step == 0) {
    Error(DiagnosticKind::kBadFamily, span, "a range with step 0 has no end");
    return std::nullopt;
  }
  Table table{.columns = {kIntType}, .names = {}, .rows = {}, .places = {}, .modifiers = {}};
  int64_t at = start;
  while (step > 0 ? at < stop : at > stop) {
    if (table.rows.size() == kMaxRange) {
      Error(DiagnosticKind::kProgramTooLarge, span, fmt::format("a range of more than {} numbers", kMaxRange));
      return std::nullopt;
    }
    table.rows.push_back({at});
    table.places.push_back(span);
    if (__builtin_add_overflow(at, step, &at)) break;
  }
  return table;
}

// --- Files ---------------------------------------------------------------------------------------------------------------

std::optional<TableOptions> Checker::OptionsOf(ExprId call, std::string_view function) {
  TableOptions options{.delimiter = function == "tsv" ? '\t' : ',', .header = true, .columns = {}};
  const std::vector<ExprId> written(tree().Arguments(call).begin(), tree().Arguments(call).end());
  const std::vector<ast::Name> names(tree().Names(call).begin(), tree().Names(call).end());
  const bool delimited = function == "csv" || function == "tsv";
  const auto column_of = [&](ExprId id) {
    const TypedId value = CheckValue(id);
    if (!value.has_value()) return false;
    const bool constant = build_.IsConstant(value) && !build_.ValueOf(value).is_null();
    if (constant && build_.TypeOf(value) == kStringType) {
      options.columns.emplace_back(std::string(build_.ValueOf(value).as_string()));
    } else if (constant && build_.TypeOf(value) == kIntType) {
      options.columns.emplace_back(build_.ValueOf(value).as_int());
    } else {
      Error(DiagnosticKind::kNoOverload, tree().Get(id).span, "a column is a constant: its name, or its position from 0");
      return false;
    }
    return true;
  };
  for (size_t i = 1; i < written.size(); ++i) {
    const ast::Name name = i < names.size() ? names[i] : ast::Name{};
    const Expr& value = tree().Get(written[i]);
    if (delimited && name.text == "header" && value.kind == ast::ExprKind::kBool) {
      options.header = value.value != 0;
    } else if (delimited && name.text == "delimiter" && value.kind == ast::ExprKind::kString && value.text.size() == 1 && value.text != "\"" && value.text != "\n") {
      options.delimiter = value.text[0];
    } else if (function != "file" && name.text == "column") {
      if (!column_of(written[i])) return std::nullopt;
    } else if (function != "file" && name.text == "columns" && value.kind == ast::ExprKind::kList) {
      const std::vector<ExprId> columns(tree().Children(written[i]).begin(), tree().Children(written[i]).end());
      for (const ExprId column : columns) {
        if (!column_of(column)) return std::nullopt;
      }
    } else {
      Diagnostic diagnostic(DiagnosticKind::kNoOverload, name.has_value() ? name.span : value.span, fmt::format("`{}` does not take this", function));
      diagnostic.notes.push_back(function == "file"   ? "file(\"words.txt\")"
                                 : function == "json" ? "json(\"words.json\", column: \"name\")"
                                                      : fmt::format("{}(\"table.{}\", header: false, column: \"name\", columns: [\"a\", 1], delimiter: \";\")", function, function));
      Report(std::move(diagnostic));
      return std::nullopt;
    }
  }
  return options;
}

std::optional<Table> Checker::TableOfCall(ExprId id, std::string_view function) {
  if (function == "range") return TableOfRange(id);
  const Expr e = tree().Get(id);
  const auto arguments = tree().Arguments(id);
  if (arguments.empty()) {
    Error(DiagnosticKind::kArgumentCount, e.span, fmt::format("`{}` takes the path of a file", function));
    return std::nullopt;
  }
  const ExprId path_id = arguments[0];
  const SourceSpan path_span = tree().Get(path_id).span;
  const auto path = ConstantOf(path_id, kStringType, "the path of a file");
  if (!path) return std::nullopt;
  const auto options = OptionsOf(id, function);
  if (!options) return std::nullopt;
  const Module& module = modules_[scope_.module];
  const auto resolved = path->is_null() ? std::nullopt : ResolvePath(module.root, module.directory, path->as_string());
  if (!resolved) {
    Report(Diagnostic(DiagnosticKind::kOutsideRoot, path_span, fmt::format("{} is outside of the root directory", PrintValue(*path)))
               .WithNote("paths are relative to the file and stay inside the directory of the main file"));
    return std::nullopt;
  }
  const auto file = sources_.Load(*resolved, SourceStore::kMaxResourceBytes);
  if (!file) {
    Error(DiagnosticKind::kMissingFile, path_span, fmt::format("cannot read the file: {}", file.error().message));
    return std::nullopt;
  }
  auto table = function == "file" ? ReadLines(sources_, *file) : function == "json" ? ReadJson(sources_, *file, *options) : ReadDelimited(sources_, *file, *options);
  if (table) return std::move(*table);
  const TableError& error = table.error();
  const auto kind = error.kind == TableError::Kind::kUnknownColumn ? DiagnosticKind::kUnknownColumn
                    : error.kind == TableError::Kind::kMixed       ? DiagnosticKind::kMixedMembers
                                                                   : DiagnosticKind::kMalformedFile;
  // A column that is not there is a mistake of the rules; all else is one of the file.
  const bool in_file = error.kind != TableError::Kind::kUnknownColumn && error.place.has_value();
  SourceSpan place = in_file ? error.place : path_span;
  if (error.kind == TableError::Kind::kUnknownColumn) {
    const auto names = tree().Names(id);
    for (size_t i = 0; i < names.size() && i < arguments.size(); ++i) {
      if (names[i].text == "column" || names[i].text == "columns") place = tree().Get(arguments[i]).span;
    }
  }
  Diagnostic diagnostic(kind, place, error.message);
  if (in_file) diagnostic.labels.push_back({path_span, "the file is read here"});
  Report(std::move(diagnostic));
  return std::nullopt;
}

// --- Sets ----------------------------------------------------------------------------------------------------------------

TypedId Checker::CellOf(const SetScalar& cell, SourceSpan span) {
  if (const auto* text = std::get_if<std::string>(&cell)) return build_.Text(*text, span);
  if (const auto* number = std::get_if<int64_t>(&cell)) return build_.Int(*number, span);
  return build_.Const(kFloatType, Value::Float(std::get<double>(cell)), span);
}

TypedId Checker::SetOf(const Table& table, SetModifiers modifiers, SourceSpan span) {
  SetValues values(table.columns, modifiers);
  for (const SetMember& row : table.rows) values.Add(row);
  return build_.Set(tables_.resources.AddSet(std::move(values)), span);
}

// `file("...")` as a set, straight from the file's text, since it may have millions of lines. Nothing where it is not that, or
// not in order: the table says why.
std::optional<TypedId> Checker::SetOfFile(ExprId id, SetModifiers modifiers, SourceSpan span) {
  const Expr e = tree().Get(id);
  if (e.kind != ast::ExprKind::kCall) return std::nullopt;
  const Expr& callee = tree().Get(tree().Child(id, 0));
  if (callee.kind != ast::ExprKind::kName || callee.text != "file" || FindGlobal(callee.text)) return std::nullopt;
  const auto arguments = tree().Arguments(id);
  if (arguments.size() != 1 || tree().Get(arguments[0]).kind != ast::ExprKind::kString) return std::nullopt;
  const auto path = ConstantOf(arguments[0], kStringType, "the path of a file");
  if (!path || path->is_null()) return std::nullopt;
  const Module& module = modules_[scope_.module];
  const auto resolved = ResolvePath(module.root, module.directory, path->as_string());
  if (!resolved) return std::nullopt;
  const auto file = sources_.Load(*resolved, SourceStore::kMaxResourceBytes);
  if (!file || sources_.FirstInvalidByte(*file)) return std::nullopt;
  SetValues values({kStringType}, modifiers);
  values.ReserveText(sources_.LineCount(*file), sources_.Text(*file).size());
  ForEachLine(sources_.Text(*file), [&](std::string_view line, size_t) { values.AddText(line); });
  return build_.Set(tables_.resources.AddSet(std::move(values)), span);
}

TypedId Checker::ResolveSet(const Symbol& symbol) {
  const auto& set = DeclOf(symbol).As<ast::SetDecl>();
  SetModifiers modifiers;
  for (const ast::Name& modifier : set.modifiers) {
    if (modifier.text == "nocase") {
      modifiers.nocase = true;
    } else if (modifier.text == "words") {
      modifiers.words = true;
    } else {
      Report(Diagnostic(DiagnosticKind::kBadModifier, modifier.span, fmt::format("sets have no modifier `{}`", modifier.text)).WithNote("there are: nocase, words"));
      return {};
    }
  }
  if (const auto of_file = SetOfFile(set.value, modifiers, symbol.span)) return *of_file;
  auto table = ConstantTable(set.value);
  if (!table) return {};
  if ((modifiers.nocase || modifiers.words) && !table->rows.empty() && std::ranges::find(table->columns, kStringType) == table->columns.end()) {
    Error(DiagnosticKind::kBadModifier, set.modifiers.front().span, "modifiers are for sets of text");
    return {};
  }
  modifiers.nocase = modifiers.nocase || table->modifiers.nocase;
  modifiers.words = modifiers.words || table->modifiers.words;
  SetValues values(table->columns, modifiers);
  const bool literal = tree().Get(set.value).kind == ast::ExprKind::kList;
  for (size_t i = 0; i < table->rows.size(); ++i) {
    if (!values.Add(std::move(table->rows[i])) && literal) {
      Error(DiagnosticKind::kDuplicateMember, table->places[i], fmt::format("the set `{}` has this member already", symbol.name));
    }
  }
  return build_.Set(tables_.resources.AddSet(std::move(values)), symbol.span);
}

std::string Checker::MemberText(const std::vector<ast::Name>& names, const SetMember& row) const {
  std::string out;
  for (size_t c = 0; c < names.size() && c < row.size(); ++c) {
    if (!out.empty()) out += ", ";
    out += fmt::format("{} = ", names[c].text);
    if (const auto* text = std::get_if<std::string>(&row[c])) {
      out += fmt::format("\"{}\"", std::string_view(*text).substr(0, 60));
    } else if (const auto* number = std::get_if<int64_t>(&row[c])) {
      out += fmt::format("{}", *number);
    } else {
      out += fmt::format("{}", std::get<double>(row[c]));
    }
  }
  return out;
}

}  // namespace assay::sema
