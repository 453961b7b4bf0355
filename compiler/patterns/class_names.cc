// Greedy, in the order given.
#include "compiler/patterns/class_names.h"

namespace assay::patterns {
namespace {

ClassParts Split(const CodePointSet& set, std::span<const NamedClass> classes) {
  ClassParts parts;
  parts.rest = set;
  for (const NamedClass& named : classes) {
    if (parts.rest.ranges().size() < named.members->ranges().size() / 2) continue;  // too small to hold it
    if (!named.members->IsSubsetOf(parts.rest)) continue;
    parts.names.push_back(named.name);
    parts.rest = parts.rest.Intersect(*named.complement);
  }
  return parts;
}

size_t Cost(const ClassParts& parts) { return parts.names.size() + 2 * parts.rest.ranges().size(); }

}  // namespace

ClassParts SplitIntoClasses(const CodePointSet& set, std::span<const NamedClass> classes) {
  // A class alone, or everything but it, as nearly all sets are.
  for (const NamedClass& named : classes) {
    if (set.ranges().size() > 8 && set == *named.members) return {{named.name}, {}, false};
    if (set.ranges().size() > 8 && set == *named.complement) return {{named.name}, {}, true};
  }
  ClassParts plain = Split(set, classes);
  if (Cost(plain) <= 4) return plain;
  ClassParts negated = Split(set.Complement(), classes);
  negated.negated = true;
  return Cost(negated) < Cost(plain) ? negated : plain;
}

}  // namespace assay::patterns
