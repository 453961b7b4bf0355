#include "compiler/sema/check.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "compiler/diagnostics/render.h"
#include "compiler/parse/parse.h"

namespace assay {
namespace {

constexpr std::string_view kHead = "labels Spam { HAM, SPAM }\nschema Row { text: string  n: int  x: float?  name: string? }\n";

struct Checked {
  SourceStore sources;
  DiagnosticSink sink;
  std::unique_ptr<CheckedProgram> program;

  // "E0201 W0101": codes in the order of their places.
  std::string Codes() const {
    std::string codes;
    for (const Diagnostic& d : sink.Finish().diagnostics) codes += (codes.empty() ? "" : " ") + std::string(InfoOf(d.kind).code);
    return codes;
  }
  std::string Text() const { return RenderAll(sources, sink.Finish(), false, false); }
};

std::unique_ptr<Checked> CheckSource(std::string_view text, std::string name = "rules.lf") {
  auto checked = std::make_unique<Checked>();
  const FileId file = checked->sources.AddVirtual(std::move(name), text);
  ast::Ast tree = Parse(checked->sources, file, checked->sink);
  checked->program = Check(checked->sources, std::move(tree), {}, checked->sink);
  return checked;
}

// The codes of what is reported about declarations behind kHead, where unvoted labels and unused names are of no interest.
std::string CodesOf(std::string_view body, std::string* text = nullptr) {
  const auto checked = CheckSource(std::string(kHead) + std::string(body));
  if (text != nullptr) *text = checked->Text();
  std::string codes;
  for (const Diagnostic& d : checked->sink.Finish().diagnostics) {
    if (d.kind == DiagnosticKind::kUnvotedLabel || d.kind == DiagnosticKind::kUnusedName) continue;
    codes += (codes.empty() ? "" : " ") + std::string(InfoOf(d.kind).code);
  }
  return codes;
}

std::string Condition(std::string_view condition) {
  std::string text;
  const std::string codes = CodesOf("lf r -> SPAM when " + std::string(condition), &text);
  if (!codes.empty()) SCOPED_TRACE(text);
  return codes;
}

class Folder : public testing::Test {
 protected:
  Folder() : path_(std::filesystem::temp_directory_path() / ("assay-sema-" + std::to_string(::getpid()))) { std::filesystem::create_directories(path_ / "sub"); }
  ~Folder() override { std::filesystem::remove_all(path_); }

  void Write(const std::string& name, std::string_view text) { std::ofstream(path_ / name, std::ios::binary) << text; }
  std::unique_ptr<Checked> CheckFile(const std::string& name) {
    auto checked = std::make_unique<Checked>();
    const auto file = checked->sources.Load((path_ / name).string());
    EXPECT_TRUE(file.has_value());
    ast::Ast tree = Parse(checked->sources, *file, checked->sink);
    checked->program = Check(checked->sources, std::move(tree), {}, checked->sink);
    return checked;
  }

