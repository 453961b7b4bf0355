// Tasks and their models as JSON.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <simdjson.h>

#include <algorithm>
#include <optional>

#include "runtime/io/input.h"
#include "runtime/io/text_cells.h"
#include "runtime/models/tasks.h"
#include "runtime/text/number.h"

namespace assay {
namespace {

constexpr std::string_view kFormat = "assay-task-models-1";

std::unexpected<Error> Malformed(const std::string& name, std::string_view what) {
  return Fail(ErrorKind::kData, fmt::format("{}: {}", name, what));
}

std::optional<size_t> IndexOf(const std::vector<std::string>& names, std::string_view name) {
  const auto at = std::find(names.begin(), names.end(), name);
  if (at == names.end()) return std::nullopt;
  return static_cast<size_t>(at - names.begin());
}

Result<std::vector<std::string>> ReadNames(simdjson::dom::element element, const std::string& name, std::string_view what) {
  simdjson::dom::array list;
  std::vector<std::string> names;
  if (element.get(list) != simdjson::SUCCESS) return Malformed(name, fmt::format("{} is not a list of names", what));
  for (const auto entry : list) {
    std::string_view text;
    if (entry.get(text) != simdjson::SUCCESS || text.empty()) return Malformed(name, fmt::format("{} is not a list of names", what));
    if (IndexOf(names, text)) return Malformed(name, fmt::format("{} has {} twice", what, text));
    names.emplace_back(text);
  }
  return names;
}

Result<TaskDescription> ReadTask(simdjson::dom::element element, const std::vector<TaskDescription>& earlier, const std::string& name) {
  TaskDescription task;
  simdjson::dom::object object;
  std::string_view text;
  simdjson::dom::element member;
  if (element.get(object) != simdjson::SUCCESS || object["name"].get(text) != simdjson::SUCCESS) {
    return Malformed(name, "each of \"tasks\" is an object with \"name\" and \"classes\"");
  }
  task.name = text;
  for (const auto field : object) {
    if (!IndexOf({"name", "classes", "class_ids", "rules", "parent", "elsewhere"}, field.key)) {
      return Malformed(name, fmt::format("task {}: \"{}\" is not name, classes, class_ids, rules, parent or elsewhere", task.name, field.key));
    }
  }
  if (object["classes"].get(member) != simdjson::SUCCESS) return Malformed(name, fmt::format("task {} has no \"classes\"", task.name));
  ASSAY_ASSIGN_OR_RETURN(std::vector<std::string> classes, ReadNames(member, name, fmt::format("\"classes\" of task {}", task.name)));
  task.classes = ClassList::Named(std::move(classes));
  simdjson::dom::array ids;
  if (object["class_ids"].get(ids) == simdjson::SUCCESS) {
    size_t c = 0;
    for (const auto entry : ids) {
      int64_t id = -1;
      if (c >= task.classes.size() || entry.get(id) != simdjson::SUCCESS || id < 0 || id > INT32_MAX) {
        return Malformed(name, fmt::format("task {}: \"class_ids\" is not an id for each class", task.name));
      }
      task.classes.ids[c++] = static_cast<int32_t>(id);
    }
  }
  if (object["rules"].get(member) == simdjson::SUCCESS) {
    ASSAY_ASSIGN_OR_RETURN(task.rules, ReadNames(member, name, fmt::format("\"rules\" of task {}", task.name)));
  }
  if (object["elsewhere"].get(member) == simdjson::SUCCESS && member.get(task.elsewhere) != simdjson::SUCCESS) {
    return Malformed(name, fmt::format("task {}: \"elsewhere\" is not a number", task.name));
  }
  simdjson::dom::object parent;
  if (object["parent"].get(member) == simdjson::SUCCESS && !member.is_null()) {
    std::string_view of_task, of_class;
    simdjson::dom::object of_classes;
    const bool one = member.get(parent) == simdjson::SUCCESS && parent["class"].get(of_class) == simdjson::SUCCESS;
    if (member.get(parent) != simdjson::SUCCESS || parent["task"].get(of_task) != simdjson::SUCCESS ||
        one == (parent["classes"].get(of_classes) == simdjson::SUCCESS)) {
      return Malformed(name, fmt::format("task {}: \"parent\" is an object with \"task\" and either \"class\" or \"classes\"", task.name));
    }
    for (size_t t = 0; t < earlier.size(); ++t) {
      if (earlier[t].name != of_task) continue;
      task.parent = static_cast<int32_t>(t);
      for (const std::string& own : task.classes.names) {
        if (!one && of_classes[own].get(of_class) != simdjson::SUCCESS) {
          return Malformed(name, fmt::format("task {}: \"classes\" of \"parent\" does not say what {} refines", task.name, own));
        }
        const auto c = IndexOf(earlier[t].classes.names, of_class);
        if (!c) return Malformed(name, fmt::format("task {}: its parent {} has no class {}; it has {}", task.name, of_task, of_class,
                                                   fmt::join(earlier[t].classes.names, ", ")));
        task.parent_class.push_back(static_cast<int32_t>(*c));
      }
    }
    if (task.parent < 0) return Malformed(name, fmt::format("task {}: its parent {} is not an earlier task", task.name, of_task));
  }
  return task;
}

void AppendNames(const std::vector<std::string>& names, std::string& out) {
  out += '[';
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) out += ", ";
    AppendJsonString(names[i], out);
  }
  out += ']';
}

