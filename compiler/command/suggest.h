// "did you mean": the nearest of some names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace assay {

// "; did you mean `run`?", or nothing where no name is near.
std::string DidYouMean(std::string_view word, const std::vector<std::string>& names);

}  // namespace assay
