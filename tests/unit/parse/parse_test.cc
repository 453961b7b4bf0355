// What is read from which text.
#include "compiler/parse/parse.h"

#include <gtest/gtest.h>

#include "compiler/ast/print.h"
#include "compiler/diagnostics/render.h"

namespace assay {
namespace {

using ast::DeclKind;
using ast::ExprKind;

// A text with its tree and what was said about it.
struct Parsed {
  explicit Parsed(std::string_view text) : file(sources.AddVirtual("test.lf", text)), tree(Parse(sources, file, sink)) {
    messages = RenderAll(sources, sink.Finish(), false, false);
  }

  const ast::Decl& Declaration(size_t n) const { return tree.Get(tree.declarations()[n]); }

  SourceStore sources;
  DiagnosticSink sink;
  FileId file;
  ast::Ast tree;
  std::string messages;
};

// The expression with parentheses only where they are needed; what was reported, where something was.
std::string Normal(std::string_view expression) {
  const Parsed parsed("let x = " + std::string(expression));
  if (!parsed.messages.empty()) return parsed.messages;
  return ast::ToSource(parsed.tree, parsed.Declaration(0).As<ast::LetDecl>().value);
}

std::string Tree(std::string_view expression) {
  const Parsed parsed("let x = " + std::string(expression));
  if (!parsed.messages.empty()) return parsed.messages;
  return ast::Print(parsed.tree, parsed.Declaration(0).As<ast::LetDecl>().value);
}

TEST(Parse, TheExamplesOfTheLanguageHaveNoErrors) {
  for (const char* const name : {"youtube_spam", "spouses", "reviews"}) {
    SourceStore sources;
    DiagnosticSink sink;
    const auto file = sources.Load(std::string("tests/unit/parse/data/") + name + ".lf");
    ASSERT_TRUE(file.has_value()) << file.error().message;
    const ast::Ast tree = Parse(sources, *file, sink);
    EXPECT_EQ(RenderAll(sources, sink.Finish(), false, false), "");
    EXPECT_GT(tree.declarations().size(), 10u);
  }
}

TEST(Parse, PrecedenceIsThatOfTheLanguage) {
  EXPECT_EQ(Normal("a or b and not c"), "a or b and not c");
  EXPECT_EQ(Normal("(a or b) and not (c and d)"), "(a or b) and not (c and d)");
  EXPECT_EQ(Normal("not a == b"), "not a == b");
  EXPECT_EQ(Normal("(a + b) * -c // d % e"), "(a + b) * -c // d % e");
  EXPECT_EQ(Normal("a - (b - c) - d"), "a - (b - c) - d");
  EXPECT_EQ(Normal("(a ?? b + 1) == (c ?? 2)"), "a ?? b + 1 == c ?? 2");
  EXPECT_EQ(Normal("a | b & c"), "a | b & c");
  EXPECT_EQ(Normal("10 <= len(text) < 40"), "10 <= len(text) < 40");
  EXPECT_EQ(Normal("(a < b) < c"), "(a < b) < c");
}

TEST(Parse, AndAndOrAreFlat) {
  EXPECT_EQ(Tree("a or b or c and d"), "or\n  name a\n  name b\n  and\n    name c\n    name d\n");
  EXPECT_EQ(Tree("(a or b) or c"), "or\n  or\n    name a\n    name b\n  name c\n");
}

TEST(Parse, EveryTextTestIsRead) {
  EXPECT_EQ(Normal("t contains s nocase"), "t contains s nocase");
  EXPECT_EQ(Normal("t has any S or t has all S or t has none S or t has S"), "t has any S or t has all S or t has none S or t has S");
  EXPECT_EQ(Normal("t starts with s and t ends with s"), "t starts with s and t ends with s");
  EXPECT_EQ(Normal("t like \"a*b?\""), "t like \"a*b?\"");
  EXPECT_EQ(Normal("t ~ s within 2"), "t ~ s within 2");
  EXPECT_EQ(Normal("t matches seq(A, [\"b\"], gap: 5)"), "t matches seq(A, [\"b\"], gap: 5)");
  EXPECT_EQ(Normal("x in S or x not in [1, 2]"), "x in S or x not in [1, 2]");
  EXPECT_EQ(Normal("x is null and y is not null"), "x is null and y is not null");
  EXPECT_EQ(Normal("rule votes or rule abstains or p.rule == SPAM"), "rule votes or rule abstains or p.rule == SPAM");
}

TEST(Parse, QuantifiersReachAsFarToTheRightAsTheyCan) {
  EXPECT_EQ(Tree("a and any e in es: b and c"), "and\n  name a\n  quantifier any e\n    name es\n    and\n      name b\n      name c\n");
  EXPECT_EQ(Normal("count(e in ents: e.label == \"WORK\") > 0.5 * len(ents)"), "count(e in ents: e.label == \"WORK\") > 0.5 * len(ents)");
  EXPECT_EQ(Normal("at least 2 (a, b) in pairs: a == b"), "at least 2 (a, b) in pairs: a == b");
  EXPECT_EQ(Normal("[lower(x) for x in xs if x != \"\"]"), "[lower(x) for x in xs if x != \"\"]");
  EXPECT_EQ(Normal("[(a, b) for (a, b) in r]"), "[(a, b) for (a, b) in r]");
  EXPECT_EQ(Normal("count(text, upper)"), "count(text, upper)");
}

TEST(Parse, PostfixesAreRead) {
  EXPECT_EQ(Normal("xs[0] + xs[-1] + len(xs[1:]) + len(xs[:2]) + len(xs[::2]) + len(xs[a:b:c])"),
            "xs[0] + xs[-1] + len(xs[1:]) + len(xs[:2]) + len(xs[::2]) + len(xs[a:b:c])");
  EXPECT_EQ(Normal("len(read & books_of[author_of[book]])"), "len(read & books_of[author_of[book]])");
  EXPECT_EQ(Normal("if a then b else if c then d else e + 1"), "if a then b else if c then d else e + 1");
}

TEST(Parse, LiteralsAreReadExactly) {
  EXPECT_EQ(Normal("[42, 1_000, 0x2F, -9223372036854775808, 9223372036854775807]"),
            "[42, 1000, 47, -9223372036854775808, 9223372036854775807]");
  EXPECT_NE(Normal("1e999").find("E0107"), std::string::npos);  // too large for a float
  EXPECT_EQ(Normal("[3.5, 1e-3, -0.25, 1e-400]"), "[3.5, 0.001, -0.25, 0.0]");
  EXPECT_EQ(Normal("[30s, 15m, 12h, 7d]"), "[30s, 15m, 12h, 7d]");
  EXPECT_EQ(Normal(R"("a\n\t\r\"\\\u{1F600}")"), "\"a\\n\\t\\r\\\"\\\\\U0001F600\"");
  EXPECT_EQ(Normal(R"(r"\d{2}\")"), R"("\\d{2}\\")");
  EXPECT_EQ(Normal("[true, false, null]"), "[true, false, null]");
  EXPECT_EQ(Normal("{ \"a\": 1, \"b\": 2 }"), "{ \"a\": 1, \"b\": 2 }");
  EXPECT_EQ(Normal("{ a: 1, b: { c: [] } }"), "{ a: 1, b: { c: [] } }");
  EXPECT_EQ(Normal("{}"), "{}");
}

TEST(Parse, ASlashAfterAValueDivides) {
  EXPECT_EQ(Normal("count(text, upper) / len(text) / 2"), "count(text, upper) / len(text) / 2");
  EXPECT_EQ(Normal("a / b / c"), "a / b / c");
  EXPECT_EQ(Normal("test / from / words"), "test / from / words");
  EXPECT_EQ(Normal("xs[0] / 2 // 3"), "xs[0] / 2 // 3");
  EXPECT_EQ(Normal(R"(text matches /a\/b[c]/ix and (x / 2 > 1))"), R"(text matches /a\/b[c]/ix and x / 2 > 1)");
  EXPECT_EQ(Normal("extract_all(text, /x+/)"), "extract_all(text, /x+/)");
}

TEST(Parse, WordsOfTheLanguageCanBeNames) {
  for (const char* const word : {"text", "label", "date", "from", "model", "test", "set", "map", "labels", "first", "index", "window", "count", "with",
                                 "pack", "given", "words", "starts", "has", "at", "least", "votes", "within", "like", "as", "regex", "slice"}) {
    const std::string name(word);
    const Parsed parsed("schema S { " + name + ": string? from \"x\" " + name + "2: int = 0 }\nlf r -> A when e." + name + " == 1");
    EXPECT_EQ(parsed.messages, "") << name;
    if (name != "at") {
      EXPECT_EQ(Normal(name + " == 1 and len(" + name + ") > 2"), name + " == 1 and len(" + name + ") > 2");
    }
  }
  EXPECT_EQ(Normal("e.any + e.in + e.lf"), "e.any + e.in + e.lf");
}

TEST(Parse, FamiliesNameTheirRulesByTemplates) {
  const Parsed parsed("for (k, v) in M { lf \"kw_{k}_{{x}}_{index + 1}\" -> Task(k) when text matches regex(v, \"i\") }");
  EXPECT_EQ(parsed.messages, "");
  const auto& family = parsed.Declaration(0).As<ast::ForDecl>();
  ASSERT_EQ(family.body.size(), 1u);
  const auto& lf = parsed.tree.Get(family.body[0]).As<ast::LfDecl>();
  ASSERT_EQ(lf.name.parts.size(), 4u);
  EXPECT_EQ(parsed.tree.Get(lf.name.parts[0]).text, "kw_");
  EXPECT_EQ(parsed.tree.Get(lf.name.parts[1]).text, "k");
  EXPECT_EQ(parsed.tree.Get(lf.name.parts[2]).text, "_{x}_");
  EXPECT_EQ(parsed.tree.Get(lf.name.parts[3]).kind, ExprKind::kBinary);
  EXPECT_EQ(ast::ToSource(parsed.tree, lf.branches[0].label), "Task(k)");
}

TEST(Parse, FormatHoldsExpressions) {
  EXPECT_EQ(Tree("format(\"{title} - {len(body)}\")"),
            "call\n  callee: name format\n  template\n    name title\n    string \" - \"\n    call\n      callee: name len\n      name body\n");
}

TEST(Parse, DeclarationsKeepTheirDocsAttributesAndPlaces) {
  const std::string_view text = "# a comment\n\n## Says what\n## it is.\n@group(\"g\") @disabled\nlf a -> A when x  # behind\n\n\nlf b -> A when y\n";
  const Parsed parsed(text);
  EXPECT_EQ(parsed.messages, "");
  const ast::Decl& a = parsed.Declaration(0);
  EXPECT_EQ(a.doc, "Says what\nit is.");
  ASSERT_EQ(a.attributes.size(), 2u);
  EXPECT_EQ(a.attributes[0].name.text, "group");
  EXPECT_EQ(parsed.sources.Text(a.span), "@group(\"g\") @disabled\nlf a -> A when x");
  EXPECT_EQ(parsed.sources.Text(a.keyword_span), "lf");
  EXPECT_EQ(parsed.Declaration(1).doc, "");
  using Kind = ast::Trivia::Kind;
  std::vector<Kind> kinds;
  for (const ast::Trivia& t : parsed.tree.trivia()) kinds.push_back(t.kind);
  EXPECT_EQ(kinds, (std::vector<Kind>{Kind::kComment, Kind::kBlankLines, Kind::kDocComment, Kind::kDocComment, Kind::kComment, Kind::kBlankLines}));
  EXPECT_TRUE(parsed.tree.trivia()[4].trailing);
  EXPECT_EQ(parsed.tree.LeadingTrivia(parsed.tree.declarations()[0]).size(), 4u);
  EXPECT_EQ(parsed.tree.LeadingTrivia(parsed.tree.declarations()[1]).size(), 1u);
}

TEST(Parse, SpansCoverParenthesesOfOperands) {
  const Parsed parsed("let x = (a + b) * (c)");
  const auto id = parsed.Declaration(0).As<ast::LetDecl>().value;
  EXPECT_EQ(parsed.sources.Text(parsed.tree.Get(id).span), "(a + b) * (c)");
  EXPECT_EQ(parsed.sources.Text(parsed.tree.Get(id).op_span), "*");
  EXPECT_EQ(parsed.sources.Text(parsed.tree.Get(parsed.tree.Child(id, 0)).span), "a + b");
  EXPECT_TRUE(parsed.tree.Get(parsed.tree.Child(id, 0)).parenthesized);
}

TEST(Parse, AFileWithSeveralErrorsReportsEachAndKeepsTheRest) {
  const Parsed parsed(
      "lf a -> -> SPAM when\n"
      "lf b -> SPAM when x\n"
      "schema S { a: int b: , c: string }\n"
      "lf c {\n  SPAM when\n  HAM when y\n}\n"
      "lf d -> SPAM when z\n");
  EXPECT_EQ(parsed.sink.error_count(), 3u) << parsed.messages;
  ASSERT_EQ(parsed.tree.declarations().size(), 5u);
  EXPECT_TRUE(parsed.Declaration(0).has_error);
  EXPECT_EQ(parsed.Declaration(0).name.text, "a");
  EXPECT_FALSE(parsed.Declaration(1).has_error);
  EXPECT_EQ(parsed.Declaration(2).As<ast::SchemaDecl>().fields[0].name.text, "a");
  EXPECT_FALSE(parsed.Declaration(4).has_error);
}

TEST(Parse, AnErrorInAFamilyDoesNotSpoilItsOtherRules) {
  const Parsed parsed("for w in S {\n  lf \"a_{w}\" -> -> A when x\n  lf \"b_{w}\" -> A when x\n}\nlf c -> A when x\n");
  EXPECT_EQ(parsed.sink.error_count(), 1u) << parsed.messages;
  ASSERT_EQ(parsed.tree.declarations().size(), 2u);
  EXPECT_EQ(parsed.Declaration(0).As<ast::ForDecl>().body.size(), 2u);
}

TEST(Parse, DeepNestingIsAnErrorAndNeverACrash) {
  const auto repeat = [](std::string_view part, size_t times) {
    std::string out;
    for (size_t i = 0; i < times; ++i) out += part;
    return out;
  };
  for (const std::string& text :
       {"let x = " + repeat("(", 100'000) + "1" + repeat(")", 100'000), "let x = " + repeat("not ", 100'000) + "true",
        "let x = " + repeat("-", 100'000) + "1", "let x = a" + repeat("[0]", 20'000), "let x = a" + repeat(".b", 20'000),
        "let x = " + repeat("1 + ", 20'000) + "1", "let x = " + repeat("if a then b else ", 5'000) + "1",
        "let x = " + repeat("any e in xs: ", 5'000) + "true", "schema S { f: " + repeat("list<", 5'000) + "int",
        repeat("for x in y { ", 5'000), "let x = " + repeat("[", 100'000), "let x = " + repeat("{ a: ", 5'000)}) {
    const Parsed parsed(text);
    EXPECT_NE(parsed.messages.find("error[E0108]"), std::string::npos) << text.substr(0, 40) << "\n" << parsed.messages.substr(0, 500);
  }
}

TEST(Parse, LongFlatTextIsFine) {
  std::string text = "let x = a";
  for (int i = 0; i < 20'000; ++i) text += " or t contains \"" + std::to_string(i) + "\"";
  text += "\nset s = [";
  for (int i = 0; i < 20'000; ++i) text += std::to_string(i) + ", ";
  text += "]\nlet y = 1" + std::string(5'000 * 4, ' ');
  for (int i = 0; i < 5'000; ++i) text += " < 2";
  const Parsed parsed(text);
  EXPECT_EQ(parsed.messages, "");
  EXPECT_EQ(parsed.tree.Children(parsed.Declaration(0).As<ast::LetDecl>().value).size(), 20'001u);
}

TEST(Parse, AnyBytesGiveErrorsAndNoCrash) {
  uint32_t state = 1;
  const std::string_view alphabet = "lf a->{}()[]\"'/\\#@:=.,<>!|&;~\n\t 0123xyz whenandornotinifthenelseforanyallset\xC3\xA9\x01";
  for (int round = 0; round < 300; ++round) {
    std::string text;
    for (int i = 0; i < 200; ++i) {
      state = state * 1664525 + 1013904223;
      text += round % 2 == 0 ? static_cast<char>(state >> 24) : alphabet[(state >> 16) % alphabet.size()];
    }
    const Parsed parsed(text);
    EXPECT_LE(parsed.messages.size(), 200'000u);
  }
  for (const std::string_view text : {"", "\n", "#", "##", "@", "lf", "lf a", "lf a ->", "\"", "/", "\\", "{", "}", "test", "set x =", "import"}) {
    const Parsed parsed(text);
    EXPECT_TRUE(text.find_first_not_of("#\n") == std::string_view::npos || parsed.sink.has_errors()) << text;
  }
}

TEST(Parse, EveryPrefixOfAProgramGivesATree) {
  SourceStore sources;
  const auto file = sources.Load("tests/unit/parse/data/reviews.lf");
  ASSERT_TRUE(file.has_value());
  const std::string_view text = sources.Text(*file);
  for (size_t length = 0; length < text.size(); length += 7) {
    const Parsed parsed(text.substr(0, length));
    EXPECT_EQ(ast::Print(parsed.tree).empty(), parsed.tree.declarations().empty());
  }
}

}  // namespace
}  // namespace assay
