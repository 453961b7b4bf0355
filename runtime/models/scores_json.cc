// Scores as JSON: every measure in full, null where it is undefined, and by its name how each view treats ties.
#include <fmt/format.h>

#include <cmath>

#include "runtime/io/text_cells.h"
#include "runtime/models/scores.h"
#include "runtime/text/number.h"

namespace assay {
namespace {

std::string Json(std::optional<double> value) { return value && std::isfinite(*value) ? text::FormatFloat(*value) : "null"; }

// Counts without a fraction where there is none.
std::string Count(double value) {
  const double whole = std::round(value);
  return whole == value && std::abs(value) < 1e15 ? std::to_string(static_cast<int64_t>(whole)) : text::FormatFloat(value);
}

std::string Json(const ViewScores& view, std::string_view ties, const ClassList* classes) {
  std::string out = fmt::format("{{\"rows\": {}, \"ties\": \"{}\"", static_cast<uint64_t>(std::llround(view.rows)), ties);
  const std::pair<std::string_view, std::optional<double>> measures[] = {
      {"accuracy", view.accuracy},         {"f1", view.f1},
      {"precision", view.precision},       {"recall", view.recall},
      {"f1_macro", view.f1_macro},         {"f1_micro", view.f1_micro},
      {"precision_macro", view.precision_macro}, {"recall_macro", view.recall_macro},
      {"mcc", view.mcc},                   {"roc_auc", view.roc_auc},
      {"roc_auc_ovr", view.roc_auc_ovr},   {"roc_auc_ovo", view.roc_auc_ovo},
      {"log_loss", view.log_loss},         {"brier", view.brier},
      {"calibration_error", view.calibration_error},
  };
  for (const auto& [name, value] : measures) out += fmt::format(", \"{}\": {}", name, Json(value));
  if (classes != nullptr && classes->size() <= Scorer::kMostConfusion && !view.confusion.empty()) {
    out += ", \"confusion\": [";
    for (size_t g = 0; g < classes->size(); ++g) {
      out += g == 0 ? "[" : ", [";
      for (size_t l = 0; l < classes->size(); ++l) {
        if (l > 0) out += ", ";
        out += Count(view.confusion[g * classes->size() + l]);
      }
      out += ']';
    }
    out += ']';
  }
  return out + '}';
}

}  // namespace

std::string Scorer::ToJson(const Scores& scores, const ClassList* classes) {
  const bool known = scores.votes_known;
  std::string out = fmt::format("{{\"rows\": {}, \"coverage\": {}, \"label_coverage\": {}, \"labeled_without_votes\": {}, ", scores.rows,
                                known ? text::FormatFloat(scores.coverage) : "null", text::FormatFloat(scores.label_coverage),
                                known ? std::to_string(scores.labeled_without_votes) : "null");
  if (classes != nullptr) {
    out += "\"classes\": [";
    for (size_t c = 0; c < classes->size(); ++c) {
      if (c > 0) out += ", ";
      AppendJsonString(classes->names[c], out);
    }
    out += "], ";
  }
  out += fmt::format("\"labeled\": {}, \"covered\": {}, \"all\": {}, \"log_loss\": {}}}", Json(scores.labeled, "as labeled", classes),
                     known ? Json(scores.covered, "split", classes) : "null", Json(scores.all, "split", classes), Json(scores.log_loss));
  return out;
}

}  // namespace assay
