// The grammar of Assay. It is made for speed and for good messages: nearly every decision looks at one token, operators of one
// operand level stand in one flat rule, and their precedence is settled by compiler/parse/expressions.cc; so a chain of twenty
// thousand `or`s nests nothing. It accepts a little more than the language where that lets a message say what was meant
// (`=` for `==`, `&&` for `and`, named arguments of any form); compiler/parse refuses the rest. Files are parsed a declaration at
// a time.
parser grammar AssayParser;

options {
  tokenVocab = AssayLexer;
  superClass = ParserBase;
}

@parser::postinclude {
#include "compiler/parse/parser_base.h"
}

// The start rules: one declaration; an expression that is the whole text.
declaration
@init { Descend(_localctx); }
  : attribute* declarationBody
  ;

wholeExpression: expression EOF;

attribute: MARK name (LEFT_PAREN arguments? RIGHT_PAREN)?;

declarationBody
  : packDeclaration
  | importDeclaration
  | labelsDeclaration
  | schemaDeclaration
  | paramDeclaration
  | constDeclaration
  | setDeclaration
  | mapDeclaration
  | relationDeclaration
  | regexDeclaration
  | letDeclaration
  | fnDeclaration
  | externDeclaration
  | lfDeclaration
  | forDeclaration
  | sliceDeclaration
  | transformDeclaration
  | modelDeclaration
  | testDeclaration
  ;

packDeclaration: PACK name version;
version: VERSION | FLOAT | INTEGER | STRING;

importDeclaration: IMPORT (path | string) (AS name)?;

labelsDeclaration: LABELS name (COLON path)? LEFT_BRACE (labelEntry (COMMA labelEntry)* COMMA?)? RIGHT_BRACE;
labelEntry: name (COLON name)? (ASSIGN MINUS? INTEGER)?;

schemaDeclaration: SCHEMA name LEFT_BRACE schemaField* RIGHT_BRACE;
// The default stops before comparisons and text tests, so that the next field may be called `has` or `starts`.
schemaField: name COLON type (FROM string)? (ASSIGN operation)? COMMA?;

paramDeclaration: PARAM name COLON type ASSIGN expression;
constDeclaration: CONST name ASSIGN expression;
setDeclaration: SET name modifier* ASSIGN expression;
mapDeclaration: MAP name COLON type ARROW type modifier* ASSIGN expression;
relationDeclaration: RELATION name LEFT_PAREN parameters? RIGHT_PAREN modifier* ASSIGN expression;
modifier: NOCASE | WORDS | SYMMETRIC | IDENTIFIER;
regexDeclaration: REGEX_WORD name ASSIGN expression;
letDeclaration: LET name ASSIGN expression;
fnDeclaration: FN name LEFT_PAREN parameters? RIGHT_PAREN (ARROW type)? ASSIGN expression;
externDeclaration: EXTERN FN name LEFT_PAREN parameters? RIGHT_PAREN ARROW type PURE?;
parameters: parameter (COMMA parameter)* COMMA?;
parameter: name COLON type;

lfDeclaration: LF templateName (COLON path)? lfBody;
lfBody
  : (ARROW | FAT_ARROW) label (WITH expression)? WHEN expression
  | LEFT_BRACE lfItem* RIGHT_BRACE
  | FROM expression LEFT_BRACE (lfCase (COMMA lfCase)* COMMA?)? RIGHT_BRACE
  ;
lfItem
  : LET name ASSIGN expression COMMA?
  | label (WITH expression)? WHEN expression COMMA?
  ;
lfCase: operation (FAT_ARROW | ARROW) label (WITH expression)?;
label
  : ABSTAIN
  | labelName (DOT member)* (LEFT_PAREN arguments? RIGHT_PAREN)?
  ;

forDeclaration: FOR variables IN expression LEFT_BRACE declaration* RIGHT_BRACE;
variables: name | LEFT_PAREN name (COMMA name)* RIGHT_PAREN;

sliceDeclaration: SLICE templateName WHEN expression;

transformDeclaration: TRANSFORM name LEFT_BRACE (transformItem (COMMA transformItem)* COMMA?)? (WHEN expression)? RIGHT_BRACE;
transformItem: name ASSIGN expression;

