// Small questions about tokens that reporting, recovery and the tree builder all ask.
#pragma once

#include <string>
#include <string_view>

#include <antlr4-runtime.h>

#include "runtime/base/span.h"

namespace assay {

// Where a token stands. The end of the file, and tokens that recovery made up, are empty spans.
SourceSpan SpanOf(FileId file, antlr4::Token* token);
// From the first to the last token.
SourceSpan SpanOf(FileId file, antlr4::Token* first, antlr4::Token* last);

bool IsOpener(size_t type);
bool IsCloser(size_t type);
// `)` for `(`, and so on.
size_t CloserOf(size_t opener);
bool IsReservedWord(size_t type);
// A name, or a word that can be one.
bool IsNameLike(size_t type);

// As it stands in the text, between backticks; long ones are cut; "the end of the file".
std::string Quote(std::string_view text, antlr4::Token* token);
// What a token of this type is called: "`when`", "a name", "a string".
std::string NameOfTokenType(const antlr4::dfa::Vocabulary& vocabulary, size_t type);

// Nothing but blanks before it on its line.
bool BeginsLine(std::string_view text, antlr4::Token* token);
// The token at this index and the one behind it look like the start of a declaration: a keyword of one and then a name.
bool StartsDeclaration(antlr4::CommonTokenStream& tokens, size_t index);

// The token on the default channel behind `index`; the end of the file at the latest.
size_t NextIndex(antlr4::CommonTokenStream& tokens, size_t index);

}  // namespace assay