  std::filesystem::path path_;
};

TEST(Types, ConditionsOfEveryFormAreAccepted) {
  for (const std::string_view condition :
       {"true", "n > 3 and not (n == 5)", "10 <= len(text) < 40", "x > 1", "n + 1 == x * 2", "text contains \"a\" nocase", "text has [\"a\", \"b\"]",
        "text matches /a+/i", "text matches [/a+/, /b+/]", "text starts with [\"a\", \"b\"]", "text like \"a*\"", "name is null or x is not null", "(name ?? \"\") == \"\"",
        "n in [1, 2, 3]", "name not in [\"a\"]", "\"married\" in words(text)", "words(text) has any [\"a\"]", "if n > 1 then x > 1 else name == \"x\"",
        "count(text, upper) / len(text) > 0.4", "min(n, 3) == max(1, 2, 3)", "words(text)[0] == \"a\"", "text[1:3] == \"ab\"", "split(text) == [\"a\", \"b\"]",
        "text like [\"a*\", \"b*\"]", "format(\"{n} of {text}\") == \"1 of a\"", "extract(text, /\\d+/) is null", "int(text) > 3", "n // 2 % 3 == 1", "-n < 3", "sum([n, 2]) > 3",
        "text has \"a\" words", "n in range(1, 10)", "text has ([\"a\"] | [\"b\"])"}) {
    EXPECT_EQ(Condition(condition), "") << condition;
  }
}

TEST(Types, MistakesHaveTheirCodes) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"txet contains \"a\"", "E0201"},  {"lenn(text) > 3", "E0201"},         {"text.lower() == \"a\"", "E0201"}, {"n == \"3\"", "E0203"},
      {"text + 1 == \"a\"", "E0203"},    {"len(n) > 3", "E0204"},             {"len(text, text) > 3", "E0205"},   {"text", "E0206"},
      {"n", "E0206"},                    {"text contains n", "E0203"},        {"text matches \"a\"", "E0203"},    {"n in text", "E0203"},
      {"n in [\"a\"]", "E0203"},         {"name == null", "W0106"},           {"[1, \"a\"] == [1]", "E0504"},     {"text contains \"a\" and n", "E0206"},
      {"not n", "E0206"},                {"lower(text) contains \"ABC\"", "W0105"}, {"text matches /(a/", "E0401"}, {"text matches /a*/", "W0104"},
      {"text ~ \"a\" within 2", "E0601"}, {"any w in words(text): w == \"a\"", "E0601"}, {"year(text) > 3", "E0601"}, {"text has \"\"", "W0104"},
      {"text matches /{nothing}/", "E0402"}, {"text < n", "E0203"},           {"true < false", "E0203"},          {"text like \"a\" nocase", "E0218"},
      {"(if n > 1 then n else text) == 1", "E0203"}, {"n > 1 > 2 > text", "E0203"}, {"Spam == 1", "E0212"},        {"HAM == n", "E0203"}};
  for (const auto& [condition, code] : cases) EXPECT_EQ(Condition(condition), code) << condition;
}

TEST(Types, AnUnknownNameIsReportedWithTheNearestOne) {
  const auto checked = CheckSource(std::string(kHead) + "lf r -> SPAM when txet contains \"a\"\n");
  const auto diagnostics = checked->sink.Finish().diagnostics;
  ASSERT_FALSE(diagnostics.empty());
  ASSERT_EQ(diagnostics[0].helps.size(), 1u);
  EXPECT_EQ(diagnostics[0].helps[0].text, "did you mean `text`?");
  ASSERT_EQ(diagnostics[0].helps[0].edits.size(), 1u);
  EXPECT_EQ(diagnostics[0].helps[0].edits[0].replacement, "text");
}

TEST(Names, TwoOfOneNameAreAnErrorWithBothPlaces) {
  EXPECT_EQ(CodesOf("let a = 1\nconst a = 2\n"), "E0202");
  EXPECT_EQ(CodesOf("lf a -> SPAM when true\nlf a -> HAM when true\n"), "E0202");
  EXPECT_EQ(CodesOf("fn f(a: int, a: int) = a\n"), "E0202");
}

TEST(Names, DefinitionsMayStandInAnyOrder) {
  EXPECT_EQ(CodesOf("lf r -> SPAM when a > limit\nlet a = b + 1\nlet b = f(n)\nfn f(k: int) -> int = k * limit\nconst limit = 3\n"), "");
}

TEST(Names, WhatNeedsItselfIsAnError) {
  EXPECT_EQ(CodesOf("let a = b\nlet b = a\nlf r -> SPAM when a == 1\n"), "E0210");
  EXPECT_EQ(CodesOf("fn f(k: int) = f(k)\n"), "E0210");
  EXPECT_EQ(CodesOf("lf a -> SPAM when b votes\nlf b -> SPAM when a votes\n"), "E0210");
  EXPECT_EQ(CodesOf("lf a -> SPAM when a abstains\n"), "E0210");
  EXPECT_EQ(CodesOf("regex r = /{r}/\n"), "E0210");
}

