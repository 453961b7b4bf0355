// Cells of text outputs.
#pragma once

#include <string>
#include <string_view>

namespace assay {

// A cell of CSV, in quotes where it needs them.
void AppendCsvCell(std::string_view text, std::string& out);

// A JSON string with its quotes. `text` is valid UTF-8.
void AppendJsonString(std::string_view text, std::string& out);

// The ending of a path's last part in lower case without the dot; "" when there is none.
std::string EndingOf(const std::string& path);

}  // namespace assay