// {"TASK": "CLASS", ...}; a task that is missing or null does not apply.
Result<TaskGraph> ReadGraph(simdjson::dom::object object, const std::string& name) {
  TaskGraph graph;
  simdjson::dom::array list;
  if (object["tasks"].get(list) != simdjson::SUCCESS) return Malformed(name, "it has no list \"tasks\"");
  for (const auto element : list) {
    ASSAY_ASSIGN_OR_RETURN(TaskDescription task, ReadTask(element, graph.tasks, name));
    graph.tasks.push_back(std::move(task));
  }
  std::vector<std::string> names;
  for (const TaskDescription& task : graph.tasks) names.push_back(task.name);
  simdjson::dom::element feasible;
  if (object["feasible"].get(feasible) == simdjson::SUCCESS && !feasible.is_null()) {
    if (feasible.get(list) != simdjson::SUCCESS) return Malformed(name, "\"feasible\" is not a list");
    for (const auto element : list) {
      simdjson::dom::object combination;
      if (element.get(combination) != simdjson::SUCCESS) return Malformed(name, "each of \"feasible\" is an object: {\"TASK\": \"CLASS\"}");
      std::vector<int32_t> classes(names.size(), -1);
      for (const auto field : combination) {
        const auto t = IndexOf(names, field.key);
        if (!t) return Malformed(name, fmt::format("\"feasible\" names a task {}; there are {}", field.key, fmt::join(names, ", ")));
        if (field.value.is_null()) continue;
        std::string_view text;
        const auto c = field.value.get(text) == simdjson::SUCCESS ? IndexOf(graph.tasks[*t].classes.names, text) : std::nullopt;
        if (!c) {
          return Malformed(name, fmt::format("\"feasible\" names a class {} of task {}; there are {}", simdjson::minify(field.value), names[*t],
                                             fmt::join(graph.tasks[*t].classes.names, ", ")));
        }
        classes[*t] = static_cast<int32_t>(*c);
      }
      graph.feasible.insert(graph.feasible.end(), classes.begin(), classes.end());
    }
    if (graph.feasible.empty()) return Malformed(name, "\"feasible\" has no combination");
  }
  simdjson::dom::element balance;
  if (object["balance"].get(balance) == simdjson::SUCCESS && !balance.is_null()) {
    if (balance.get(list) != simdjson::SUCCESS) return Malformed(name, "\"balance\" is not a list of numbers");
    for (const auto element : list) {
      double share = 0;
      if (element.get(share) != simdjson::SUCCESS) return Malformed(name, "\"balance\" is not a list of numbers");
      graph.balance.push_back(share);
    }
  }
  if (const Status status = graph.Check(); !status) return Malformed(name, status.error().message);
  return graph;
}

Result<simdjson::dom::object> Parse(simdjson::dom::parser& parser, std::string_view json, const std::string& name) {
  simdjson::dom::element document;
  const auto error = parser.parse(json.data(), json.size()).get(document);
  if (error != simdjson::SUCCESS) return Malformed(name, simdjson::error_message(error));
  simdjson::dom::object object;
  if (document.get(object) != simdjson::SUCCESS) return Malformed(name, "it is not an object");
  return object;
}

}  // namespace

Result<TaskGraph> TaskGraph::FromJson(std::string_view json, const std::string& name) {
  simdjson::dom::parser parser;
  ASSAY_ASSIGN_OR_RETURN(const simdjson::dom::object object, Parse(parser, json, name));
  for (const auto field : object) {
    if (!IndexOf({"tasks", "feasible", "balance"}, field.key)) return Malformed(name, fmt::format("\"{}\" is not tasks, feasible or balance", field.key));
  }
  return ReadGraph(object, name);
}

