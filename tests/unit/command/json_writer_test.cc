#include "compiler/command/json_writer.h"

#include <gtest/gtest.h>

#include <limits>

namespace assay {
namespace {

TEST(JsonWriter, WritesNestedValuesWithCommasBetween) {
  std::string out;
  JsonWriter json(&out);
  json.BeginObject()
      .Field("rows", 3)
      .Key("table")
      .BeginArray()
      .BeginObject()
      .Field("rule", "a")
      .EndObject()
      .BeginObject()
      .EndObject()
      .EndArray();
  json.Field("good", true).EndObject();
  EXPECT_EQ(out, R"({"rows": 3, "table": [{"rule": "a"}, {}], "good": true})");
}

TEST(JsonWriter, EscapesWhatJsonDemandsAndKeepsTheRest) {
  std::string out;
  JsonWriter(&out).Value("a\"b\\c\n\x01 é");
  EXPECT_EQ(out, "\"a\\\"b\\\\c\\n\\u0001 é\"");
}

TEST(JsonWriter, HasNoNumbersThatJsonDoesNotHave) {
  std::string out;
  JsonWriter json(&out);
  json.BeginArray().Value(0.1).Value(std::numeric_limits<double>::infinity()).Value(std::optional<double>()).EndArray();
  EXPECT_EQ(out, "[0.1, null, null]");
}

}  // namespace
}  // namespace assay
