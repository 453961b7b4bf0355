#include "compiler/command/table_printer.h"

#include <gtest/gtest.h>

namespace assay {
namespace {

using Align = TablePrinter::Align;

TEST(TablePrinter, AlignsTextLeftAndNumbersRight) {
  TablePrinter table({{"rule", Align::kLeft}, {"votes"}});
  table.AddRow({"a", "1"});
  table.AddRow({"longer", "12345"});
  EXPECT_EQ(table.Print(0, false),
            "rule    votes\n"
            "a           1\n"
            "longer  12345\n");
}

TEST(TablePrinter, CutsTheWidestTextColumnToTheTerminal) {
  TablePrinter table({{"rule", Align::kLeft}, {"votes"}});
  table.AddRow({"a_very_long_name_of_a_rule", "7"});
  EXPECT_EQ(table.Print(20, false),
            "rule           votes\n"
            "a_very_long_…      7\n");
}

TEST(TablePrinter, CountsWideAndCombiningCharactersAsTheTerminalDoes) {
  EXPECT_EQ(CutToWidth("e\u0301x", 2), "e\u0301x");
  EXPECT_EQ(CutToWidth("日本語", 5), "日本…");
}

}  // namespace
}  // namespace assay
