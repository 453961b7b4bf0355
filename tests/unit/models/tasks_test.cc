// Several tasks: probabilities that agree with each other, and files that describe tasks.
#include <gtest/gtest.h>

#include "runtime/models/tasks.h"
#include "runtime/votes/patterns.h"
#include "runtime/votes/vote_matrix.h"

namespace assay {
namespace {

constexpr const char* kTree = R"({"tasks": [
  {"name": "Animal", "classes": ["CAT", "DOG", "NONE"], "rules": ["meow", "bark", "stone"]},
  {"name": "Breed", "classes": ["POODLE", "BEAGLE"], "rules": ["curly", "ears"], "parent": {"task": "Animal", "class": "DOG"}},
  {"name": "Age", "classes": ["PUP", "OLD"], "rules": ["small", "grey"], "parent": {"task": "Breed", "class": "BEAGLE"}}]})";

VoteMatrix Matrix(size_t rows) {
  VoteMatrix matrix;
  matrix.rules = {"meow", "bark", "stone", "curly", "ears", "small", "grey"};
  matrix.rows = rows;
  for (size_t r = 0; r < rows; ++r) {
    const auto vote = [&](bool votes, int16_t c) { matrix.votes.push_back(votes ? c : int16_t{-1}); };
    vote(r % 3 == 0, 0);
    vote(r % 3 == 1 || r % 7 == 0, 1);
    vote(r % 5 == 2, 2);
    vote(r % 4 == 1, 0);
    vote(r % 2 == 1, 1);
    vote(r % 6 == 1, 0);
    vote(r % 11 == 1, 1);
  }
  return matrix;
}

struct Fitted {
  TaskModels models;
  std::vector<TaskVotes> votes;
};

Result<Fitted> Fit(const char* json, const VoteMatrix& matrix, std::string method = "dawid_skene") {
  ASSAY_ASSIGN_OR_RETURN(TaskGraph graph, TaskGraph::FromJson(json, "tasks.json"));
  ASSAY_ASSIGN_OR_RETURN(std::vector<TaskVotes> votes, SplitByTask(matrix, graph));
  std::vector<std::unique_ptr<LabelModel>> models;
  for (const TaskVotes& task : votes) {
    PatternTable patterns(task.layout);
    patterns.Add(task.planes);
    ASSAY_ASSIGN_OR_RETURN(auto model, FitModel(patterns, {.method = method}));
    models.push_back(std::move(model));
  }
  ASSAY_ASSIGN_OR_RETURN(TaskModels together, TaskModels::Create(std::move(graph), std::move(models)));
  return Fitted{std::move(together), std::move(votes)};
}

std::vector<double> Predict(const TaskModels& models, const std::vector<TaskVotes>& votes, size_t row) {
  std::vector<double> p(models.width());
  bool has_votes[8] = {};
  for (size_t t = 0; t < votes.size(); ++t) {
    std::vector<int16_t> ids(votes[t].layout.rules.size());
    DenseRows(votes[t].layout, votes[t].planes, row, 1, ids);
    std::vector<int32_t> indices(ids.begin(), ids.end());
    for (const int32_t vote : indices) has_votes[t] = has_votes[t] || vote >= 0;
    models.model(t).Predict(indices, std::span(p).subspan(models.first(t), models.graph().tasks[t].classes.size()));
  }
  models.Reconcile(std::span<const bool>(has_votes, votes.size()), p);
  return p;
}

TEST(Tasks, AParentsProbabilityIsTheSumOfItsChildrens) {
  for (const char* method : {"majority", "dawid_skene", "auto"}) {
    const auto fitted = Fit(kTree, Matrix(300), method);
    ASSERT_TRUE(fitted.has_value()) << fitted.error().message;
    for (size_t row = 0; row < 300; ++row) {
      const std::vector<double> p = Predict(fitted->models, fitted->votes, row);
      EXPECT_NEAR(p[0] + p[1] + p[2], 1, 1e-12);
      EXPECT_NEAR(p[3] + p[4], p[1], 1e-12);  // breeds are of dogs
      EXPECT_NEAR(p[5] + p[6], p[4], 1e-12);  // ages of beagles
    }
  }
}

TEST(Tasks, ClassesOfOneTaskMayRefineDifferentClasses) {
  const char* json = R"({"tasks": [{"name": "Coarse", "classes": ["A", "B", "C"], "rules": ["meow", "bark", "stone"]},
    {"name": "Fine", "classes": ["A1", "A2", "B1"], "rules": ["curly", "ears", "small", "grey"],
     "parent": {"task": "Coarse", "classes": {"A1": "A", "A2": "A", "B1": "B"}}}]})";
  const auto fitted = Fit(json, Matrix(200));
  ASSERT_TRUE(fitted.has_value()) << fitted.error().message;
  for (size_t row = 0; row < 200; ++row) {
    const std::vector<double> p = Predict(fitted->models, fitted->votes, row);
    EXPECT_NEAR(p[0] + p[1] + p[2], 1, 1e-12);
    EXPECT_NEAR(p[3] + p[4], p[0], 1e-12);
    EXPECT_NEAR(p[5], p[1], 1e-12);
  }
}

