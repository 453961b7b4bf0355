// Text tests, text functions and extractors.
#include "tests/unit/builtins/call.h"

namespace assay {
namespace {

using enum BuiltinId;

class Text : public BuiltinTest {};

TEST_F(Text, ContainsFindsSubstrings) {
  EXPECT_VALUE(Call(OpContains, {S("check it out"), S("it")}), B(true));
  EXPECT_VALUE(Call(OpContains, {S("check it out"), S("IT")}), B(false));
  EXPECT_VALUE(Call(OpContains, {S(""), S("")}), B(true));
  EXPECT_VALUE(Call(OpContains, {S(std::string_view("a\0b", 3)), S(std::string_view("\0b", 2))}), B(true));
  EXPECT_VALUE(Call(OpContainsNocase, {S("Check IT"), S("k it")}), B(true));
  EXPECT_VALUE(Call(OpContainsNocase, {S("\u212Aelvin"), S("kel")}), B(true));
}

TEST_F(Text, SetsAreSearchedWithTheirModifiers) {
  EXPECT_VALUE(Call(OpHasAny, {S("Please SUBSCRIBE"), Set({"subscribe"})}), B(false));
  EXPECT_VALUE(Call(OpHasAny, {S("Please SUBSCRIBE"), Set({"subscribe"}, {.nocase = true})}), B(true));
  EXPECT_VALUE(Call(OpHasAny, {S("subscribed"), Set({"subscribe"}, {.words = true})}), B(false));
  EXPECT_VALUE(Call(OpHasAny, {S("subscribe!"), Set({"subscribe"}, {.words = true})}), B(true));
  EXPECT_VALUE(Call(OpHasAny, {S("x"), Set({})}), B(false));
  EXPECT_VALUE(Call(OpHasAll, {S("x"), Set({})}), B(true));
  EXPECT_VALUE(Call(OpHasNone, {S("x"), Set({})}), B(true));
  EXPECT_VALUE(Call(OpHasAll, {S("a b"), Set({"a", "b"})}), B(true));
  EXPECT_VALUE(Call(OpHasAll, {S("a b"), Set({"a", "c"})}), B(false));
  EXPECT_VALUE(Call(OpHasNone, {S("a b"), Set({"c", "b"})}), B(false));
}

TEST_F(Text, TokensAreComparedWhole) {
  const Value tokens = Texts({"My", "wife"});
  EXPECT_VALUE(Call(OpHasToken, {tokens, S("wif")}), B(false));
  EXPECT_VALUE(Call(OpHasToken, {tokens, S("wife")}), B(true));
  EXPECT_VALUE(Call(OpHasAnyToken, {tokens, Set({"my"})}), B(false));
  EXPECT_VALUE(Call(OpHasAnyToken, {tokens, Set({"my"}, {.nocase = true})}), B(true));
  EXPECT_VALUE(Call(OpHasAllToken, {tokens, Set({"WIFE", "my"}, {.nocase = true})}), B(true));
  EXPECT_VALUE(Call(OpHasAllToken, {tokens, Set({"wife", "my"})}), B(false));
  EXPECT_VALUE(Call(OpHasNoneToken, {tokens, Set({"dog"})}), B(true));
  EXPECT_VALUE(Call(OpHasAnyTokenOf, {tokens, Texts({"x", "wife"})}), B(true));
  EXPECT_VALUE(Call(OpHasAllTokenOf, {tokens, Texts({"x", "wife"})}), B(false));
  EXPECT_VALUE(Call(OpHasNoneTokenOf, {tokens, Texts({})}), B(true));
}

TEST_F(Text, PrefixesAndSuffixesOfSets) {
  EXPECT_VALUE(Call(OpStartsWith, {S("subscribe"), S("sub")}), B(true));
  EXPECT_VALUE(Call(OpStartsWithAny, {S("Subscribe"), Set({"sub"}, {.nocase = true})}), B(true));
  EXPECT_VALUE(Call(OpEndsWithAny, {S("really?"), Set({"!", "?"})}), B(true));
  EXPECT_VALUE(Call(OpEndsWithAny, {S("really"), Set({"!", "?"})}), B(false));
}

TEST_F(Text, GlobsCoverTheWholeValue) {
  EXPECT_VALUE(Call(OpLike, {S("a\nb"), S("a*b")}), B(true));
  EXPECT_VALUE(Call(OpLike, {S("aéb"), S("a?b")}), B(true));
  EXPECT_VALUE(Call(OpLike, {S("xab"), S("a*")}), B(false));
}

TEST_F(Text, MembershipHonoursNocase) {
  EXPECT_VALUE(Call(OpInSet, {S("Ham"), Set({"ham"})}), B(false));
  EXPECT_VALUE(Call(OpInSet, {S("Ham"), Set({"ham"}, {.nocase = true})}), B(true));
  EXPECT_VALUE(Call(OpInList, {I(2), L({I(1), I(2)})}), B(true));
  EXPECT_VALUE(Call(OpInList, {F(-0.0), L({F(0.0)})}), B(true));
}

TEST_F(Text, ALimitMakesAPatternUnknownAndIsCounted) {
  const std::string text(40, 'a');
  EXPECT_VALUE(Call(OpMatches, {S("check it out"), Regex("check.*out")}), B(true));
  EXPECT_VALUE(Call(OpMatches, {S("nothing"), Regex("check.*out")}), B(false));
  EXPECT_EQ(context_.limit_hits, 0u);
  EXPECT_VALUE(Call(OpMatches, {S(text), Regex("(a+)+(?=b)", true)}), Value::Null());
  EXPECT_EQ(context_.limit_hits, 1u);
  EXPECT_VALUE(Call(OpMatches, {S(text), Regex("(a+)+b")}), B(false));  // linear without flag b
}

TEST_F(Text, IndicesCountCharacters) {
  EXPECT_VALUE(Call(OpIndexText, {S("héllo"), I(1)}), S("é"));
  EXPECT_VALUE(Call(OpIndexText, {S("héllo"), I(-4)}), S("é"));
  EXPECT_VALUE(Call(OpIndexText, {S("héllo"), I(5)}), Value::Null());
  EXPECT_VALUE(Call(OpIndexText, {S("héllo"), I(INT64_MIN)}), Value::Null());
  EXPECT_VALUE(Call(OpSliceText, {S("abc"), I(0), I(2), I(0)}), Value::Null());
  EXPECT_VALUE(Call(Substring, {S("héllo"), I(-2)}), S("lo"));
  EXPECT_VALUE(Call(SubstringTo, {S("héllo"), I(0), I(INT64_MIN)}), S(""));
  EXPECT_VALUE(Call(Len, {S("a\u0301\U0001F600")}), I(3));
}

TEST_F(Text, TextsThatWouldGrowTooLongAreNull) {
  EXPECT_VALUE(Call(Repeat, {S("ab"), I(3)}), S("ababab"));
  EXPECT_VALUE(Call(Repeat, {S("ab"), I(-1)}), S(""));
  EXPECT_VALUE(Call(Repeat, {S(""), I(INT64_MAX)}), S(""));
  EXPECT_VALUE(Call(Repeat, {S("ab"), I(INT64_MAX)}), Value::Null());
  EXPECT_EQ(Call(Repeat, {S("a"), I(kMaxMadeText)}).as_string().size(), kMaxMadeText);
  EXPECT_VALUE(Call(Repeat, {S("a"), I(kMaxMadeText + 1)}), Value::Null());
  const std::string big(kMaxMadeText, 'a');
  EXPECT_VALUE(Call(Format, {S(big), S("b")}), Value::Null());
  EXPECT_VALUE(Call(Replace, {S(big), S("a"), S("bb")}), Value::Null());
  const std::string bigger(kMaxMadeText + 10, 'a');
  EXPECT_EQ(Call(Replace, {S(bigger), S("a"), S("b")}).as_string().size(), bigger.size());
  EXPECT_VALUE(Call(Format, {}), S(""));
}

TEST_F(Text, NgramsJoinNeighbours) {
  const Value tokens = Texts({"a", "b", "c"});
  EXPECT_VALUE(Call(Ngrams, {tokens, I(2)}), Texts({"a b", "b c"}));
  EXPECT_VALUE(Call(Ngrams, {tokens, I(4)}), Texts({}));
  EXPECT_VALUE(Call(Ngrams, {tokens, I(0)}), Value::Null());
  EXPECT_VALUE(Call(Ngrams, {tokens, I(INT64_MAX)}), Texts({}));
}

TEST_F(Text, ReversingKeepsCharactersWhole) {
  EXPECT_VALUE(Call(Reverse, {S("aé\U0001F600")}), S("\U0001F600éa"));
  EXPECT_VALUE(Call(Reverse, {S("")}), S(""));
}

TEST_F(Text, TrimmingTakesOneOccurrence) {
  EXPECT_VALUE(Call(TrimPrefix, {S("www.www.a"), S("www.")}), S("www.a"));
  EXPECT_VALUE(Call(TrimSuffix, {S("a"), S("")}), S("a"));
}

TEST_F(Text, NormalFormsHaveNames) {
  EXPECT_VALUE(Call(Normalize, {S("e\u0301"), S("NFC")}), S("é"));
  EXPECT_VALUE(Call(Normalize, {S("ﬁ"), S("NFKC")}), S("fi"));
  EXPECT_VALUE(Call(Normalize, {S("a"), S("nfc")}), Value::Null());
}

TEST_F(Text, EntitiesAreDecoded) {
  EXPECT_VALUE(Call(Unescape, {S("&lt;3 &eacute; &#x1F600; &#233; &apos;")}), S("<3 é \U0001F600 é '"));
  EXPECT_VALUE(Call(Unescape, {S("AT&T &nosuch; &lt &; &#; &#x; &")}), S("AT&T &nosuch; &lt &; &#; &#x; &"));
  EXPECT_VALUE(Call(Unescape, {S("&#128; &#0; &#xD800; &#99999999999999999999;")}), S("€ \uFFFD \uFFFD \uFFFD"));
}

TEST_F(Text, TagsAreRemovedAndTheRestStays) {
  EXPECT_VALUE(Call(StripHtml, {S("<b>a &amp; b</b>")}), S("a & b"));
  EXPECT_VALUE(Call(StripHtml, {S("1 < 2 and 3 > 2, <3")}), S("1 < 2 and 3 > 2, <3"));
  EXPECT_VALUE(Call(StripHtml, {S("a<!-- <b> -->c<SCRIPT>if (a<b) x</script >d<style>x")}), S("acd"));
  EXPECT_VALUE(Call(StripHtml, {S("<a href=\"x>y\">link</a><br/>")}), S("link"));
  EXPECT_VALUE(Call(StripHtml, {S("&lt;b&gt; <b")}), S("<b> <b"));
  EXPECT_VALUE(Call(StripHtml, {S("")}), S(""));
  std::string open;
  for (int i = 0; i < 100'000; ++i) open += "<a x=\"";
  EXPECT_VALUE(Call(StripHtml, {S(open)}), S(open));
}

TEST_F(Text, PatternsAreCountedFoundAndExtracted) {
  EXPECT_VALUE(Call(CountPattern, {S("a1b22"), Regex("[0-9]+")}), I(2));
  EXPECT_VALUE(Call(FindPattern, {S("é5"), Regex("[0-9]")}), I(1));
  EXPECT_VALUE(Call(FindPattern, {S("é"), Regex("[0-9]")}), Value::Null());
  EXPECT_VALUE(Call(Extract, {S("from 2019 to 2024"), Regex("[0-9]+")}), S("2019"));
  EXPECT_VALUE(Call(Extract, {S("none"), Regex("[0-9]+")}), Value::Null());
  EXPECT_VALUE(Call(ExtractGroup, {S("size: 12 MB"), Regex("size: ([0-9]+)(x)?"), I(1)}), S("12"));
  EXPECT_VALUE(Call(ExtractGroup, {S("size: 12 MB"), Regex("size: ([0-9]+)(x)?"), I(2)}), Value::Null());
  EXPECT_VALUE(Call(ExtractGroup, {S("size: 12 MB"), Regex("size: ([0-9]+)(x)?"), I(3)}), Value::Null());
  EXPECT_VALUE(Call(ExtractGroup, {S("size: 12 MB"), Regex("size: ([0-9]+)(x)?"), I(-1)}), Value::Null());
  EXPECT_VALUE(Call(ExtractAll, {S("1 and 22"), Regex("[0-9]+")}), Texts({"1", "22"}));
  EXPECT_VALUE(Call(ExtractAllGroup, {S("a=1 b=2 c="), Regex("(\\w)=([0-9])?"), I(2)}), Texts({"1", "2", ""}));
  EXPECT_VALUE(Call(ExtractAllGroup, {S("a=1"), Regex("(\\w)"), I(7)}), Value::Null());
}

TEST_F(Text, WebAddressesEndBeforePunctuation) {
  const auto urls = [&](std::string_view text) { return Call(Urls, {S(text)}); };
  EXPECT_VALUE(urls("see https://a.org/x, or www.b.com."), Texts({"https://a.org/x", "www.b.com"}));
  EXPECT_VALUE(urls("(http://en.wikipedia.org/wiki/A_(b)) \"ftp://c.d/e\""), Texts({"http://en.wikipedia.org/wiki/A_(b)", "ftp://c.d/e"}));
  EXPECT_VALUE(urls("HTTP://X.Y xhttp://no https:// http://! www. awww.b.c"), Texts({"HTTP://X.Y"}));
  EXPECT_VALUE(urls("“https://a.org”…"), Texts({"https://a.org"}));
  EXPECT_VALUE(urls(""), Texts({}));
}

TEST_F(Text, MailAddressesHostsTagsAndNames) {
  EXPECT_VALUE(Call(Emails, {S("write to jo.do@mail.example.org! or .x@a.b, a@b, @c.org, a@b@c.de")}), Texts({"jo.do@mail.example.org", "b@c.de"}));
  EXPECT_VALUE(Call(Domains, {S("https://www.A.org:80/x?y and jo@b.net, http://u:p@c.de")}), Texts({"a.org", "b.net", "c.de"}));
  EXPECT_VALUE(Call(Hashtags, {S("so #good, no. #1 a#b &#x27; #día ##x")}), Texts({"#good", "#día", "#x"}));
  EXPECT_VALUE(Call(Mentions, {S("hi @jo_1, jo@a.org @")}), Texts({"@jo_1"}));
}

TEST_F(Text, NumbersAreReadWithSignSeparatorsAndFraction) {
  EXPECT_VALUE(Call(Numbers, {S("-3 and 1,250.5")}), L({F(-3), F(1250.5)}));
  EXPECT_VALUE(Call(Numbers, {S("covid19 5-3 12MB .5 1.2.3 1,2 +7")}), L({F(5), F(3), F(12), F(0.5), F(1.2), F(1), F(2), F(7)}));
  EXPECT_VALUE(Call(Numbers, {S("٣ no")}), L({F(3)}));
  EXPECT_VALUE(Call(Numbers, {S("")}), L({}));
}

TEST_F(Text, MoneyNeedsACurrency) {
  EXPECT_VALUE(Call(Money, {S("$1,200 or 5 EUR, not 7")}), L({F(1200), F(5)}));
  EXPECT_VALUE(Call(Money, {S("€5m, 2.5 million dollars, US$ 3k, 4 k")}), L({F(5e6), F(2.5e6), F(3000)}));
  EXPECT_VALUE(Call(Money, {S("10€ 20 dollarsign 30 USD")}), L({F(10), F(30)}));
}

}  // namespace
}  // namespace assay
