// Minimisation of smooth functions of a few thousand numbers without constraints: L-BFGS with a bisecting line search for the
// weak Wolfe conditions. No random numbers: the same start gives the same end.
#pragma once

#include <Eigen/Dense>
#include <atomic>
#include <functional>

#include "runtime/base/result.h"

namespace assay {

struct LbfgsOptions {
  int iterations = 1000;
  int memory = 20;
  double gradient_tolerance = 1e-12;  // of the largest component, relative to that at the start
  double change_tolerance = 1e-16;    // of the value, relative
  const std::atomic<bool>* interrupt = nullptr;
};

struct LbfgsEnd {
  double value = 0;
  int iterations = 0;
};

// `function` returns the value at x and writes the gradient. Changes `x` to the best point found. An error only when
// interrupted.
Result<LbfgsEnd> Minimise(const std::function<double(const Eigen::VectorXd& x, Eigen::VectorXd& gradient)>& function,
                          const LbfgsOptions& options, Eigen::VectorXd& x);

}  // namespace assay