Result<TaskGraph> TaskGraph::FromFile(const std::string& path) {
  ASSAY_ASSIGN_OR_RETURN(const std::string content, ReadWholeFile(path));
  return FromJson(content, path);
}

std::string TaskGraph::ToJson() const {
  std::string out = "\"tasks\": [";
  for (size_t t = 0; t < tasks.size(); ++t) {
    const TaskDescription& task = tasks[t];
    out += t > 0 ? ",\n {\"name\": " : "\n {\"name\": ";
    AppendJsonString(task.name, out);
    out += ", \"classes\": ";
    AppendNames(task.classes.names, out);
    out += fmt::format(", \"class_ids\": [{}]", fmt::join(task.classes.ids, ", "));
    if (!task.rules.empty()) {
      out += ", \"rules\": ";
      AppendNames(task.rules, out);
    }
    if (task.parent >= 0) {
      const TaskDescription& parent = tasks[static_cast<size_t>(task.parent)];
      out += ", \"parent\": {\"task\": ";
      AppendJsonString(parent.name, out);
      out += ", \"classes\": {";
      for (size_t c = 0; c < task.classes.size(); ++c) {
        if (c > 0) out += ", ";
        AppendJsonString(task.classes.names[c], out);
        out += ": ";
        AppendJsonString(parent.classes.names[static_cast<size_t>(task.parent_class[c])], out);
      }
      out += "}";
      out += '}';
    }
    out += ", \"elsewhere\": " + text::FormatFloat(task.elsewhere) + "}";
  }
  out += ']';
  if (!feasible.empty()) {
    out += ",\n\"feasible\": [";
    for (size_t v = 0; v * tasks.size() < feasible.size(); ++v) {
      out += v > 0 ? ",\n {" : "\n {";
      for (size_t t = 0; t < tasks.size(); ++t) {
        if (t > 0) out += ", ";
        AppendJsonString(tasks[t].name, out);
        out += ": ";
        const int32_t c = feasible[v * tasks.size() + t];
        if (c < 0) {
          out += "null";
        } else {
          AppendJsonString(tasks[t].classes.names[static_cast<size_t>(c)], out);
        }
      }
      out += '}';
    }
    out += ']';
  }
  if (!balance.empty()) {
    out += ",\n\"balance\": [";
    for (size_t v = 0; v < balance.size(); ++v) out += (v > 0 ? ", " : "") + text::FormatFloat(balance[v]);
    out += ']';
  }
  return out;
}

std::string TaskModels::ToJson() const {
  std::string out = fmt::format("{{\n\"format\": \"{}\",\n{},\n\"models\": [", kFormat, graph_.ToJson());
  for (size_t t = 0; t < models_.size(); ++t) {
    std::string model = models_[t]->ToJson();
    while (model.ends_with('\n')) model.pop_back();
    out += (t > 0 ? ",\n" : "\n") + model;
  }
  return out + "]\n}\n";
}

bool TaskModels::IsOne(std::string_view json) {
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  std::string_view format;
  return parser.parse(json.data(), json.size()).get(document) == simdjson::SUCCESS && document["format"].get(format) == simdjson::SUCCESS &&
         format == kFormat;
}

Result<TaskModels> TaskModels::FromJson(std::string_view json, const std::string& name) {
  simdjson::dom::parser parser;
  ASSAY_ASSIGN_OR_RETURN(const simdjson::dom::object object, Parse(parser, json, name));
  std::string_view format;
  if (object["format"].get(format) != simdjson::SUCCESS || format != kFormat) return Malformed(name, fmt::format("its \"format\" is not \"{}\"", kFormat));
  ASSAY_ASSIGN_OR_RETURN(TaskGraph graph, ReadGraph(object, name));
  simdjson::dom::array list;
  if (object["models"].get(list) != simdjson::SUCCESS) return Malformed(name, "it has no \"models\"");
  std::vector<std::unique_ptr<LabelModel>> models;
  for (const auto element : list) {
    ASSAY_ASSIGN_OR_RETURN(auto model, LoadModel(simdjson::minify(element), name));
    models.push_back(std::move(model));
  }
  auto result = Create(std::move(graph), std::move(models));
  if (!result) return Malformed(name, result.error().message);
  return result;
}

}  // namespace assay
