// The texts of --help: what each verb takes, in groups, with examples. Ours rather than CLI11's, so that it is the same
// with every version of it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/command/verb.h"

namespace assay {

std::string MainHelp(const std::vector<std::unique_ptr<Verb>>& verbs, std::string_view version, bool color);
std::string VerbHelp(const Verb& verb, const CLI::App& app, bool color);

}  // namespace assay
