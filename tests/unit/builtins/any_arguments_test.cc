// Every built-in with arguments that nobody would write: total, valid UTF-8 out, and never null where the registry says so.
#include <cmath>
#include <limits>
#include <random>

#include "runtime/text/utf8.h"
#include "tests/unit/builtins/call.h"

namespace assay {
namespace {

class AnyArguments : public BuiltinTest {
 protected:
  std::string RandomText() {
    static constexpr const char* kPieces[] = {"a", "B", " ", "\n", "1", ",", ".", "-", "@", "#", "$", "€", "é", "\u0301", "ß", "İ", "\U0001F600", "٣", "<", ">",
                                              "&", ";", "&amp;", "http://", "www.", "a@b.cc", "1,000", "k", "million", " USD", "/", "?", "*", "(", "[", "\"", "'", "=",
                                              "\u2028", "Ⅷ", "漢", "_", "<script", "</script>", "<!--", "0", "9", "%", "\x01"};
    std::string text;
    for (size_t count = random_() % 12; count > 0; --count) text += kPieces[random_() % std::size(kPieces)];
    if (random_() % 20 == 0) text += std::string("\0x", 2);
    return text;
  }

  // A copy of its own size on the heap, so that a sanitizer sees reads beyond it.
  Value OwnText() {
    const std::string text = RandomText();
    owned_.push_back(std::make_unique<char[]>(text.size()));
    std::copy(text.begin(), text.end(), owned_.back().get());
    return S({owned_.back().get(), text.size()});
  }

  int64_t RandomInt() {
    static constexpr int64_t kInts[] = {0, 1, -1, 2, 3, -3, 7, 100, -100, 323, -308, 1 << 20, INT64_MAX, INT64_MIN, INT64_MIN + 1};
    return kInts[random_() % std::size(kInts)];
  }

  double RandomFloat() {
    static const double kFloats[] = {0.0, -0.0, 1, -1, 0.5, 2.5, 1e308, -1e308, 5e-324, 1e18, 9.3e18, 1e-7, std::numeric_limits<double>::infinity(),
                                     -std::numeric_limits<double>::infinity()};
    return kFloats[random_() % std::size(kFloats)];
  }

  Value ValueOf(TypeKind kind) {
    switch (kind) {
      case TypeKind::kBool: return B(random_() % 2 == 0);
      case TypeKind::kFloat: return F(RandomFloat());
      case TypeKind::kString: return OwnText();
      case TypeKind::kRegex: return patterns_[random_() % patterns_.size()];
      case TypeKind::kSet: return string_sets_[random_() % string_sets_.size()];
      case TypeKind::kInt:
      case TypeKind::kDate:
      case TypeKind::kTimestamp:
      case TypeKind::kDuration:
      case TypeKind::kSpan:
      case TypeKind::kCharClass:
      case TypeKind::kNull:
      case TypeKind::kList:
      case TypeKind::kMap:
      case TypeKind::kTuple:
      case TypeKind::kRecord:
      case TypeKind::kLabel: break;
    }
    return I(kind == TypeKind::kCharClass ? static_cast<int64_t>(random_() % 8) : RandomInt());
  }

  Value ListOf(TypeKind element) {
    const auto list = arena_.Allocate<Value>(random_() % 5);
    for (Value& member : list) member = random_() % 8 == 0 ? Value::Null() : ValueOf(element);
    return Value::List(list);
  }

  Value Argument(const ParameterType& parameter, TypeKind variable) {
    const TypeKind kind = parameter.variable != 0 ? variable : parameter.kind;
    if (kind == TypeKind::kList) return ListOf(parameter.element_variable != 0 ? variable : parameter.element);
    return ValueOf(kind);
  }

  static bool IsSound(const Value& value) {
    if (value.kind() == Value::Kind::kString) return text::IsValidUtf8(value.as_string());
    if (value.kind() == Value::Kind::kList) return std::ranges::all_of(value.as_list(), [](const Value& member) { return IsSound(member); });
    return true;
  }

  std::mt19937 random_{11};
  std::vector<std::unique_ptr<char[]>> owned_;
  std::vector<Value> patterns_;
  std::vector<Value> string_sets_;
};

TEST_F(AnyArguments, EveryBuiltinIsTotal) {
  patterns_ = {Regex("a|1"), Regex(""), Regex("(\\d)(x)?"), Regex("(?=a)", true), Regex(".+")};
  string_sets_ = {Set({}), Set({"a", "B", ""}), Set({"É", "1,000", "k"}, {.nocase = true, .words = true}), Set({"ß", " "}, {.nocase = true})};
  for (const BuiltinInfo& info : AllBuiltins()) {
    SCOPED_TRACE(info.enumerator);
    for (int round = 0; round < 2'000; ++round) {
      if (round % 100 == 0) {
        arena_.Reset();
        owned_.clear();
      }
      static constexpr TypeKind kVariables[] = {TypeKind::kString, TypeKind::kInt, TypeKind::kFloat};
      const TypeKind variable = kVariables[random_() % 3];
      std::vector<Value> arguments;
      for (const ParameterType& parameter : info.parameters) {
        const size_t times = parameter.repeated ? random_() % 4 : 1;
        for (size_t i = 0; i < times; ++i) arguments.push_back(Argument(parameter, variable));
      }
      const Value result = EvaluateBuiltin(info.id, arguments, context_);
      EXPECT_TRUE(IsSound(result)) << testing::PrintToString(result);
      if (info.nulls == NullBehaviour::kStrict) {
        EXPECT_FALSE(result.is_null()) << "of " << testing::PrintToString(arguments);
      }
      if (HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace assay
