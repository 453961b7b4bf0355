#include "runtime/models/snorkel_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "runtime/models/methods.h"
#include "runtime/text/number.h"

namespace assay {
namespace {

constexpr int64_t kMostEpochs = 100'000'000;

std::string JoinNumbers(const std::vector<double>& numbers) {
  std::string out;
  for (const double number : numbers) out += (out.empty() ? "" : ",") + text::FormatFloat(number);
  return out;
}

std::string_view NameOf(SnorkelOptimizer optimizer) {
  switch (optimizer) {
    case SnorkelOptimizer::kSgd: return "sgd";
    case SnorkelOptimizer::kAdam: return "adam";
    case SnorkelOptimizer::kAdamax: return "adamax";
  }
  return "";
}

std::string_view NameOf(SnorkelSchedule schedule) {
  switch (schedule) {
    case SnorkelSchedule::kConstant: return "constant";
    case SnorkelSchedule::kLinear: return "linear";
    case SnorkelSchedule::kExponential: return "exponential";
    case SnorkelSchedule::kStep: return "step";
  }
  return "";
}

Result<int64_t> ReadWarmup(OptionReader& reader, int64_t n_epochs) {
  const std::string prefix = "lr_scheduler_config.";
  const bool has_percentage = reader.Has(prefix + "warmup_percentage");
  ASSAY_ASSIGN_OR_RETURN(const double steps, reader.Number(prefix + "warmup_steps", 0, 0, kMostEpochs));
  ASSAY_ASSIGN_OR_RETURN(const std::string unit, reader.Choice(prefix + "warmup_unit", "batches", {"batches", "epochs"}));
  ASSAY_ASSIGN_OR_RETURN(const double percentage, reader.Number(prefix + "warmup_percentage", 0, 0, 1));
  if (steps > 0) {
    if (unit != "epochs") {
      return Fail(ErrorKind::kUsage, "warm-up goes by epochs here: add --set lr_scheduler_config.warmup_unit=epochs");
    }
    if (steps < 1) return Fail(ErrorKind::kUsage, "lr_scheduler_config.warmup_steps means no epoch at all");
    return static_cast<int64_t>(steps);
  }
  const auto epochs = static_cast<int64_t>(percentage * static_cast<double>(n_epochs));
  if (has_percentage && percentage > 0 && epochs == 0) {
    return Fail(ErrorKind::kUsage, fmt::format("a warm-up of {} of {} epochs means no epoch at all", percentage, n_epochs));
  }
  return epochs;
}

}  // namespace

Result<SnorkelOptions> ReadSnorkelOptions(OptionReader& reader, size_t rules) {
  SnorkelOptions o;
  ASSAY_ASSIGN_OR_RETURN(o.n_epochs, reader.Integer("n_epochs", o.n_epochs, 0, kMostEpochs));
  ASSAY_ASSIGN_OR_RETURN(o.lr, reader.Number("lr", o.lr, 0, 1e6));
  ASSAY_ASSIGN_OR_RETURN(o.l2, reader.Number("l2", o.l2, 0, 1e6));
  ASSAY_ASSIGN_OR_RETURN(o.prec_init, reader.Numbers("prec_init", o.prec_init, 0, 1));
  if (o.prec_init.size() != 1 && o.prec_init.size() != rules) {
    return Fail(ErrorKind::kUsage, fmt::format("prec_init must be one number or one for each of the {} rules, not {}", rules, o.prec_init.size()));
  }
  if (reader.Has("mu_eps")) {
    ASSAY_ASSIGN_OR_RETURN(o.mu_eps, reader.Number("mu_eps", 0, 0, 0.5));
  } else {
    (void)reader.Number("mu_eps", 0, 0, 0.5);
  }
  ASSAY_ASSIGN_OR_RETURN(
      o.optimizer, reader.KindOf("optimizer", {SnorkelOptimizer::kSgd, SnorkelOptimizer::kAdam, SnorkelOptimizer::kAdamax}, NameOf));
  ASSAY_ASSIGN_OR_RETURN(o.momentum, reader.Number("optimizer_config.sgd_config.momentum", o.momentum, 0, 1));
  for (const std::string name : {"adam", "adamax"}) {
    const std::string prefix = "optimizer_config." + name + "_config.";
    ASSAY_ASSIGN_OR_RETURN(const std::vector<double> betas, reader.Numbers(prefix + "betas", {0.9, 0.999}, 0, 1));
    if (betas.size() != 2 || betas[0] >= 1 || betas[1] >= 1) {
      return Fail(ErrorKind::kUsage, fmt::format("{}betas must be two numbers below 1", prefix));
    }
    if (name == NameOf(o.optimizer)) {
      o.beta1 = betas[0];
      o.beta2 = betas[1];
    }
  }
  ASSAY_ASSIGN_OR_RETURN(o.amsgrad, reader.Boolean("optimizer_config.adam_config.amsgrad", o.amsgrad));
  ASSAY_ASSIGN_OR_RETURN(o.eps, reader.Number("optimizer_config.adamax_config.eps", o.eps, 1e-300, 1));

  const std::string prefix = "lr_scheduler_config.";
  ASSAY_ASSIGN_OR_RETURN(o.schedule, reader.KindOf("lr_scheduler",
                                                   {SnorkelSchedule::kConstant, SnorkelSchedule::kLinear,
                                                    SnorkelSchedule::kExponential, SnorkelSchedule::kStep},
                                                   NameOf));
  ASSAY_ASSIGN_OR_RETURN(o.warmup_epochs, ReadWarmup(reader, o.n_epochs));
  ASSAY_ASSIGN_OR_RETURN(o.min_lr, reader.Number(prefix + "min_lr", 0, 0, 1e6));
  ASSAY_ASSIGN_OR_RETURN(const double exponential_gamma, reader.Number(prefix + "exponential_config.gamma", 0.9, 0, 1e6));
  ASSAY_ASSIGN_OR_RETURN(const double step_gamma, reader.Number(prefix + "step_config.gamma", 0.9, 0, 1e6));
  ASSAY_ASSIGN_OR_RETURN(o.step_size, reader.Integer(prefix + "step_config.step_size", o.step_size, 1, kMostEpochs));
  o.gamma = o.schedule == SnorkelSchedule::kStep ? step_gamma : exponential_gamma;
  if (o.schedule == SnorkelSchedule::kLinear && o.n_epochs <= o.warmup_epochs) {
    return Fail(ErrorKind::kUsage, fmt::format("a linear schedule needs more epochs than the {} of the warm-up", o.warmup_epochs));
  }
  ASSAY_ASSIGN_OR_RETURN(o.weight_silent_rules, reader.Boolean("weight_silent_rules", false));
  // How often losses are printed there; here they never are.
  ASSAY_RETURN_IF_ERROR(reader.Integer("log_freq", 10, 1, INT64_MAX));
  return o;
}

ModelOptions OptionsOf(const SnorkelOptions& o) {
  ModelOptions options{{"n_epochs", std::to_string(o.n_epochs)},
                       {"lr", text::FormatFloat(o.lr)},
                       {"l2", text::FormatFloat(o.l2)},
                       {"prec_init", JoinNumbers(o.prec_init)},
                       {"optimizer", std::string(NameOf(o.optimizer))},
                       {"lr_scheduler", std::string(NameOf(o.schedule))}};
  if (o.mu_eps) options["mu_eps"] = text::FormatFloat(*o.mu_eps);
  if (o.weight_silent_rules) options["weight_silent_rules"] = "true";
  switch (o.optimizer) {
    case SnorkelOptimizer::kSgd:
      options["optimizer_config.sgd_config.momentum"] = text::FormatFloat(o.momentum);
      break;
    case SnorkelOptimizer::kAdam:
      options["optimizer_config.adam_config.betas"] = JoinNumbers({o.beta1, o.beta2});
      if (o.amsgrad) options["optimizer_config.adam_config.amsgrad"] = "true";
      break;
    case SnorkelOptimizer::kAdamax:
      options["optimizer_config.adamax_config.betas"] = JoinNumbers({o.beta1, o.beta2});
      options["optimizer_config.adamax_config.eps"] = text::FormatFloat(o.eps);
      break;
  }
  const std::string prefix = "lr_scheduler_config.";
  if (o.warmup_epochs > 0) {
    options[prefix + "warmup_steps"] = std::to_string(o.warmup_epochs);
    options[prefix + "warmup_unit"] = "epochs";
  }
  switch (o.schedule) {
    case SnorkelSchedule::kConstant: return options;
    case SnorkelSchedule::kLinear: break;
    case SnorkelSchedule::kExponential: options[prefix + "exponential_config.gamma"] = text::FormatFloat(o.gamma); break;
    case SnorkelSchedule::kStep:
      options[prefix + "step_config.gamma"] = text::FormatFloat(o.gamma);
      options[prefix + "step_config.step_size"] = std::to_string(o.step_size);
      break;
  }
  if (o.min_lr > 0) options[prefix + "min_lr"] = text::FormatFloat(o.min_lr);
  return options;
}

LearningRate::LearningRate(const SnorkelOptions& options) : options_(options), now_(options.lr) {
  if (options.warmup_epochs > 0 && options.schedule != SnorkelSchedule::kLinear) now_ = 0;
}

void LearningRate::Next() {
  const auto share = [](int64_t part, int64_t whole) { return static_cast<double>(part) / static_cast<double>(whole); };
  if (epoch_++ < options_.warmup_epochs) {
    now_ = options_.lr * share(++warm_, options_.warmup_epochs);
    return;
  }
  ++scheduled_;
  switch (options_.schedule) {
    case SnorkelSchedule::kConstant:
      return;
    case SnorkelSchedule::kLinear: {
      const int64_t epochs = options_.n_epochs - options_.warmup_epochs;
      now_ = options_.lr * share(epochs - scheduled_, epochs);
      break;
    }
    case SnorkelSchedule::kExponential:
      now_ *= options_.gamma;
      break;
    case SnorkelSchedule::kStep:
      if (scheduled_ % options_.step_size == 0) now_ *= options_.gamma;
      break;
  }
  if (now_ < options_.min_lr) now_ = options_.min_lr;
}

}  // namespace assay
