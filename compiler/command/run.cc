// `assay run`: rules over data, to votes, slices, labels and the table of rules.
#include <CLI/CLI.hpp>

#include "compiler/command/runner.h"
#include "compiler/command/verb.h"

namespace assay {
namespace {

class RunVerb : public Verb {
 public:
  std::string_view name() const override { return "run"; }
  std::string_view description() const override {
    return "Evaluates rules over data: votes, the table of rules, labels";
  }
  std::string_view usage() const override { return "RULES DATA... [options]"; }
  std::vector<std::string_view> examples() const override {
    return {"assay run rules.lf data.csv",
            "assay run rules.lf train.jsonl test.jsonl --votes votes.npy --slices slices.csv",
            "assay run rules.lf data.csv --gold label --method dawid_skene --labels labels.csv",
            "zcat data.csv.gz | assay run rules.lf - --param min_words=7 --summary json"};
  }

  void Declare(CLI::App& app) override {
    const auto output = [&](const char* name, std::string& path, const char* text) {
      app.add_option(name, path, text)->type_name("OUT")->group("Output");
    };
    output("--votes", request_.votes, "the votes: .csv, .npy, .jsonl or .json (WRENCH)");
    output("--slices", request_.slices, "the members of each slice, 0/1, likewise");
    output("--labels", request_.labels, "labels with probabilities: .csv, .npy or .jsonl");
    output("--save-model", request_.save_model, "the fitted label model, as `assay fit` writes it");
    app.add_option("--summary", request_.summary, "what standard output shows, unless another output goes there")
        ->type_name("text|json|none")
        ->group("Output");
    AddSourceOptions(app, request_.source, false);
    AddFitOptions(app, request_.fit);
    app.add_option("--model-file", request_.model_file, "a model that was fitted before, instead of --method")
        ->type_name("FILE")
        ->group("Label model");
    AddLabelOptions(app, request_.label);
  }

  Result<int> Execute(Console& console) override { return RunRules(request_, console); }

 private:
  RunRequest request_;
};

}  // namespace

std::unique_ptr<Verb> MakeRunVerb() { return std::make_unique<RunVerb>(); }

}  // namespace assay
