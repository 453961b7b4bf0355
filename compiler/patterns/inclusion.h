// Whether one search makes another superfluous: every text in which `narrow` is found is one in which `wide` is found, too. For
// warnings; the question is hard in general, so it is given up after some steps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/text/automaton.h"
#include "runtime/text/literal.h"

namespace assay::patterns {

enum class Inclusion : uint8_t { kHolds, kFails, kUnknown };

// Steps are edges looked at: some 20 ns each.
inline constexpr size_t kInclusionSteps = 50'000;

struct InclusionResult {
  Inclusion outcome = Inclusion::kUnknown;
  std::string counterexample;  // kFails: a text with a match of `narrow` and none of `wide`
};

InclusionResult Includes(const text::Automaton& wide, const text::Automaton& narrow, size_t steps = kInclusionSteps);

// A text in which the automaton is found, most often a short one; nothing where there is none, or none was found in time.
std::optional<std::string> TextWithMatch(const text::Automaton& automaton, size_t steps = kInclusionSteps);

// Found in every text that is not empty.
bool FoundInEveryNonEmptyText(const text::Automaton& automaton);

// Where in a text a literal has to be.
enum class Place : uint8_t { kAnywhere, kAtBegin, kAtEnd, kWhole };

// Adds the search for a literal to an automaton, which then finds what it found before or the literal. `lowered`: what becomes
// the literal by lowering each character.
struct LiteralUse {
  text::LiteralOptions options;
  bool lowered = false;
  Place place = Place::kAnywhere;
};
void AddLiteral(std::string_view literal, const LiteralUse& use, text::Automaton& automaton);

}  // namespace assay::patterns
