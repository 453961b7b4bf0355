// JSON records one after the other, with bounded memory: the lines of a JSONL file, or the members of the one object or array
// that a WRENCH file is. Each record is parsed and checked as a whole (simdjson's DOM). Invalid UTF-8 and escapes of lone
// surrogates, which other programs write, become U+FFFD.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/io/input.h"

namespace assay {

enum class JsonLayout : uint8_t { kLines, kMembers };

class JsonRecords {
 public:
  JsonRecords(InputBuffer input, JsonLayout layout);

  // Leaves out this many lines, or members.
  Status Skip(uint64_t count);
  // The next record; false at the end. Malformed JSON is an error with file and line.
  Result<bool> Next();

  // Of the last record, valid until the next one.
  simdjson::dom::element record() const { return record_; }
  const std::string& key() const { return key_; }  // of a member of an object, else empty
  uint64_t line() const { return line_; }
  bool repaired() const { return repaired_; }

  const std::string& name() const { return input_.name(); }
  uint64_t bytes_read() const { return input_.bytes_read() - (input_.end() - input_.begin); }
  uint64_t size() const { return input_.size(); }

 private:
  enum class Step : uint8_t { kRecord, kMore, kEnd, kBad };

  Result<bool> Find(bool parse);
  Step FindLine();
  Step FindMember();
  Step Bad(std::string what);
  Status Parse();

  InputBuffer input_;
  JsonLayout layout_;
  simdjson::dom::parser parser_;
  simdjson::dom::element record_;
  bool started_ = false;
  bool opened_ = false;  // the brace or bracket around the members was seen
  bool first_ = true;
  char closer_ = 0;
  std::string key_;
  std::string_view raw_;
  std::string bad_;
  uint64_t line_ = 0;
  uint64_t next_line_ = 1;
  bool repaired_ = false;
  std::string scratch_;
};

// One line of JSON that shows a value in messages, cut where it is long.
std::string ShownJson(simdjson::dom::element value);

}  // namespace assay
