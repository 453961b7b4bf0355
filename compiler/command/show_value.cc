// Matches are found again here by the same routines that evaluate the tests; nothing of this is on the way of a run.
#include "compiler/command/show_value.h"

#include <fmt/format.h>

#include "runtime/text/literal.h"
#include "runtime/text/number.h"
#include "runtime/text/utf8.h"

namespace assay {
namespace {

constexpr size_t kTextLimit = 60;
constexpr size_t kListLimit = 12;
constexpr size_t kMatchLimit = 5;

std::string MatchAt(std::string_view text, size_t begin, size_t end) {
  const size_t first = text::CodePointIndex(text, begin);
  return fmt::format("{} at {}..{}", ShowText(text.substr(begin, end - begin), kTextLimit), first,
                     first + text::CountCodePoints(text.substr(begin, end - begin)));
}

void AddLiteral(std::string_view text, std::string_view needle, text::LiteralOptions options,
                std::vector<std::string>& out) {
  if (out.size() >= kMatchLimit) return;
  if (const auto range = text::Literal(needle, options).Find(text))
    out.push_back(MatchAt(text, range->begin, range->end));
}

void AddPattern(const RuleGraph& graph, PatternId pattern, std::string_view text, std::vector<std::string>& out) {
  const auto compiled = graph.resources.Compiled(pattern);
  if (!compiled) return;
  text::RegexScratch scratch;
  std::vector<text::Group> groups;
  if ((*compiled)->Find(text, 0, scratch, groups) == text::Found::kYes)
    out.push_back(MatchAt(text, groups[0].begin, groups[0].end));
}

}  // namespace

std::string ShowText(std::string_view text, size_t limit) {
  std::string out = "\"";
  size_t count = 0;
  for (size_t at = 0; at < text.size(); ++count) {
    if (count == limit) {
      out += "\"...";
      return out;
    }
    const size_t length = text::Decode(text.data() + at).length;
    const char c = text[at];
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      out += fmt::format("\\u{{{:x}}}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    } else {
      out += text.substr(at, length);
    }
    at += length;
  }
  return out + "\"";
}

std::string ShowValue(const Value& value, TypeKind kind) {
  switch (value.kind()) {
    case Value::Kind::kNull: return kind == TypeKind::kBool ? "unknown" : "null";
    case Value::Kind::kBool: return value.as_bool() ? "true" : "false";
    case Value::Kind::kInt: return text::FormatInt(value.as_int());
    case Value::Kind::kFloat: return text::FormatFloat(value.as_float());
    case Value::Kind::kString: return ShowText(value.as_string(), kTextLimit);
    case Value::Kind::kList: {
      std::string out = "[";
      size_t shown = 0;
      for (const Value& member : value.as_list()) {
        if (shown != 0) out += ", ";
        if (shown++ == kListLimit) return out + "...]";
        out += ShowValue(member, TypeKind::kNull);
      }
      return out + "]";
    }
    case Value::Kind::kRegex: return "a pattern";
    case Value::Kind::kSet: return "a set";
  }
  return {};
}

std::vector<std::string> ShowMatches(const RuleGraph& graph, NodeId id, const Value& value) {
  std::vector<std::string> out;
  const Node& node = graph.nodes.Get(id);
  if (node.kind != NodeKind::kCall || value.kind() != Value::Kind::kString) return out;
  const auto operands = graph.nodes.Operands(id);
  if (operands.size() < 2 || !graph.nodes.IsConst(operands[1])) return out;
  const std::string_view text = value.as_string();
  const Constant& constant = graph.nodes.ConstantAt(operands[1]);
  const BuiltinId builtin = graph.nodes.BuiltinAt(id);
  if (builtin == BuiltinId::OpMatches) {
    AddPattern(graph, PatternId(constant.resource), text, out);
  } else if (builtin == BuiltinId::OpContains || builtin == BuiltinId::OpContainsNocase) {
    AddLiteral(text, constant.value.as_string(), {.nocase = builtin == BuiltinId::OpContainsNocase}, out);
  } else if (builtin == BuiltinId::OpHasAny || builtin == BuiltinId::OpHasAll || builtin == BuiltinId::OpHasNone) {
    const SetValues& set = graph.resources.set(SetId(constant.resource));
    for (const SetMember& member : set.members()) {
      if (const auto* literal = std::get_if<std::string>(&member.at(0))) {
        AddLiteral(text, *literal, {.nocase = set.modifiers().nocase, .words = set.modifiers().words}, out);
      }
    }
  }
  return out;
}

}  // namespace assay