TEST(Tasks, AloneATaskKeepsTheProbabilitiesOfItsModel) {
  const char* json = R"({"tasks": [{"name": "A", "classes": ["X", "Y", "Z"], "rules": ["meow", "bark", "stone"]},
    {"name": "B", "classes": ["P", "Q"], "rules": ["curly", "ears", "small", "grey"]}]})";
  const auto fitted = Fit(json, Matrix(200));
  ASSERT_TRUE(fitted.has_value()) << fitted.error().message;
  for (size_t row = 0; row < 200; ++row) {
    const std::vector<double> p = Predict(fitted->models, fitted->votes, row);
    for (size_t t = 0; t < 2; ++t) {
      std::vector<int16_t> ids(fitted->votes[t].layout.rules.size());
      DenseRows(fitted->votes[t].layout, fitted->votes[t].planes, row, 1, ids);
      std::vector<double> alone(fitted->models.graph().tasks[t].classes.size());
      fitted->models.model(t).Predict(std::vector<int32_t>(ids.begin(), ids.end()), alone);
      for (size_t c = 0; c < alone.size(); ++c) EXPECT_NEAR(p[fitted->models.first(t) + c], alone[c], 1e-8);
    }
  }
}

TEST(Tasks, VotesOfAChildSpeakForItsParent) {
  const auto fitted = Fit(kTree, Matrix(300), "majority");
  ASSERT_TRUE(fitted.has_value());
  std::vector<double> p = {1.0 / 3, 1.0 / 3, 1.0 / 3, 0, 1, .5, .5};
  const bool votes[] = {false, true, false};
  fitted->models.Reconcile(votes, p);
  EXPECT_NEAR(p[1], 1 / (1 + 2 * .1), 1e-6);  // ten times as likely where the task applies
  EXPECT_GT(p[4], .999 * p[1]);
}

TEST(Tasks, OnlyFeasibleCombinationsHaveProbability) {
  const char* json = R"({"tasks": [{"name": "A", "classes": ["X", "Y", "Z"], "rules": ["meow", "bark", "stone"]},
    {"name": "B", "classes": ["P", "Q"], "rules": ["curly", "ears", "small", "grey"]}],
    "feasible": [{"A": "X", "B": "P"}, {"A": "Y", "B": "Q"}, {"A": "Z"}]})";
  const auto fitted = Fit(json, Matrix(200));
  ASSERT_TRUE(fitted.has_value()) << fitted.error().message;
  for (size_t row = 0; row < 200; ++row) {
    const std::vector<double> p = Predict(fitted->models, fitted->votes, row);
    EXPECT_NEAR(p[0], p[3], 1e-12);
    EXPECT_NEAR(p[1], p[4], 1e-12);
    EXPECT_NEAR(p[0] + p[1] + p[2], 1, 1e-12);
  }
}

TEST(Tasks, ModelsAreTheSameFromTheirFile) {
  const auto fitted = Fit(kTree, Matrix(300));
  ASSERT_TRUE(fitted.has_value());
  const std::string json = fitted->models.ToJson();
  EXPECT_TRUE(TaskModels::IsOne(json));
  EXPECT_FALSE(TaskModels::IsOne(fitted->models.model(0).ToJson()));
  const auto loaded = TaskModels::FromJson(json, "model.json");
  ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
  EXPECT_EQ(loaded->ToJson(), json);
  for (size_t row = 0; row < 50; ++row) EXPECT_EQ(Predict(*loaded, fitted->votes, row), Predict(fitted->models, fitted->votes, row));
}

TEST(Tasks, AFileThatCannotBeIsAnErrorThatSaysWhy) {
  const auto message = [](const char* json) {
    const auto graph = TaskGraph::FromJson(json, "t.json");
    EXPECT_FALSE(graph.has_value()) << json;
    return graph ? std::string() : graph.error().message;
  };
  EXPECT_EQ(message(R"({"tasks": []})"), "t.json: there is no task");
  EXPECT_EQ(message(R"({"task": []})"), "t.json: \"task\" is not tasks, feasible or balance");
  EXPECT_EQ(message(R"({"tasks": [{"name": "A", "classes": ["X"]}]})"), "t.json: task A has fewer than two classes");
  EXPECT_EQ(message(R"({"tasks": [{"name": "A", "classes": ["X", "X"]}]})"), "t.json: \"classes\" of task A has X twice");
  EXPECT_EQ(message(R"({"tasks": [{"name": "A", "classes": ["X", "Y"], "parent": {"task": "B", "class": "Z"}}]})"),
            "t.json: task A: its parent B is not an earlier task");
  EXPECT_EQ(message(R"({"tasks": [{"name": "A", "classes": ["X", "Y"]}], "feasible": [{"A": "Q"}]})"),
            "t.json: \"feasible\" names a class \"Q\" of task A; there are X, Y");
  EXPECT_EQ(message(R"({"tasks": [{"name": "A", "classes": ["X", "Y"]}], "feasible": [{"A": "X"}], "balance": [0.5, 0.5]})"),
            "t.json: \"balance\" is not a number for each combination of \"feasible\"");
  message("{");
  message("[1]");
  const auto graph = TaskGraph::FromJson(R"({"tasks": [{"name": "A", "classes": ["X", "Y"], "rules": ["meow"]}]})", "t.json");
  ASSERT_TRUE(graph.has_value());
  const auto split = SplitByTask(Matrix(10), *graph);
  ASSERT_FALSE(split.has_value());
  EXPECT_EQ(split.error().message, "rule bark of the votes is of no task");
}

}  // namespace
}  // namespace assay
