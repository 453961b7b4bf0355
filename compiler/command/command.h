// The command `assay`: its arguments in, an exit status out. No exception leaves it.
#pragma once

#include <string>
#include <vector>

namespace assay {

// `arguments` without the program's name.
int RunCommand(std::vector<std::string> arguments);

}  // namespace assay
