// The verbs there are.
#include "compiler/command/verb.h"

namespace assay {

std::vector<std::unique_ptr<Verb>> AllVerbs() {
  std::vector<std::unique_ptr<Verb>> verbs;
  verbs.push_back(MakeCheckVerb());
  verbs.push_back(MakeRunVerb());
  verbs.push_back(MakeTestVerb());
  verbs.push_back(MakeExplainVerb());
  verbs.push_back(MakeAnalyzeVerb());
  verbs.push_back(MakeFitVerb());
  verbs.push_back(MakeLabelVerb());
  verbs.push_back(MakeScoreVerb());
  verbs.push_back(MakeBuildVerb());
  return verbs;
}

}  // namespace assay