TEST(Names, ALongChainOfDefinitionsBackwardsIsAnErrorAndNoCrash) {
  std::string text(kHead);
  for (int i = 0; i < 5000; ++i) text += "let a" + std::to_string(i) + " = a" + std::to_string(i + 1) + " + 1\n";
  text += "let a5000 = n\n";
  const auto checked = CheckSource(text);
  EXPECT_TRUE(checked->Codes().find("E0602") != std::string::npos) << checked->Text();
}

TEST(Names, ALongChainOfDefinitionsForwardsIsFine) {
  std::string text(kHead);
  text += "let a0 = n\n";
  for (int i = 1; i < 20000; ++i) text += "let a" + std::to_string(i) + " = a" + std::to_string(i - 1) + " + 1\n";
  text += "lf r -> SPAM when a19999 > 3\n";
  EXPECT_FALSE(CheckSource(text)->sink.has_errors());
}

TEST(Labels, TheTaskIsInferredFromTheLabel) {
  const auto checked = CheckSource(std::string(kHead) + "labels Tone { GOOD, BAD }\nlf a -> SPAM when true\nlf b -> BAD when true\nlf c -> HAM when true\nlf d -> GOOD when true\n");
  EXPECT_EQ(checked->Codes(), "") << checked->Text();
  EXPECT_EQ(checked->program->rules[0].task, TaskId(0));
  EXPECT_EQ(checked->program->rules[1].task, TaskId(1));
}

TEST(Labels, MistakesHaveTheirCodes) {
  EXPECT_EQ(CodesOf("lf a -> SPAMM when true\n"), "E0207");
  EXPECT_EQ(CodesOf("labels Tone { GOOD }\nlf a { SPAM when true GOOD when true }\n"), "E0208");
  EXPECT_EQ(CodesOf("labels Tone { SPAM, GOOD }\nlf a -> SPAM when true\n"), "E0209");
  EXPECT_EQ(CodesOf("labels Tone { SPAM, GOOD }\nlf a -> Tone.SPAM when true\nlf b: Spam -> SPAM when true\nlf c { GOOD when true SPAM when true }\n"), "");
  EXPECT_EQ(CodesOf("labels Tone { A = 1, B = 1 }\n"), "E0216");
  EXPECT_EQ(CodesOf("labels Tone { A = -1 }\n"), "E0216");
  EXPECT_EQ(CodesOf("lf a -> SPAM with 1.5 when true\n"), "E0217");
  EXPECT_EQ(CodesOf("lf a -> SPAM when b == GOOD\nlf b -> SPAM when true\nlabels Tone { GOOD }\n"), "E0208");
  EXPECT_EQ(CodesOf("lf a -> SPAM when b in [HAM, SPAM] and b != HAM and b votes and not (b abstains)\nlf b -> SPAM when true\n"), "");
}

TEST(Functions, AreCheckedByThemselvesAndAtTheirCalls) {
  EXPECT_EQ(CodesOf("fn f(a: int) -> int = a + n\nlf r -> SPAM when f(3) > f(n)\n"), "");
  EXPECT_EQ(CodesOf("fn f(a: int) -> string = a\n"), "E0203");
  EXPECT_EQ(CodesOf("fn f(a: int) = a + text\n"), "E0203");
  EXPECT_EQ(CodesOf("fn f(a: int) = a\nlf r -> SPAM when f(text) == 1\n"), "E0204");
  EXPECT_EQ(CodesOf("fn f(a: int) = a\nlf r -> SPAM when f(1, 2) == 1\n"), "E0205");
  EXPECT_EQ(CodesOf("fn any_of(s: set<string>) = text has any s or words(text) has any s\nset w = [\"a\"]\nlf r -> SPAM when any_of(w) and any_of([\"b\"])\n"), "");
  EXPECT_EQ(CodesOf("fn f(a: float) = a\nlf r -> SPAM when f(n) > 0.5 and f(null) is null\n"), "");
}

