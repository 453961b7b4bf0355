// `assay explain`: for one row, what every rule did and why: each branch's condition with the values of its parts, what
// a pattern matched, and which part decided. The reference evaluator over the graph as it was written answers; nothing
// is compiled.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <optional>
#include <unordered_set>

#include "compiler/command/options.h"
#include "compiler/command/rules.h"
#include "compiler/command/show_value.h"
#include "compiler/command/suggest.h"
#include "compiler/command/verb.h"
#include "runtime/evaluate/evaluator.h"
#include "runtime/io/table_reader.h"

namespace assay {
namespace {

constexpr int kMaxDepth = 8;         // levels of sub-conditions
constexpr size_t kMaxOperands = 12;  // of one `and` or `or`
constexpr std::string_view kNameCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.";
constexpr size_t kMaxLine = 100;  // characters of source text

// Explains rules for the row that an evaluator stands on.
class RowExplainer {
 public:
  RowExplainer(const Compilation& compilation, Evaluator& evaluator, bool color)
      : sources_(*compilation.sources), graph_(*compilation.graph), evaluator_(evaluator), color_(color) {}

  void Row() {
    for (size_t f = 0; f < graph_.fields.size(); ++f) {
      const Field& field = graph_.fields[f];
      // A field that no rule reads has no node; it is not part of an explanation.
      for (size_t n = 0; n < graph_.nodes.size(); ++n) {
        const Node& node = graph_.nodes.Get(NodeId(n));
        if (node.kind != NodeKind::kField || node.payload != f) continue;
        out_ += fmt::format("  {} = {}\n", field.name,
                            ShowValue(evaluator_.Evaluate(NodeId(n)), graph_.types.Kind(node.type)));
        break;
      }
    }
    out_ += '\n';
  }

  void Explain(RuleId id) {
    const Rule& rule = graph_.rules[id.index()];
    const Task& task = graph_.tasks[rule.task.index()];
    const RuleOutcome outcome = evaluator_.Outcome(id);
    std::string vote = rule.disabled               ? "abstains (@disabled)"
                       : outcome.label == kAbstain ? "abstains"
                                                   : "votes " + ClassName(task, outcome.label);
    if (outcome.label != kAbstain && outcome.confidence != 1.0) vote += fmt::format(" with {}", outcome.confidence);
    out_ += fmt::format("{} {}{}\n", Paint(rule.name, "1"), Paint(vote, outcome.label == kAbstain ? "2" : "1;32"),
                        Place(rule.span));
    if (rule.disabled) return;
    for (size_t b = 0; b < rule.branches.size(); ++b) {
      const Branch& branch = rule.branches[b];
      const std::string label = branch.label == kAbstain ? "abstain" : ClassName(task, branch.label);
      if (outcome.branch != RuleOutcome::kNoBranch && b > outcome.branch) {
        out_ += fmt::format("  {} when {}: not asked, an earlier branch decided\n", label,
                            SourceOf(branch.condition, branch.span));
        continue;
      }
      shown_.clear();
      const Value value = evaluator_.Evaluate(branch.condition);
      out_ += fmt::format("  {} when {}: {}{}\n", label, SourceOf(branch.condition, branch.span), Shown(value),
                          b == outcome.branch ? " - this decided" : "");
      Parts(branch.condition, branch.span, 2, 0);
    }
    if (outcome.branch == RuleOutcome::kNoBranch) out_ += "  no condition is true, so the rule abstains\n";
  }

  std::string Take() { return std::move(out_); }

 private:
  static std::string ClassName(const Task& task, int32_t id) {
    for (const ClassInfo& info : task.classes) {
      if (info.id == id) return info.name;
    }
    return std::to_string(id);
  }

  std::string Paint(std::string_view text, std::string_view code) const {
    return color_ ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
  }

  std::string Place(const SourceSpan& span) const {
    return span.has_value() ? fmt::format("  ({})", sources_.Describe(span)) : std::string();
  }

  std::string Shown(const Value& value) const {
    const std::string text = ShowValue(value, TypeKind::kBool);
    return Paint(text, value.is_null() ? "33" : value.kind() == Value::Kind::kBool && value.as_bool() ? "32" : "31");
  }

  // A node may have been written in several places; the one inside `where` is the one to show.
  std::optional<SourceSpan> SpanOf(NodeId node, const SourceSpan& where) const {
    std::optional<SourceSpan> best;
    for (const SourceSpan& span : graph_.nodes.Spans(node)) {
      if (!span.has_value() || span.file.index() >= sources_.size()) continue;
      if (span.file == where.file && span.begin >= where.begin && span.end <= where.end) return span;
      if (!best) best = span;
    }
    return best;
  }

