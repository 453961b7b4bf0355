// A hand-written reader for the small grammar of signatures:
//
//   signature = "(" [parameter ("," parameter)*] ")" "->" type
//   parameter = type ["..."]           only the last one repeats
//   type      = atom | ("list" | "set") "<" atom ">"
//   atom      = name of a type | a capital letter
#include "runtime/builtins/signature.h"

namespace assay {
namespace {

struct Atom {
  TypeKind kind = TypeKind::kNull;
  char variable = 0;
};

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::optional<Signature> Read() {
    Signature signature;
    if (!Take("(")) return std::nullopt;
    if (!Take(")")) {
      do {
        const auto parameter = Type();
        if (!parameter) return std::nullopt;
        if (!signature.parameters.empty() && signature.parameters.back().repeated) return std::nullopt;
        signature.parameters.push_back(*parameter);
        signature.parameters.back().repeated = Take("...");
      } while (Take(","));
      if (!Take(")")) return std::nullopt;
    }
    if (!Take("->")) return std::nullopt;
    const auto result = Type();
    if (!result || !text_.empty()) return std::nullopt;
    signature.result = *result;
    return signature;
  }

 private:
  bool Take(std::string_view token) {
    if (!text_.starts_with(token)) return false;
    text_.remove_prefix(token.size());
    while (text_.starts_with(' ')) text_.remove_prefix(1);
    return true;
  }

  std::string_view Name() {
    size_t length = 0;
    while (length < text_.size() && ((text_[length] >= 'a' && text_[length] <= 'z') || (text_[length] >= 'A' && text_[length] <= 'Z'))) {
      ++length;
    }
    const std::string_view name = text_.substr(0, length);
    Take(name);
    return name;
  }

  static std::optional<Atom> AtomNamed(std::string_view name) {
    if (name.size() == 1 && name[0] >= 'A' && name[0] <= 'Z') return Atom{TypeKind::kNull, name[0]};
    for (const TypeKind kind : {TypeKind::kBool, TypeKind::kInt, TypeKind::kFloat, TypeKind::kString, TypeKind::kDate, TypeKind::kTimestamp,
                                TypeKind::kDuration, TypeKind::kSpan, TypeKind::kRegex, TypeKind::kCharClass}) {
      if (name == SpellingOf(kind)) return Atom{kind, 0};
    }
    return std::nullopt;
  }

  std::optional<ParameterType> Type() {
    ParameterType type;
    const std::string_view name = Name();
    if (name == SpellingOf(TypeKind::kList) || name == SpellingOf(TypeKind::kSet)) {
      type.kind = name == SpellingOf(TypeKind::kList) ? TypeKind::kList : TypeKind::kSet;
      if (!Take("<")) return std::nullopt;
      const auto element = AtomNamed(Name());
      if (!element || !Take(">")) return std::nullopt;
      type.element = element->kind;
      type.element_variable = element->variable;
      return type;
    }
    const auto atom = AtomNamed(name);
    if (!atom) return std::nullopt;
    type.kind = atom->kind;
    type.variable = atom->variable;
    return type;
  }

  std::string_view text_;
};

std::string PrintAtom(TypeKind kind, char variable) { return variable != 0 ? std::string(1, variable) : std::string(SpellingOf(kind)); }

}  // namespace

std::optional<Signature> ParseSignature(std::string_view text) { return Reader(text).Read(); }

std::string Print(const ParameterType& type) {
  std::string text;
  if (type.variable == 0 && (type.kind == TypeKind::kList || type.kind == TypeKind::kSet)) {
    text = std::string(SpellingOf(type.kind)) + "<" + PrintAtom(type.element, type.element_variable) + ">";
  } else {
    text = PrintAtom(type.kind, type.variable);
  }
  if (type.repeated) text += "...";
  return text;
}

}  // namespace assay
