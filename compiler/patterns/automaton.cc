// An expression, what of it can be searched for, its automaton, its pieces.
#include "compiler/patterns/automaton.h"

#include <optional>
#include <span>
#include <utility>

#include "compiler/patterns/expression.h"
#include "compiler/patterns/glushkov.h"
#include "compiler/patterns/pieces.h"

namespace assay::patterns {
namespace {

// The automaton of a part of a sequence that is small enough: every match contains a match of the part.
std::optional<text::Automaton> OfPart(Expressions& expressions, std::span<const ExpressionId> items) {
  if (items.size() > 1) {
    for (const auto half : {items.first(items.size() / 2), items.subspan(items.size() / 2)}) {
      const ExpressionId part = expressions.Trim(expressions.Concat({half.begin(), half.end()}));
      if (auto built = BuildPositions(expressions, part); built && !built->automaton.MatchesEverywhere()) {
        return std::move(built->automaton);
      }
    }
    for (const auto half : {items.first(items.size() / 2), items.subspan(items.size() / 2)}) {
      if (auto automaton = OfPart(expressions, half)) return automaton;
    }
  }
  return std::nullopt;
}

}  // namespace

SearchAutomata ToAutomata(const RegexTree& regex) {
  Expressions expressions;
  const ExpressionId root = expressions.Trim(ToExpression(regex, expressions));
  SearchAutomata result{.automaton = {.empty = text::Condition::Always()}};
  for (const ExpressionId piece : PiecesOf(root, expressions)) {
    if (auto built = BuildPositions(expressions, piece)) result.pieces.push_back(std::move(built->automaton));
  }
  if (auto built = BuildPositions(expressions, root)) {
    result.automaton = std::move(built->automaton);
    result.exact = built->exact && !regex.needs_backtracking();
  } else if (expressions[root].kind == Expression::Kind::kConcat) {
    const std::vector<ExpressionId> items = expressions[root].children;
    if (auto part = OfPart(expressions, items)) result.automaton = *std::move(part);
  }
  return result;
}

}  // namespace assay::patterns