  // The source text of a node on one line.
  std::string SourceOf(NodeId node, const SourceSpan& where) const {
    const auto span = SpanOf(node, where);
    if (!span) return ShowKind(node);
    std::string text;
    bool blank = false;
    for (const char c : sources_.Text(*span)) {
      if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
        blank = true;
        continue;
      }
      if (blank && !text.empty()) text += ' ';
      blank = false;
      text += c;
      if (text.size() > kMaxLine && (static_cast<unsigned char>(c) & 0xC0) != 0x80) {
        text.pop_back();
        return text + "...";
      }
    }
    return text;
  }

  std::string ShowKind(NodeId id) const {
    const Node& node = graph_.nodes.Get(id);
    if (node.kind == NodeKind::kConst)
      return ShowValue(graph_.nodes.ConstantAt(id).value, graph_.types.Kind(node.type));
    if (node.kind == NodeKind::kField) return graph_.fields[node.payload].name;
    if (node.kind == NodeKind::kParam) return graph_.params[node.payload].name;
    if (node.kind == NodeKind::kCall) return std::string(InfoOf(graph_.nodes.BuiltinAt(id)).name);
    return std::string(InfoOf(node.kind).spelling);
  }

  // Operands that decide a connective come first, where not all fit.
  std::vector<NodeId> OperandsToShow(NodeId id) {
    const auto all = graph_.nodes.Operands(id);
    std::vector<NodeId> operands(all.begin(), all.end());
    const NodeKind kind = graph_.nodes.Get(id).kind;
    if (kind == NodeKind::kAnd || kind == NodeKind::kOr) {
      // In the order of the source, not of the hashes.
      std::ranges::stable_sort(operands, {}, [&](NodeId n) {
        const auto spans = graph_.nodes.Spans(n);
        return spans.empty() ? 0u : spans.front().begin;
      });
      if (operands.size() > kMaxOperands) {
        std::ranges::stable_partition(operands, [&](NodeId n) {
          const Value value = evaluator_.Evaluate(n);
          return !value.is_null() && value.as_bool() == (kind == NodeKind::kOr);
        });
      }
    }
    return operands;
  }

  // Not texts of fields, which stand at the top, and of constants only those that the source gives a name.
  bool IsWorthShowing(const Node& node, NodeId id, const SourceSpan& where) const {
    const TypeKind type = graph_.types.Kind(node.type);
    if (node.kind == NodeKind::kField) return type != TypeKind::kString;
    if (node.kind != NodeKind::kConst) return true;
    if (type == TypeKind::kSet || type == TypeKind::kRegex || type == TypeKind::kCharClass) return false;
    const std::string text = SourceOf(id, where);
    return !text.empty() && (std::isalpha(static_cast<unsigned char>(text[0])) != 0 || text[0] == '_') &&
           text.find_first_not_of(kNameCharacters) == std::string::npos && text != ShowKind(id);
  }

  // The parts of a condition, indented below it: whatever is not a constant and was not shown under this branch
  // already.
  void Parts(NodeId id, const SourceSpan& where, int indent, int depth) {
    if (depth > kMaxDepth) return;
    const std::string margin(static_cast<size_t>(indent) * 2, ' ');
    const Node& node = graph_.nodes.Get(id);
    if (node.kind == NodeKind::kCall && !graph_.nodes.Operands(id).empty()) {
      const Value text = evaluator_.Evaluate(graph_.nodes.Operands(id)[0]);
      for (const std::string& match : ShowMatches(graph_, id, text)) out_ += fmt::format("{}found {}\n", margin, match);
    }
    const std::vector<NodeId> operands = OperandsToShow(id);
    const std::string own = SourceOf(id, where);
    size_t shown = 0;
    for (const NodeId operand : operands) {
      const Node& part = graph_.nodes.Get(operand);
      if (!shown_.insert(operand.value).second || !IsWorthShowing(part, operand, where)) continue;
      if (shown == kMaxOperands) {
        out_ += fmt::format("{}... and more: {} in all\n", margin, operands.size());
        return;
      }
      const std::string text = SourceOf(operand, where);
      // A node that the compiler put between, or a name for the same thing: its parts are those of what is written.
      if (text == own) {
        Parts(operand, where, indent, depth + 1);
        continue;
      }
      ++shown;
      const Value value = evaluator_.Evaluate(operand);
      const bool is_bool = graph_.types.Kind(part.type) == TypeKind::kBool;
      out_ += fmt::format("{}{} {} {}\n", margin, text, is_bool ? "is" : "=",
                          is_bool ? Shown(value) : ShowValue(value, graph_.types.Kind(part.type)));
      if (!graph_.nodes.Operands(operand).empty()) Parts(operand, where, indent + 1, depth + 1);
    }
  }

