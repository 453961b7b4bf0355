// Numbers as people read them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace assay {

std::string WithThousands(uint64_t value);       // "1,956"
std::string Duration(double seconds);            // "320 µs", "12.5 ms", "3.20 s", "4 min 10 s"
std::string Ratio(std::optional<double> value);  // "0.2345"; "-" where there is none
std::string Percent(double share);               // "81.3 %"
std::string Bytes(uint64_t bytes);               // "1.2 MB"

}  // namespace assay
