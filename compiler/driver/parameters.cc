// A parameter's text is read by its declared type, with the same routines as cells of data.
#include "compiler/driver/parameters.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "runtime/text/number.h"

namespace assay {
namespace {

Result<Value> ReadAs(RuleGraph& graph, TypeId type, const std::string& text) {
  switch (graph.types.Kind(type)) {
    case TypeKind::kBool:
      if (text == "true") return Value::Bool(true);
      if (text == "false") return Value::Bool(false);
      return Fail(ErrorKind::kUsage, "true or false");
    case TypeKind::kInt:
      if (const auto number = text::ParseInt(text)) return Value::Int(*number);
      return Fail(ErrorKind::kUsage, "a whole number of 64 bits");
    case TypeKind::kFloat:
      if (const auto number = text::ParseFloat(text); number && !std::isnan(*number)) return Value::Float(*number);
      return Fail(ErrorKind::kUsage, "a number");
    case TypeKind::kString: return Value::String(graph.text.Copy(text));
    case TypeKind::kDate:
    case TypeKind::kTimestamp:
    case TypeKind::kDuration:
    case TypeKind::kList:
    case TypeKind::kSet:
    case TypeKind::kMap:
    case TypeKind::kSpan:
    case TypeKind::kTuple:
    case TypeKind::kRecord:
    case TypeKind::kLabel:
    case TypeKind::kRegex:
    case TypeKind::kCharClass:
    case TypeKind::kNull: break;
  }
  return Fail(ErrorKind::kUsage, "of a type that cannot be set from outside");
}

}  // namespace

Status SetParameters(RuleGraph& graph, const std::vector<std::pair<std::string, std::string>>& params) {
  for (const auto& [name, text] : params) {
    const auto param =
        std::find_if(graph.params.begin(), graph.params.end(), [&](const Param& p) { return p.name == name; });
    if (param == graph.params.end()) {
      std::vector<std::string> names;
      for (const Param& p : graph.params) names.push_back(p.name);
      return Fail(ErrorKind::kUsage,
                  names.empty() ? fmt::format("no parameter `{}`: the rules declare none", name)
                                : fmt::format("no parameter `{}`: the rules declare {}", name, fmt::join(names, ", ")));
    }
    Result<Value> value = ReadAs(graph, param->type, text);
    if (!value) {
      return Fail(ErrorKind::kUsage, fmt::format("parameter `{}` cannot be `{}`: it is {} ({})", name, text,
                                                 value.error().message, graph.types.Print(param->type)));
    }
    param->value = *value;
  }
  return {};
}

}  // namespace assay
