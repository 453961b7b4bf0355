// The compiled functions of a plan, by number, and what keeps their code alive.
#pragma once

#include <memory>
#include <vector>

#include "runtime/abi/kernel.h"

namespace assay {

struct KernelTable {
  std::vector<AssayKernel> functions;  // one for each of Plan::kernels
  std::shared_ptr<const void> owner;   // frees the code when the last copy is gone
};

}  // namespace assay
