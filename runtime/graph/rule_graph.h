// A whole program as the runtime knows it: the node DAG, its roots (rules, slices, tests), and the tables that the roots
// refer to. It says *what* is computed; runtime/plan says how. It needs no source text, and everything in it travels in a pack.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/base/span.h"
#include "runtime/base/types.h"
#include "runtime/graph/nodes.h"
#include "runtime/graph/resources.h"

namespace assay {

using TaskId = Id<struct TaskTag>;
using RuleId = Id<struct RuleTag>;

inline constexpr int32_t kAbstain = -1;

struct ClassInfo {
  std::string name;
  int32_t id;
};

struct Task {
  std::string name;
  std::vector<ClassInfo> classes;  // in the order of the declaration
  TaskId parent;                   // the task whose classes this one refines, or none
  std::vector<int32_t> parent_classes;  // beside `classes`: the id of the parent's class that each refines; empty: none does
};

// A field of the row.
struct Field {
  std::string name;
  std::string column;      // the column's name in the data
  TypeId type;
  bool nullable = false;   // declared `T?`
  bool has_default = false;
  Value default_value;     // null unless has_default; text owned by RuleGraph::text
  SourceSpan span;
};

struct Param {
  std::string name;
  TypeId type;
  Value value;             // the default; text owned by RuleGraph::text
  SourceSpan span;
};

// One branch of a rule. It votes where `fires`: its condition is true and no earlier branch's is.
struct Branch {
  int32_t label = kAbstain;  // a class id of the rule's task; kAbstain for `abstain when`
  NodeId condition;          // bool, may be unknown: as written
  NodeId fires;              // bool, never unknown
  NodeId confidence;         // float in [0, 1], or none: 1
  SourceSpan span;
};

struct Rule {
  std::string name;
  TaskId task;
  std::vector<Branch> branches;
  std::string doc;
  std::string group;
  std::string author;
  bool disabled = false;     // @disabled: always abstains and is left out of outputs
  SourceSpan span;           // of the name
};

struct Slice {
  std::string name;
  NodeId member;             // bool, never unknown
  SourceSpan span;
};

// A test block: a row, and what must hold for it.
struct Expectation {
  NodeId holds;              // bool, never unknown
  RuleId rule;               // the rule it speaks of, where it speaks of one; for messages
  std::string text;          // as written: "check_out == SPAM"
  SourceSpan span;
};
struct Test {
  std::string name;
  std::vector<Value> row;    // a value a field, in the order of the fields; text owned by RuleGraph::text
  std::vector<Expectation> expectations;
  SourceSpan span;
};

struct RuleGraph {
  RuleGraph() : nodes(&resources, &types, &fields, &params) {}
  RuleGraph(const RuleGraph&) = delete;
  RuleGraph& operator=(const RuleGraph&) = delete;

  std::string pack_name;
  std::string pack_version;

  TypeStore types;
  ResourceStore resources;
  NodeStore nodes;

  std::vector<Task> tasks;
  std::vector<Field> fields;   // of the row; a batch has a column for each
  std::vector<Param> params;
  std::vector<Rule> rules;     // in the order of the source, families expanded
  std::vector<Slice> slices;
  std::vector<Test> tests;
  std::vector<std::string> files;  // names of the source files, by FileId

  Arena text;                  // owns the text of defaults, parameters and test rows
};

// Every root of the graph in a fixed order: conditions, fires, confidences, slices, expectations.
std::vector<NodeId> Roots(const RuleGraph& graph);

// A readable, complete text of the graph: `assay build --emit graph`. Read accepts what Print writes and gives an equal graph.
std::string Print(const RuleGraph& graph);
Result<std::unique_ptr<RuleGraph>> ReadGraph(std::string_view text);

// Checks every invariant of the graph (types of operands, payloads in range, order of operands, fires never unknown, ...).
// The first broken one is an internal error that names the node.
Status Verify(const RuleGraph& graph);

}  // namespace assay
