#include <set>

#include "runtime/builtins/signature.h"
#include "tests/unit/builtins/call.h"

namespace assay {
namespace {

TEST(Registry, EveryLineHasASignatureADocAndAnExample) {
  std::set<std::string_view> enumerators;
  for (const BuiltinInfo& info : AllBuiltins()) {
    EXPECT_TRUE(ParseSignature(info.signature)) << info.enumerator << " " << info.signature;
    EXPECT_FALSE(info.doc.empty()) << info.enumerator;
    EXPECT_FALSE(info.example.empty()) << info.enumerator;
    EXPECT_TRUE(enumerators.insert(info.enumerator).second) << info.enumerator;
    EXPECT_EQ(BuiltinWithEnumerator(info.enumerator), info.id);
    EXPECT_EQ(&InfoOf(info.id), &info);
  }
  EXPECT_EQ(enumerators.size(), kBuiltinCount);
}

TEST(Registry, NoTwoOverloadsTakeTheSameArguments) {
  std::set<std::pair<std::string_view, std::string>> seen;
  for (const BuiltinInfo& info : AllBuiltins()) {
    std::string parameters;
    for (const ParameterType& parameter : info.parameters) parameters += Print(parameter) + ",";
    EXPECT_TRUE(seen.insert({info.name, parameters}).second) << info.name << "(" << parameters << ")";
  }
}

TEST(Registry, NamesFindTheirOverloadsInOrder) {
  const auto found = FindBuiltins("len");
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0], BuiltinId::Len);
  EXPECT_EQ(found[1], BuiltinId::LenList);
  EXPECT_TRUE(FindBuiltins("no such name").empty());
}

TEST(Registry, SignaturesAreRead) {
  const auto signature = ParseSignature("(list<T>, set<string>, int...) -> T");
  ASSERT_TRUE(signature);
  ASSERT_EQ(signature->parameters.size(), 3u);
  EXPECT_EQ(signature->parameters[0].kind, TypeKind::kList);
  EXPECT_EQ(signature->parameters[0].element_variable, 'T');
  EXPECT_EQ(signature->parameters[1].kind, TypeKind::kSet);
  EXPECT_EQ(signature->parameters[1].element, TypeKind::kString);
  EXPECT_TRUE(signature->parameters[2].repeated);
  EXPECT_EQ(signature->result.variable, 'T');
  EXPECT_EQ(Print(signature->parameters[0]), "list<T>");
  EXPECT_EQ(Print(signature->parameters[2]), "int...");
}

TEST(Registry, WhatIsNoSignatureIsRefused) {
  for (const char* text : {"", "int", "(int)", "(int) ->", "(int...,int) -> int", "(list<>) -> int", "(what) -> int", "(int) -> int x", "(list<list<int>>) -> int"}) {
    EXPECT_FALSE(ParseSignature(text)) << text;
  }
}

class Sets : public BuiltinTest {};

TEST_F(Sets, KeepEachMemberOnceInOrder) {
  SetValues set({kStringType}, {.nocase = true});
  EXPECT_TRUE(set.Add({std::string("Straße")}));
  EXPECT_FALSE(set.Add({std::string("STRAßE")}));
  EXPECT_TRUE(set.Add({std::string("strasse")}));  // simple folding does not expand
  EXPECT_EQ(set.size(), 2u);
  EXPECT_TRUE(set.Contains("sTRAßE"));
  EXPECT_FALSE(set.Contains("str"));
}

TEST_F(Sets, HoldNumbersAndTuples) {
  SetValues whole({kIntType}, {});
  EXPECT_TRUE(whole.Add({int64_t{3}}));
  EXPECT_TRUE(whole.Contains(int64_t{3}));
  EXPECT_FALSE(whole.Contains(3.0));
  EXPECT_FALSE(whole.Contains("3"));
  SetValues real({kFloatType}, {});
  EXPECT_TRUE(real.Add({0.0}));
  EXPECT_FALSE(real.Add({-0.0}));
  EXPECT_TRUE(real.Contains(-0.0));
  SetValues pairs({kStringType, kStringType}, {});
  EXPECT_TRUE(pairs.Add({std::string("ab"), std::string("c")}));
  EXPECT_TRUE(pairs.Add({std::string("a"), std::string("bc")}));
  EXPECT_TRUE(pairs.Contains(SetMember{std::string("a"), std::string("bc")}));
  EXPECT_FALSE(pairs.Contains("ab"));
}

TEST_F(Sets, RefuseMembersOfAnotherShape) {
  SetValues set({kIntType}, {});
  EXPECT_FALSE(set.Add({std::string("3")}));
  EXPECT_FALSE(set.Add({int64_t{1}, int64_t{2}}));
  SetValues real({kFloatType}, {});
  EXPECT_FALSE(real.Add({std::nan("")}));
}

TEST_F(Sets, HashesFollowContentModifiersAndOrder) {
  const auto hash = [](std::initializer_list<const char*> members, SetModifiers modifiers) {
    SetValues set({kStringType}, modifiers);
    for (const char* member : members) set.Add({std::string(member)});
    return set.hash();
  };
  EXPECT_EQ(hash({"a", "b"}, {}), hash({"a", "b", "a"}, {}));
  EXPECT_NE(hash({"a", "b"}, {}), hash({"b", "a"}, {}));
  EXPECT_NE(hash({"a", "b"}, {}), hash({"a", "b"}, {.nocase = true}));
  EXPECT_NE(hash({"ab", "c"}, {}), hash({"a", "bc"}, {}));
}

TEST_F(Sets, PreparedSearchesFollowLaterMembers) {
  SetValues set({kStringType}, {});
  EXPECT_TRUE(set.Literals().empty());
  set.Add({std::string("a")});
  EXPECT_EQ(set.Literals().size(), 1u);
  SetValues copy = set;
  copy.Add({std::string("b")});
  EXPECT_EQ(copy.Literals().size(), 2u);
  EXPECT_EQ(set.Literals().size(), 1u);
}

}  // namespace
}  // namespace assay
