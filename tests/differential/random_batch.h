// Random rows for the one schema that all random programs have, in every layout that a column can have.
#pragma once

#include <string>

#include "random_source.h"
#include "runtime/batch/batch.h"
#include "runtime/graph/rule_graph.h"

namespace assay::differential {

// The fields of the schema, in order:
//   text string, note string?, kind string?, code string, number int, tally int?, size float, share float?, flag bool, maybe bool?,
//   absent string?
std::vector<Field> RandomFields();
// The same as source text: `schema Row { ... }`.
std::string SchemaText();

// Rows with nulls, NaN (in nullable columns), texts of all kinds; `kind` and `code` are dictionaries, `absent` has no column.
Batch RandomBatch(size_t rows, RandomSource& random);

// One row of a batch as text, for messages.
std::string PrintRow(const Batch& batch, size_t row);

}  // namespace assay::differential