  const SourceStore& sources_;
  const RuleGraph& graph_;
  Evaluator& evaluator_;
  bool color_;
  std::string out_;
  std::unordered_set<uint32_t> shown_;
};

class ExplainVerb : public Verb {
 public:
  std::string_view name() const override { return "explain"; }
  std::string_view description() const override { return "Shows why each rule voted as it did on one row"; }
  std::string_view usage() const override { return "RULES DATA... --row N [--lf NAME] [options]"; }
  std::vector<std::string_view> examples() const override {
    return {"assay explain rules.lf data.csv --row 12", "assay explain rules.lf data.csv --row 12 --lf check_out"};
  }

  void Declare(CLI::App& app) override {
    app.add_option("inputs", inputs_);
    app.add_option("--row", row_, "the number of the row, from 0")->type_name("N")->group("Explaining");
    app.add_option("--lf", rule_, "this rule alone")->type_name("NAME")->group("Explaining");
    app.add_option("--task", task_, "the rules of this task alone")->type_name("NAME")->group("Explaining");
    AddRulesOptions(app, rules_);
    AddDataOptions(app, data_);
  }

  Result<int> Execute(Console& console) override {
    if (inputs_.size() < 2) return Fail(ErrorKind::kUsage, "assay explain needs RULES and DATA");
    if (!row_) return Fail(ErrorKind::kUsage, "which row? --row N, counted from 0");
    ASSAY_ASSIGN_OR_RETURN(const CompileOptions compile, ToCompileOptions(rules_));
    ASSAY_ASSIGN_OR_RETURN(ReadOptions read, ToReadOptions(data_));
    ASSAY_ASSIGN_OR_RETURN(const std::unique_ptr<Compilation> compilation, LoadRules(inputs_[0], compile, console));
    if (compilation == nullptr) return ExitStatusOf(ErrorKind::kRules);
    ASSAY_ASSIGN_OR_RETURN(const std::vector<RuleId> rules, ChooseRules(*compilation->graph));

    read.limit = std::min(read.limit.value_or(*row_ + 1), *row_ + 1);
    ASSAY_ASSIGN_OR_RETURN(const auto reader,
                           OpenTable({inputs_.begin() + 1, inputs_.end()}, read, compilation->graph->fields));
    uint64_t first = 0;
    while (true) {
      ASSAY_ASSIGN_OR_RETURN(const std::optional<TableBatch> table, reader->Next());
      if (!table) {
        return Fail(ErrorKind::kUsage,
                    fmt::format("there is no row {}: the data have {} row{}", *row_, first, first == 1 ? "" : "s"));
      }
      const Batch& batch = table->batch;
      if (*row_ >= first + batch.rows) {
        first += batch.rows;
        continue;
      }
      ASSAY_ASSIGN_OR_RETURN(Evaluator evaluator, Evaluator::Create(*compilation->graph));
      const size_t row = *row_ - first;
      evaluator.SetRow(batch, row);
      console.Out(fmt::format("row {}\n", *row_));
      if (!batch.bad_rows.empty() && ((batch.bad_rows[row / 64] >> (row % 64)) & 1) != 0) {
        console.Out("a required value is missing in this row: every rule abstains\n");
        return 0;
      }
      RowExplainer explainer(*compilation, evaluator, console.color_out());
      explainer.Row();
      for (const RuleId rule : rules) explainer.Explain(rule);
      console.Out(explainer.Take());
      return 0;
    }
  }

 private:
  Result<std::vector<RuleId>> ChooseRules(const RuleGraph& graph) const {
    std::vector<RuleId> rules;
    std::vector<std::string> names;
    for (size_t r = 0; r < graph.rules.size(); ++r) {
      const Rule& rule = graph.rules[r];
      if (!rule.task.has_value()) continue;  // of an imported module: no column of the votes
      names.push_back(rule.name);
      if (!rule_.empty() && rule.name != rule_) continue;
      if (!task_.empty() && graph.tasks[rule.task.index()].name != task_) continue;
      rules.emplace_back(r);
    }
    if (rules.empty() && !rule_.empty())
      return Fail(ErrorKind::kUsage, fmt::format("no rule `{}`{}", rule_, DidYouMean(rule_, names)));
    if (rules.empty() && !task_.empty()) return Fail(ErrorKind::kUsage, fmt::format("no rules of a task `{}`", task_));
    return rules;
  }

  std::vector<std::string> inputs_;
  std::optional<uint64_t> row_;
  std::string rule_, task_;
  RulesOptions rules_;
  DataOptions data_;
};

}  // namespace

std::unique_ptr<Verb> MakeExplainVerb() { return std::make_unique<ExplainVerb>(); }

}  // namespace assay
