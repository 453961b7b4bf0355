// What Snorkel's LabelModel.fit takes, under its names, with its defaults, and refused where it refuses. How the learning
// rate goes from epoch to epoch is here too, for it is a matter of the options alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/models/label_model.h"

namespace assay {

class OptionReader;

enum class SnorkelOptimizer : unsigned char { kSgd, kAdam, kAdamax };
enum class SnorkelSchedule : unsigned char { kConstant, kLinear, kExponential, kStep };

struct SnorkelOptions {
  int64_t n_epochs = 100;
  double lr = 0.01;
  double l2 = 0;  // squared in the loss, and once more as it is: the weight decay of the optimizer
  std::vector<double> prec_init{0.7};  // one, or one a rule
  std::optional<double> mu_eps;        // else by the number of rows

  SnorkelOptimizer optimizer = SnorkelOptimizer::kSgd;
  double momentum = 0.9;
  double beta1 = 0.9, beta2 = 0.999;
  bool amsgrad = false;
  double eps = 1e-8;  // of adamax; adam's is fixed

  SnorkelSchedule schedule = SnorkelSchedule::kConstant;
  int64_t warmup_epochs = 0;
  double min_lr = 0;
  double gamma = 0.9;  // of exponential and step
  int64_t step_size = 5;

  // Whether a rule that never votes has the weight that Snorkel gives it, 1 or so; else it has none.
  bool weight_silent_rules = false;
};

// Takes the options from the reader. `rules` is for `prec_init`.
Result<SnorkelOptions> ReadSnorkelOptions(OptionReader& reader, size_t rules);
// What would be read as these.
ModelOptions OptionsOf(const SnorkelOptions& options);

// The learning rate, epoch by epoch. Warm-up rises from 0 (but a linear schedule begins with the full rate, as there); the
// schedule begins after it; `min_lr` acts after warm-up and never on a constant rate.
class LearningRate {
 public:
  explicit LearningRate(const SnorkelOptions& options);
  double now() const { return now_; }
  void Next();

 private:
  const SnorkelOptions& options_;
  double now_;
  int64_t epoch_ = 0, warm_ = 0, scheduled_ = 0;
};

}  // namespace assay
