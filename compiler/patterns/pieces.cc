// Cuts sequences at their gaps.
#include "compiler/patterns/pieces.h"

#include <algorithm>

namespace assay::patterns {
namespace {

using Kind = Expression::Kind;

class Cutter {
 public:
  explicit Cutter(Expressions& expressions) : expressions_(expressions) {}

  std::vector<ExpressionId> Cut(ExpressionId id) {
    const Expression expression = expressions_[id];  // a copy: the store grows
    std::vector<ExpressionId> pieces;
    if (!expression.gap) {
      AddPiece(id, pieces);
      return pieces;
    }
    switch (expression.kind) {
      case Kind::kEmpty:
      case Kind::kCharacters: break;
      case Kind::kConcat: {
        std::vector<ExpressionId> run;
        const auto end_run = [&] {
          if (!run.empty()) AddPiece(expressions_.Concat(std::move(run)), pieces);
          run.clear();
        };
        for (const ExpressionId item : expression.children) {
          if (!expressions_[item].gap) {
            run.push_back(item);
            continue;
          }
          end_run();
          for (const ExpressionId piece : Cut(item)) AddUnlessThere(piece, pieces);
        }
        end_run();
        break;
      }
      case Kind::kAlternate: {
        // One of the branches is taken, so the best piece of one of them is there.
        std::vector<ExpressionId> best;
        for (const ExpressionId branch : expression.children) {
          const std::vector<ExpressionId> of_branch = Cut(branch);
          if (of_branch.empty()) return {};
          best.push_back(*std::ranges::max_element(of_branch, {}, [&](ExpressionId piece) { return expressions_[piece].narrow; }));
        }
        AddPiece(expressions_.Alternate(std::move(best)), pieces);
        break;
      }
      case Kind::kRepeat:
        // What is there at least once; the repetition as a whole is the gap or holds one.
        if (expression.min > 0) return Cut(expression.children[0]);
        break;
    }
    return pieces;
  }

 private:
  // A piece that says something: a character of a small set at least.
  void AddPiece(ExpressionId id, std::vector<ExpressionId>& pieces) {
    const ExpressionId trimmed = expressions_.Trim(id);
    if (!expressions_[trimmed].nullable.never() || expressions_[trimmed].narrow == 0) return;
    AddUnlessThere(trimmed, pieces);
  }

  static void AddUnlessThere(ExpressionId id, std::vector<ExpressionId>& pieces) {
    if (std::ranges::find(pieces, id) == pieces.end()) pieces.push_back(id);
  }

  Expressions& expressions_;
};

}  // namespace

std::vector<ExpressionId> PiecesOf(ExpressionId id, Expressions& expressions) {
  return expressions[id].gap ? Cutter(expressions).Cut(id) : std::vector<ExpressionId>();
}

}  // namespace assay::patterns