TEST(Functions, DoublingCallsDoNotGrowWithoutEnd) {
  std::string text(kHead);
  text += "fn f0(a: int) = a + a\n";
  for (int i = 1; i < 60; ++i) text += "fn f" + std::to_string(i) + "(a: int) = f" + std::to_string(i - 1) + "(a) + f" + std::to_string(i - 1) + "(a)\n";
  text += "lf r -> SPAM when f59(n) > 0\n";
  const auto checked = CheckSource(text);
  EXPECT_EQ(checked->Codes(), "W0102") << checked->Text();
  EXPECT_LT(checked->program->exprs.size(), 10'000u);
}

TEST(Sets, AreMadeFromLiteralsComprehensionsAndUnions) {
  EXPECT_EQ(CodesOf("set a nocase = [\"x\", \"y\"]\nset b = [w + \"-in-law\" for w in a if w != \"y\"]\nset c = a | b\nset d = [1, 2.5]\nlf r -> SPAM when text has c or x in d\n"), "");
  EXPECT_EQ(CodesOf("set a = [\"x\", 1]\n"), "E0504");
  EXPECT_EQ(CodesOf("set a = [\"x\", \"x\"]\n"), "W0107");
  EXPECT_EQ(CodesOf("set a = [text]\n"), "E0501");
  EXPECT_EQ(CodesOf("set a = [int(w) for w in [\"1\", \"z\"]]\n"), "E0503");
  EXPECT_EQ(CodesOf("set a loud = [\"x\"]\n"), "E0218");
  EXPECT_EQ(CodesOf("set a nocase = [1]\n"), "E0218");
  EXPECT_EQ(CodesOf("let l = [w for w in words(text)]\n"), "E0601");
}

TEST(Families, ExpandOverListsSetsAndRanges) {
  const auto checked = CheckSource(std::string(kHead) +
                                   "for word in [\"please\", \"song\"] { lf \"kw_{word}\" -> SPAM when lower(text) contains word }\n"
                                   "set pairs = [(\"HAM\", \"a+\"), (\"SPAM\", \"b\")]\n"
                                   "for (label, pattern) in pairs { lf \"rule_{index}\" -> Spam(label) when text matches regex(pattern, \"i\") }\n"
                                   "for d in range(2, 5) { for e in [1] { lf \"mod_{d}_{e}\" -> SPAM when n % d == e } }\n"
                                   "for s in [\"q\"] { let both = s + s  slice \"has_{s}\" when text contains both }\n"
                                   "lf uses -> HAM when kw_please == SPAM and mod_3_1 abstains\n");
  EXPECT_EQ(checked->Codes(), "") << checked->Text();
  std::vector<std::string> names;
  for (const CheckedRule& rule : checked->program->rules) names.push_back(rule.name);
  EXPECT_EQ(names, (std::vector<std::string>{"kw_please", "kw_song", "rule_0", "rule_1", "mod_2_1", "mod_3_1", "mod_4_1", "uses"}));
}

TEST(Families, MistakesHaveTheirCodes) {
  EXPECT_EQ(CodesOf("for w in [\"a\", \"b\"] { lf same -> SPAM when text contains w }\n"), "E0202");
  EXPECT_EQ(CodesOf("for (a, b) in [\"a\"] { lf \"r_{a}\" -> SPAM when true }\n"), "E0502");
  EXPECT_EQ(CodesOf("for w in words(text) { lf \"r_{w}\" -> SPAM when true }\n"), "E0501");
  EXPECT_EQ(CodesOf("for w in text { lf \"r_{w}\" -> SPAM when true }\n"), "E0502");
  EXPECT_EQ(CodesOf("for w in [\"\\n\"] { lf \"{w}\" -> SPAM when true }\n"), "E0505");
  EXPECT_EQ(CodesOf("for w in [\"X\"] { lf \"r_{w}\" -> Spam(w) when true }\n"), "E0207");
  EXPECT_EQ(CodesOf("for w in [\"(\"] { lf \"r_{w}\" -> SPAM when text matches regex(w, \"\") }\n"), "E0401");
}

TEST(Families, AMistakeIsReportedForOneMemberOnly) {
  std::string text(kHead);
  text += "for d in range(0, 3000) { lf \"r_{d}\" -> SPAM when text > d }\n";
  const auto checked = CheckSource(text);
  EXPECT_EQ(checked->sink.error_count(), 1u);
}

TEST(Patterns, PutInNamedPatternsAndSets) {
  EXPECT_EQ(CodesOf("set w nocase words = [\"a.b\", \"c\"]\nregex inner = /x|y/i\nregex outer = /^{inner}{2,3}{w}[{}]$/\nlf r -> SPAM when text matches outer\n"), "");
}

TEST(Patterns, AMistakeIsShownAtItsLetters) {
  const auto checked = CheckSource(std::string(kHead) + "lf r -> SPAM when text matches /abc(?P<n/\n");
  const auto diagnostics = checked->sink.Finish().diagnostics;
  ASSERT_FALSE(diagnostics.empty());
  EXPECT_EQ(diagnostics[0].kind, DiagnosticKind::kBadPattern);
  EXPECT_GE(diagnostics[0].span.begin, std::string(kHead).size() + std::string("lf r -> SPAM when text matches /abc").size());
}

TEST(Schemas, MistakesHaveTheirCodes) {
  EXPECT_EQ(CheckSource("schema A { a: int }\nschema B { b: int }\n")->Codes(), "E0211");
  EXPECT_EQ(CheckSource("schema A { a: integer }\n")->Codes(), "E0214");
  EXPECT_EQ(CheckSource("schema A { a: date }\n")->Codes(), "E0601");
  EXPECT_EQ(CheckSource("schema A { a: list<int> }\n")->Codes(), "E0601");
  EXPECT_EQ(CheckSource("schema A { a: int = \"x\" }\n")->Codes(), "E0203");
  EXPECT_EQ(CheckSource("schema A { a: int = null }\n")->Codes(), "E0503");
  EXPECT_EQ(CheckSource("schema A { a: float = limit  b: string? = null }\nconst limit = 3\n")->Codes(), "");
}

TEST(Refused, AConstructThatIsNotSupportedIsNamedOnce) {
  EXPECT_EQ(CheckSource("labels S { A }\nschema R { posted: timestamp?  t: string }\nlf a -> A when posted is null or posted == posted\n")->Codes(), "E0601");
  EXPECT_EQ(CodesOf("map m: string -> string = { \"a\": \"b\" }\nlf r -> SPAM when m[text] == \"b\"\n"), "E0601");
  EXPECT_EQ(CodesOf("extern fn tox(t: string) -> float pure\nlf r -> SPAM when tox(text) > 0.5\n"), "E0601");
  EXPECT_EQ(CodesOf("transform t { text = lower(text) }\n"), "E0601");
}

TEST(TestBlocks, AreChecked) {
  EXPECT_EQ(CodesOf("lf r -> SPAM when n > 1\ntest \"t\" { given { text: \"a\", n: 2 } expect r == SPAM, r votes, n == 2 }\n"), "");
  EXPECT_EQ(CodesOf("lf r -> SPAM when n > 1\ntest \"t\" { given { n: 2 } expect r == SPAM }\n"), "E0215");
  EXPECT_EQ(CodesOf("lf r -> SPAM when n > 1\ntest \"t\" { given { text: 3, n: 2 } expect r == SPAM }\n"), "E0203");
  EXPECT_EQ(CodesOf("lf r -> SPAM when n > 1\ntest \"t\" { given { text: \"a\", n: 2, z: 1 } expect r == SPAM }\n"), "E0201");
  EXPECT_EQ(CodesOf("lf r -> SPAM when n > 1\ntest \"t\" { given { text: \"a\", n: 2 } expect r }\n"), "E0206");
}

TEST(Warnings, UnusedNamesUnvotedLabelsAndNaming) {
  EXPECT_EQ(CheckSource(std::string(kHead) + "let unused = 3\nlf r -> SPAM when true\n")->Codes(), "W0102 W0101");
  EXPECT_EQ(CheckSource("labels spam_kind { Ham }\nschema R { Text: string }\nlf LOUD -> Ham when Text has \"a\"\n")->Codes(), "W0103 W0103 W0103 W0103");
  EXPECT_EQ(CheckSource(std::string(kHead) + "@allow(unused_name)\nlet unused = 3\nlf r -> SPAM when true\nlf s -> HAM when true\n")->Codes(), "");
}

TEST(Attributes, ThatDoNotExistAreErrors) {
  EXPECT_EQ(CodesOf("@disable\nlf r -> SPAM when true\n"), "E0213");
  EXPECT_EQ(CodesOf("@group(3)\nlf r -> SPAM when true\n"), "E0213");
  EXPECT_EQ(CodesOf("@disabled @group(\"g\") @author(\"a\")\nlf r -> SPAM when true\n"), "");
}

TEST_F(Folder, ResourcesAreReadRelativeToTheFile) {
  Write("sub/words.txt", "# a comment\na\n\nb c\n#hash\n");
  Write("sub/t.csv", "label,word\nSPAM,\"a,\"\"b\"\nHAM,c\n");
  Write("t.json", "[{\"w\": \"x\", \"n\": 1}, {\"w\": \"y\", \"n\": 2.5}]");
  Write("rules.lf", std::string(kHead) +
                        "set words = file(\"sub/words.txt\")\nset j = json(\"t.json\", columns: [\"w\", \"n\"])\n"
                        "for (label, word) in csv(\"sub/t.csv\") { lf \"w_{index}\" -> Spam(label) when text contains word }\n"
                        "for (w, m) in j { lf \"j_{w}\" -> SPAM when text has words and n > m }\n");
  const auto checked = CheckFile("rules.lf");
  EXPECT_EQ(checked->Codes(), "") << checked->Text();
  EXPECT_EQ(checked->program->rules.size(), 4u);
  const ResourceStore& resources = checked->program->tables->resources;
  bool found = false;
  for (size_t i = 0; i < resources.set_count(); ++i) found = found || resources.set(SetId(i)).Contains("#hash");
  EXPECT_TRUE(found);
}

TEST_F(Folder, ResourcesThatAreMissingMalformedOrOutsideAreErrors) {
  Write("bad.csv", "a,b\n1,2\n3\n");
  Write("quote.csv", "a\n\"x\n");
  Write("utf.txt", "a\n\xff\n");
  Write("bad.json", "[1, \n 2");
  const auto codes = [&](const std::string& declaration) {
    Write("rules.lf", declaration);
    return CheckFile("rules.lf")->Codes();
  };
  EXPECT_EQ(codes("set s = file(\"none.txt\")"), "E0301");
  EXPECT_EQ(codes("set s = file(\"sub\")"), "E0301");
  EXPECT_EQ(codes("set s = file(\"../x.txt\")"), "E0303");
  EXPECT_EQ(codes("set s = file(\"/etc/passwd\")"), "E0303");
  EXPECT_EQ(codes("set s = csv(\"bad.csv\")"), "E0302");
  EXPECT_EQ(codes("set s = csv(\"quote.csv\")"), "E0302");
  EXPECT_EQ(codes("set s = file(\"utf.txt\")"), "E0302");
  EXPECT_EQ(codes("set s = json(\"bad.json\")"), "E0302");
  EXPECT_EQ(codes("set s = csv(\"bad.csv\", column: \"z\")"), "E0306");
  EXPECT_EQ(codes("set s = csv(\"bad.csv\", colour: \"z\")"), "E0204");
}

TEST_F(Folder, AMalformedFileIsShownAtItsLine) {
  Write("bad.csv", "a,b\n1,2\n3\n");
  Write("rules.lf", "set s = csv(\"bad.csv\")");
  EXPECT_NE(CheckFile("rules.lf")->Text().find("bad.csv:3:1"), std::string::npos);
}

TEST_F(Folder, ModulesAreImportedAndNamedByTheirAlias) {
  Write("lib.lf", "set praise = [\"great\"]\nregex loud = /!!+/\nfn twice(k: int) = k * 2\nconst limit = 3\nlabels Tone { GOOD, BAD }\n");
  Write("rules.lf", std::string(kHead) +
                        "import \"lib.lf\" as l\nimport std.url\nlf a -> SPAM when text has l.praise and text matches l.loud and l.twice(n) > l.limit\n"
                        "lf b -> HAM when text matches url.link or text matches /{l.loud}x/\nlf c -> l.GOOD when true\nlf d: l.Tone -> BAD when true\n");
  const auto checked = CheckFile("rules.lf");
  EXPECT_EQ(checked->Codes(), "") << checked->Text();
}

TEST_F(Folder, ModulesThatAreMissingOrCyclicAreErrors) {
  Write("a.lf", "import \"b.lf\" as b\n");
  Write("b.lf", "import \"a.lf\" as a\n");
  const auto cyclic = CheckFile("a.lf");
  EXPECT_EQ(cyclic->Codes(), "E0305") << cyclic->Text();
  EXPECT_NE(cyclic->Text().find("b.lf imports"), std::string::npos) << cyclic->Text();
  Write("c.lf", "import std.nothing\nimport \"none.lf\" as n\nimport \"../x.lf\" as x\nimport \"b2.lf\" as b\nlf r -> A when b.zzz\nlabels T { A }\n");
  Write("b2.lf", "");
  EXPECT_EQ(CheckFile("c.lf")->Codes(), "E0304 E0301 E0303 E0201") << CheckFile("c.lf")->Text();
}

TEST(Speed, AThousandRulesTakeFewMilliseconds) {
  std::string text(kHead);
  for (int i = 0; i < 1000; ++i) text += "lf r" + std::to_string(i) + " -> SPAM when text contains \"word" + std::to_string(i) + "\" and n > " + std::to_string(i) + "\n";
  Checked checked;
  const FileId file = checked.sources.AddVirtual("rules.lf", text);
  ast::Ast tree = Parse(checked.sources, file, checked.sink);
  const auto started = std::chrono::steady_clock::now();
  checked.program = Check(checked.sources, std::move(tree), {}, checked.sink);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  RecordProperty("milliseconds", std::to_string(seconds * 1000));
  EXPECT_FALSE(checked.sink.has_errors());
  EXPECT_LT(seconds, 0.5);  // ten times what is expected of a busy machine
}

TEST(Size, TwentyThousandTermsAndTenThousandMembersAreNormal) {
  std::string text(kHead);
  text += "lf r -> SPAM when text contains \"0\"";
  for (int i = 1; i < 20000; ++i) text += " or text contains \"" + std::to_string(i) + "\"";
  text += "\nfor k in range(0, 10000) { lf \"k_{k}\" -> HAM when n == k and text contains string(k) }\n";
  const auto checked = CheckSource(text);
  EXPECT_EQ(checked->Codes(), "") << checked->Text();
  EXPECT_EQ(checked->program->rules.size(), 10001u);
}

}  // namespace
}  // namespace assay
