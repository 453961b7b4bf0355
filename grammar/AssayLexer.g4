// The tokens of Assay. What they mean and which words are reserved: REFERENCE.md. The lexer never fails: characters that
// begin no token, and strings and patterns without an end, become tokens of their own, about which the parser speaks.
lexer grammar AssayLexer;

@lexer::postinclude {
#include "compiler/parse/lexer_base.h"
}
options { superClass = LexerBase; }

channels { COMMENTS }

// Reserved words
LF: 'lf';
FOR: 'for';
LET: 'let';
FN: 'fn';
WHEN: 'when';
ABSTAIN: 'abstain';
AND: 'and';
OR: 'or';
NOT: 'not';
IN: 'in';
IS: 'is';
IF: 'if';
THEN: 'then';
ELSE: 'else';
TRUE: 'true';
FALSE: 'false';
NULL_: 'null';
ANY: 'any';
ALL: 'all';
NONE: 'none';

// Words with a meaning in their place, and names elsewhere. First those that begin a declaration,
PACK: 'pack';
IMPORT: 'import';
LABELS: 'labels';
SCHEMA: 'schema';
PARAM: 'param';
CONST: 'const';
SET: 'set';
MAP: 'map';
RELATION: 'relation';
REGEX_WORD: 'regex';
EXTERN: 'extern';
SLICE: 'slice';
TRANSFORM: 'transform';
MODEL: 'model';
TEST: 'test';
// then those that stand inside one,
FROM: 'from';
WITH: 'with';
AS: 'as';
SYMMETRIC: 'symmetric';
PURE: 'pure';
BALANCE: 'balance';
CORRELATED: 'correlated';
METHOD: 'method';
GIVEN: 'given';
EXPECT: 'expect';
AT: 'at';
LEAST: 'least';
// then those that follow an operand.
CONTAINS: 'contains';
HAS: 'has';
MATCHES: 'matches';
STARTS: 'starts';
ENDS: 'ends';
LIKE: 'like';
VOTES: 'votes';
ABSTAINS: 'abstains';
WITHIN: 'within';
NOCASE: 'nocase';
WORDS: 'words';

RAW_STRING: 'r"' ~["\r\n]* '"';
IDENTIFIER: [A-Za-z_] [A-Za-z0-9_]*;

VERSION: DIGIT+ '.' DIGIT+ '.' DIGIT+ ([+-] [0-9A-Za-z.+-]+)?;
FLOAT: DIGITS '.' DIGITS EXPONENT? | DIGITS EXPONENT;
INTEGER: DIGITS | '0' [xX] [0-9A-Fa-f] [0-9A-Fa-f_]*;
DURATION: DIGITS [smhd];
BAD_NUMBER: DIGIT [A-Za-z0-9_]* ('.' DIGIT [A-Za-z0-9_]*)?;

STRING: '"' (~["\\\r\n] | '\\' ~[\r\n])* '"';
UNTERMINATED_STRING: 'r'? '"' (~["\\\r\n] | '\\' ~[\r\n])* '\\'?;
SINGLE_QUOTED: '\'' (~['\\\r\n] | '\\' ~[\r\n])* '\'';

// A slash begins a pattern unless a value stands before it.
REGEX: '/' {PatternMayBegin()}? (~[/\\\r\n] | '\\' ~[\r\n])+ '/' [A-Za-z]*;

ARROW: '->';
FAT_ARROW: '=>';
EQUAL: '==';
NOT_EQUAL: '!=';
LESS_EQUAL: '<=';
GREATER_EQUAL: '>=';
LESS: '<';
GREATER: '>';
ASSIGN: '=';
COALESCE: '??';
QUESTION: '?';
PLUS: '+';
MINUS: '-';
STAR: '*';
FLOOR_DIVIDE: '//';
DIVIDE: '/';
PERCENT: '%';
AMPERSAND: '&';
BAR: '|';
TILDE: '~';
LEFT_PAREN: '(';
RIGHT_PAREN: ')';
LEFT_BRACKET: '[';
RIGHT_BRACKET: ']';
LEFT_BRACE: '{';
RIGHT_BRACE: '}';
COMMA: ',';
COLON: ':';
DOT: '.';
MARK: '@';

// Operators of other languages, recognised so that the message can say what to write.
AMPERSANDS: '&&';
BARS: '||';
BANG: '!';
IDENTICAL: '===';
DIFFERS: '<>' | '!==';

DOC_COMMENT: '##' ~[\r\n]* -> channel(COMMENTS);
COMMENT: '#' ~[\r\n]* -> channel(COMMENTS);
SPACE: [ \t\r\n\f]+ -> skip;

UNEXPECTED: .;

fragment DIGIT: [0-9];
fragment DIGITS: [0-9] [0-9_]*;
fragment EXPONENT: [eE] [+-]? DIGITS;
