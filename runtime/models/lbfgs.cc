#include "runtime/models/lbfgs.h"

#include <cmath>
#include <deque>
#include <limits>

namespace assay {

Result<LbfgsEnd> Minimise(const std::function<double(const Eigen::VectorXd&, Eigen::VectorXd&)>& function,
                          const LbfgsOptions& options, Eigen::VectorXd& x) {
  struct Update {
    Eigen::VectorXd step, change;  // of x and of the gradient
    double scale;                  // 1 / (step . change)
  };
  std::deque<Update> memory;
  Eigen::VectorXd gradient(x.size()), next_gradient(x.size()), next, direction;
  LbfgsEnd end;
  end.value = function(x, gradient);
  if (x.size() == 0) return end;
  const double first = gradient.lpNorm<Eigen::Infinity>();
  std::vector<double> alpha;
  int flat = 0;
  for (; end.iterations < options.iterations; ++end.iterations) {
    if (options.interrupt != nullptr && options.interrupt->load()) return Fail(ErrorKind::kInterrupted, "interrupted");
    if (!(gradient.lpNorm<Eigen::Infinity>() > options.gradient_tolerance * first)) break;
    direction = -gradient;
    alpha.assign(memory.size(), 0);
    for (size_t i = memory.size(); i-- > 0;) {
      alpha[i] = memory[i].scale * memory[i].step.dot(direction);
      direction -= alpha[i] * memory[i].change;
    }
    if (!memory.empty()) direction /= memory.back().scale * memory.back().change.squaredNorm();
    for (size_t i = 0; i < memory.size(); ++i) {
      direction += (alpha[i] - memory[i].scale * memory[i].change.dot(direction)) * memory[i].step;
    }
    double slope = direction.dot(gradient);
    if (!(slope < 0)) {
      memory.clear();
      direction = -gradient;
      slope = -gradient.squaredNorm();
    }
    // The first step is as long as a unit of x at most.
    double length = memory.empty() ? std::min(1.0, 1 / direction.norm()) : 1.0;
    double low = 0, high = std::numeric_limits<double>::infinity();
    double value = end.value;
    bool lower = false;
    for (int tries = 0; tries < 60; ++tries) {
      next = x + length * direction;
      value = function(next, next_gradient);
      if (!(value <= end.value + 1e-4 * length * slope)) {
        high = length;
      } else if (next_gradient.dot(direction) < 0.9 * slope) {
        low = length;
        lower = true;
      } else {
        lower = true;
        break;
      }
      length = std::isinf(high) ? 2 * length : (low + high) / 2;
    }
    if (!lower || !(value <= end.value)) break;
    const Eigen::VectorXd step = next - x, change = next_gradient - gradient;
    const double gain = end.value - value;
    x = next;
    gradient = next_gradient;
    end.value = value;
    if (const double curvature = step.dot(change); curvature > 1e-300) {
      memory.push_back({step, change, 1 / curvature});
      if (memory.size() > static_cast<size_t>(options.memory)) memory.pop_front();
    }
    flat = gain <= options.change_tolerance * std::abs(value) ? flat + 1 : 0;
    if (flat >= 3) break;
  }
  return end;
}

}  // namespace assay
