// Any bytes as the text of a rule graph: read or refused; what is read and passes the verifier is printed and read back the same,
// optimised to a graph that passes, and evaluated.
#include <cstdlib>

#include "compiler/passes/passes.h"
#include "fuzz_target.h"
#include "random_graph.h"
#include "runtime/evaluate/evaluator.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace assay;
  const Result<std::unique_ptr<RuleGraph>> graph = ReadGraph(fuzz::TextOf(data, size));
  if (!graph || !Verify(**graph)) return 0;
  const std::string printed = Print(**graph);
  const auto again = ReadGraph(printed);
  if (!again || Print(**again) != printed) std::abort();
  // Evaluation of what a stranger wrote may take long; a few nodes are enough here.
  if ((*graph)->nodes.size() > 2000) return 0;
  const auto optimized = CopyGraph(**graph);
  Optimize(*optimized);
  BindParams(*optimized);
  if (!Verify(*optimized)) std::abort();
  Result<Evaluator> evaluator = Evaluator::Create(*optimized);
  if (!evaluator) return 0;
  evaluator->SetRow({});
  for (NodeId root : Roots(*optimized)) evaluator->Evaluate(root);
  return 0;
}

namespace assay::fuzz {

std::vector<std::string> Seeds() {
  std::vector<std::string> seeds;
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    differential::RandomSource random(seed);
    seeds.push_back(Print(*differential::RandomGraph(random, {.rules = 2, .max_branches = 2, .depth = 3})));
  }
  return seeds;
}

std::vector<std::string> Pieces() {
  return {"%0", "%1", "%7", "%4294967295", "%-1", "\n", "node ", "rule ", "branch ", "slice ", "field ", "const ", "set ", "pattern ", "task ", "and", "or", "not", "is_true",
          "if", "call", "int", "string?", "list<string>", "label#0", "\"", "\\x", "9223372036854775808", "nan", "1e400", " = ", " : "};
}

}  // namespace assay::fuzz
