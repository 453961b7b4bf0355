// Any bytes as a rule file: parsed, checked, lowered and optimised without a crash; what compiles passes the graph's verifier, and
// every diagnostic is rendered.
#include <cstdlib>

#include "compiler/diagnostics/render.h"
#include "compiler/driver/compile.h"
#include "fuzz_target.h"
#include "random_program.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace assay;
  const Result<Compilation> compilation = CompileText("fuzz.lf", fuzz::TextOf(data, size), {});
  if (!compilation) return 0;
  RenderAll(*compilation->sources, compilation->diagnostics, false, true);
  RenderAll(*compilation->sources, compilation->diagnostics, true, false);
  if (!compilation->ok()) return 0;
  if (!Verify(*compilation->graph) || !Verify(*compilation->optimized)) std::abort();
  return 0;
}

namespace assay::fuzz {

std::vector<std::string> Seeds() {
  std::vector<std::string> seeds;
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    differential::RandomSource random(seed);
    seeds.push_back(differential::JoinProgram(differential::RandomProgram(random, 2)));
  }
  seeds.push_back("labels L { A = 0, B = 4 }\nschema R { t: string from \"T\", n: int? = 3 }\n"
                  "@allow(never_true) @group(\"g\")\n## doc\nlf x -> A with 0.5 when n > 3 and n < 2\n"
                  "for (k, v) in {\"a\": 1, \"b\": 2} { lf \"f_{k}\" -> B when t contains k and n == v }\n"
                  "test \"t\" { given { t: \"a\" } expect x abstains }\n");
  return seeds;
}

std::vector<std::string> Pieces() {
  return {"lf ",    "when ",  "-> ",   "labels ", "schema ",     "set ",  "let ",  "fn ",    "for ",   " in ",    "test ",  "given ", "expect ", "abstain ",
          "import ", "std.url", "param ", "const ", "regex ",      "/a|b/i", "\"",   "\\u{41}", "{",      "}",       "(",      ")",      "[",       "]",
          " and ",  " or ",   "not ",  " is null", " ?? ",        " if ",  " then ", " else ", " has any ", " matches ", " contains ", " nocase", "##", "#",
          "@allow(", "1e999", "0x", "9223372036854775808", "12h", "..", "::", "\xEF\xBB\xBF", "\xFF", "\r\n", "count(", "x", "t", "slice ", "like "};
}

}  // namespace assay::fuzz