modelDeclaration: MODEL path LEFT_BRACE modelItem* RIGHT_BRACE;
modelItem
  : BALANCE record
  | CORRELATED path (COMMA path)*
  | METHOD name
  ;

testDeclaration: TEST string LEFT_BRACE testStep* RIGHT_BRACE;
testStep
  : GIVEN record
  | EXPECT expression (COMMA expression)*
  ;

type
@init { Descend(_localctx); }
  : typeName (LESS type (COMMA type)* GREATER)? QUESTION?
  | LEFT_PAREN type (COMMA type)* RIGHT_PAREN QUESTION?
  ;
typeName: name (DOT member)?;

// Expressions, loosest first. Whatever reaches as far to the right as it can may be the last operand.
expression
@init { Descend(_localctx); }
  : term ((AND | OR | AMPERSANDS | BARS) term)*
  ;

term: (NOT | BANG)* (conditional | quantifier | comparison);

conditional: IF expression THEN expression ELSE expression;

quantifier
  : (ANY | ALL | NONE) variables IN operation COLON expression
  | AT LEAST primary variables IN operation COLON expression
  ;

comparison: operation test*;

test
  : (EQUAL | NOT_EQUAL | LESS | LESS_EQUAL | GREATER | GREATER_EQUAL | ASSIGN | IDENTICAL | DIFFERS) operation
  | IS NOT? NULL_
  | NOT? (IN | textTestWord) operation (NOCASE | WORDS)*
  | TILDE operation WITHIN operation
  | VOTES
  | ABSTAINS
  ;

textTestWord
  : CONTAINS
  | HAS (ANY | ALL | NONE)?
  | MATCHES
  | STARTS WITH
  | ENDS WITH
  | LIKE
  ;

operation: operand (infix operand)*;
infix: PLUS | MINUS | STAR | DIVIDE | FLOOR_DIVIDE | PERCENT | AMPERSAND | BAR | COALESCE;
operand: MINUS* primary postfix*;

postfix
  : DOT member
  | LEFT_PAREN arguments? RIGHT_PAREN
  | LEFT_BRACKET sliceBound (COLON sliceBound (COLON sliceBound)?)? RIGHT_BRACKET
  ;
sliceBound: expression?;

// `name: value` and `x in xs: condition` are told apart when the tree is made.
arguments: argument (COMMA argument)* COMMA?;
argument: expression (COLON expression)?;

primary
  : NULL_
  | TRUE
  | FALSE
  | ABSTAIN
  | INTEGER
  | FLOAT
  | BAD_NUMBER
  | DURATION
  | VERSION
  | string
  | REGEX
  | expressionName
  | parenthesized
  | list
  | record
  ;

parenthesized: LEFT_PAREN expression (COMMA expression)* COMMA? RIGHT_PAREN;
// Sets are written as lists and may be long, so the loop looks at one token; an empty member is refused when the tree is made.
list: LEFT_BRACKET (expression (FOR variables IN operation (IF expression)? | (COMMA expression?)*))? RIGHT_BRACKET;
record: LEFT_BRACE (entry (COMMA entry)* COMMA?)? RIGHT_BRACE;
entry: expression COLON expression;

string: STRING | RAW_STRING | SINGLE_QUOTED | UNTERMINATED_STRING;

path: name (DOT member)*;
templateName: name | string;

// Every word may follow a dot. A name may be any word but the reserved ones; in an expression `at` begins `at least`.
// The label of a branch follows an expression, so it is not a word that could continue one.
member: name | reservedWord;
name: expressionName | AT;
expressionName: labelName | CONTAINS | HAS | MATCHES | STARTS | ENDS | LIKE | VOTES | ABSTAINS | WITHIN | NOCASE | WORDS;
labelName
  : IDENTIFIER | PACK | IMPORT | LABELS | SCHEMA | PARAM | CONST | SET | MAP | RELATION | REGEX_WORD | EXTERN | SLICE
  | TRANSFORM | MODEL | TEST | FROM | WITH | AS | SYMMETRIC | PURE | BALANCE | CORRELATED | METHOD | GIVEN | EXPECT | LEAST
  ;
reservedWord
  : LF | FOR | LET | FN | WHEN | ABSTAIN | AND | OR | NOT | IN | IS | IF | THEN | ELSE | TRUE | FALSE | NULL_ | ANY | ALL | NONE
  ;
