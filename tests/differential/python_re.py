"""Compares regular expressions, parsed and spelled by compiler/patterns and run by runtime/text, with Python's re.

usage: python_re.py path/to/regex_search [number of pattern and text pairs] [seed] [--alone]

With --alone Python only makes the patterns and texts, and regex_search compares its own ways with each other: PCRE2, automata, literals.

Random patterns over random texts: whether re.search finds something, how many matches re.findall has, the groups of the first.
Then the published patterns of the TREC and SMS tasks over all of their texts, where the data is present: in the folder
$ASSAY_DATA, else ../shared/data beside the source tree.

Known differences that are left out: U+0130 and U+0131 where case is ignored (Python relates them to i), \\B in an empty text
(true from Python 3.14 on), counts and groups of a pattern that repeats what may be empty (engines stop such loops at
different places) or that repeats a group possessively (PCRE2's JIT leaves a group's place set when it is given up); whether
there is a match is compared. A group repeated possessively at least twice: Python's x{2}+ does not try other ways through
the first x, which its own (?>x{2}) does. (?a:...) inside a pattern without a: Python looks for the first character by the outer
flags, so (?a:\\S) misses U+2028, which it matches.
"""
import collections
import json
import os
import random
import re
import subprocess
import sys
import warnings

warnings.simplefilter("ignore")

LETTERS = list("aabbcckKsSiI ._-1é") + ["É", "ß", "ẞ", "\u212a", "\u017f", "中", "😀", "\ufeff", "σ", "ς", "Σ", "µ", "μ", "ǆ", "ǅ", "\u0345", "ι"]
TEXT_LETTERS = LETTERS + list("abck ss\n\n\t!0") + ["\x0b", "\x1c", "\x85", "\xa0", "\u2028", "²", "Ⅷ", "٣", "_", "\x00", "\u0301"]


class Patterns:
    """Makes random patterns; every choice is one the parser must know."""

    def __init__(self, source, backtracking):
        self.source = source
        self.backtracking = backtracking
        self.groups = 0
        self.open = 0

    def pick(self, *choices):
        return self.source.choice(choices)

    def character(self):
        c = self.source.choice(LETTERS)
        return self.pick(re.escape(c), re.escape(c), re.escape(c), f"\\U{ord(c):08x}",
                         f"\\x{ord(c):02x}" if ord(c) < 256 else f"\\u{ord(c):04x}" if ord(c) < 65536 else re.escape(c))

    def set(self):
        members = []
        for _ in range(self.source.randrange(1, 4)):
            kind = self.source.randrange(6)
            if kind == 0:
                members.append(self.pick("\\w", "\\d", "\\s", "\\W", "\\D", "\\S"))
            elif kind == 1:
                members.append(self.pick("a-c", "A-Z", "0-9", "k-s", "é-ÿ", "α-ω", "\\x00-\\x1f", "À-Þ"))
            elif kind == 2:
                members.append(self.pick("\\b", "\\n", "\\t", "\\0", "\\101", "]" if not members else "\\]", "\\-"))
            else:
                members.append(re.escape(self.source.choice(LETTERS)))
        return "[" + self.pick("", "", "^") + "".join(members) + self.pick("", "", "", "-") + "]"

    def atom(self, depth):
        kind = self.source.randrange(20)
        if kind <= 7:
            return self.character()
        if kind <= 9:
            return self.set()
        if kind <= 11:
            return self.pick(".", "\\w", "\\W", "\\d", "\\s", "\\S", "\\D")
        if kind == 12:
            return self.pick("\\n", "\\t", "\\v", "\\f", "\\r", "\\a", "\\0", "\\012", "\\101", "/", "{", "}", "\\/", "{,", "]")
        if depth <= 0:
            return self.character()
        if kind == 13 and self.backtracking:
            return self.advanced(depth)
        if kind <= 15:
            flags = self.pick("", "i", "s", "m", "i-s", "-i", "s-im")
            return f"(?{flags}:{self.alternation(depth - 1)})"
        self.groups += 1
        number = self.groups
        name = self.pick("", "", "", f"?P<g{number}>")
        return f"({name}{self.alternation(depth - 1)})"

    def advanced(self, depth):
        kind = self.source.randrange(6)
        if kind == 0:
            return f"(?={self.alternation(depth - 1)})"
        if kind == 1:
            return f"(?!{self.alternation(depth - 1)})"
        if kind == 2:
            return f"(?{self.pick('<=', '<!')}{''.join(self.pick(self.character(), self.set(), '.') for _ in range(self.source.randrange(3)))})"
        if kind == 3:
            return f"(?>{self.alternation(depth - 1)})"
        if kind == 4 and self.groups:
            return f"(?({self.source.randrange(1, self.groups + 1)}){self.character()}|{self.character()})"
        if self.groups:
            return f"\\{self.source.randrange(1, self.groups + 1)}"
        return self.character()

    def item(self, depth):
        kind = self.source.randrange(10)
        if kind == 0:
            return self.pick("^", "$", "\\b", "\\B", "\\A", "\\Z", "\\b", "\\b")
        atom = self.atom(depth)
        if kind <= 4:
            quantifier = self.pick("*", "+", "?", "{2}", "{,2}", "{1,}", "{0,1}", "{1,3}", "{,}", "*", "+", "?")
            atom += quantifier + self.pick("", "", "", "?", "+" if self.backtracking else "?")
        return atom

    def alternation(self, depth):
        branches = ["".join(self.item(depth) for _ in range(self.source.randrange(0 if self.source.randrange(8) == 0 else 1, 4)))
                    for _ in range(self.pick(1, 1, 1, 2, 3))]
        return "|".join(branches)


def python_flags(flags):
    return sum(getattr(re, c.upper()) for c in flags if c != "b")


def repeats_empty(pattern):
    """Whether something that may be empty is repeated, or a group possessively: what is left in groups differs."""
    parsed = re._parser.parse(*pattern)

    def visit(items):
        for op, argument in items:
            name = str(op)
            if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
                if argument[2].getwidth()[0] == 0:
                    return True
                if name == "POSSESSIVE_REPEAT" and "SUBPATTERN" in str(argument[2]):
                    return True
            for part in argument if isinstance(argument, (tuple, list)) else [argument]:
                for inner in part if isinstance(part, list) else [part]:
                    if isinstance(inner, re._parser.SubPattern) and visit(inner):
                        return True
        return False

    return visit(parsed)


def repeats_group_possessively(pattern):
    """Whether a group is repeated possessively at least twice."""

    def visit(items):
        for op, argument in items:
            if str(op) == "POSSESSIVE_REPEAT" and argument[0] >= 2 and "SUBPATTERN" in str(argument[2]):
                return True
            for part in argument if isinstance(argument, (tuple, list)) else [argument]:
                for inner in part if isinstance(part, list) else [part]:
                    if isinstance(inner, re._parser.SubPattern) and visit(inner):
                        return True
        return False

    return visit(re._parser.parse(*pattern))


def hexed(text):
    return text.encode().hex()


class Tool:
    def __init__(self, path):
        self.process = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, flags, pattern, texts):
        self.process.stdin.write("\t".join([flags, hexed(pattern), *map(hexed, texts)]) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit(f"the tool died on {pattern!r} with flags {flags!r}")
        return answer.rstrip("\n").split("\t")


def first_spans(match):
    if not match:
        return ""
    return "".join("none," if a < 0 else f"{a}-{b}," for a, b in match.regs)


def compare(tool, flags, pattern, texts, tally):
    """True when everything agrees."""
    try:
        compiled = re.compile(pattern, python_flags(flags))
        message = None
    except (re.error, OverflowError) as error:
        message = str(error)
    answer = tool.ask(flags, pattern, texts)
    if message is not None:
        tally["refused"] += 1
        if answer[0].startswith("error"):
            return True
        print(f"{pattern!r} {flags!r}: Python refuses ({message}), we do not")
        return False
    if answer[0] != "ok":
        print(f"{pattern!r} {flags!r}: {' '.join(answer)}")
        return False
    if repeats_group_possessively((pattern, python_flags(flags))):
        return True
    bits, counts, spans = answer[1], answer[2].split(","), answer[3].split(";")
    loops = repeats_empty((pattern, python_flags(flags)))
    for i, text in enumerate(texts):
        tally["pairs"] += 1
        if bits[i] == "?":
            tally["unknown"] += 1
            if "b" in flags:
                continue
            print(f"{pattern!r} {flags!r} on {text!r}: unknown without flag b")
            return False
        try:
            match = compiled.search(text)
        except SystemError:  # "please report a bug for the re module"
            continue
        if bits[i] != str(int(match is not None)):
            print(f"{pattern!r} {flags!r} on {text!r}: Python {match}, we {bits[i]}")
            return False
        if loops or counts[i] == "?":
            continue
        if int(counts[i]) != len(compiled.findall(text)):
            print(f"{pattern!r} {flags!r} on {text!r}: Python counts {len(compiled.findall(text))}, we {counts[i]}")
            return False
        if first_spans(match) != spans[i]:
            print(f"{pattern!r} {flags!r} on {text!r}: Python's groups {first_spans(match)}, ours {spans[i]}")
            return False
    return True


def random_text(source):
    length = source.choice((0, 1, 2, 3, 5, 8, 13))
    text = "".join(source.choice(TEXT_LETTERS) for _ in range(length))
    return text + source.choice(("", "", "", "\n", "\n\n"))


def agrees_with_itself(tool, flags, pattern, texts, tally):
    answer = tool.ask(flags, pattern, texts)
    if answer[0] == "ok":
        tally["pairs"] += len(texts)
        tally["found"] += answer[1].count("1")
    elif answer[0].startswith("broken") and "too large" not in answer[0]:
        print(f"{pattern!r} {flags!r} on {texts!r}: {' '.join(answer)}")
        return False
    return True


def check_random(tool, pairs, seed, agrees=compare):
    source = random.Random(seed)
    tally = collections.Counter()
    wrong = 0
    while tally["pairs"] < pairs and wrong < 25:
        flags = "".join(c for c in "isma" if source.randrange(3) == 0) + source.choice(("", "b"))
        pattern = Patterns(source, "b" in flags).alternation(3)
        texts = [random_text(source) for _ in range(10)]
        if "\\B" in pattern and sys.version_info >= (3, 14):
            texts = [t or "a" for t in texts]
        tally["patterns"] += 1
        wrong += not agrees(tool, flags, pattern, texts, tally)
    print(", ".join(f"{count} {what}" for what, count in sorted(tally.items())) + f": {wrong} patterns differ")
    return wrong


def data_folder():
    here = os.path.dirname(os.path.abspath(__file__))
    return os.environ.get("ASSAY_DATA", os.path.join(here, "..", "..", "..", "shared", "data"))


def check_published(tool, task, flags):
    folder = os.path.join(data_folder(), task, "wrench")
    if not os.path.exists(os.path.join(folder, "readme.txt")):
        print(f"{task}: no data in {folder}, skipped")
        return 0
    patterns = []
    with open(os.path.join(folder, "readme.txt"), encoding="utf-8") as lines:
        for line in lines:
            fields = line.rstrip("\n").split("\t")
            if len(fields) == 3:
                patterns.append(fields[1])
    texts = []
    for split in ("train", "valid", "test"):
        with open(os.path.join(folder, split + ".json"), encoding="utf-8") as file:
            texts += [record["data"]["text"] for record in json.load(file).values()]
    tally = collections.Counter()
    wrong = sum(not compare(tool, flags, pattern, texts, tally) for pattern in patterns)
    print(f"{task}: {len(patterns)} patterns over {len(texts)} texts, {wrong} differ")
    return wrong


def main():
    alone = "--alone" in sys.argv
    if alone:
        sys.argv.remove("--alone")
    tool = Tool(sys.argv[1])
    pairs = int(sys.argv[2]) if len(sys.argv) > 2 else 30000
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    if alone:
        sys.exit(1 if check_random(tool, pairs, seed, agrees_with_itself) else 0)
    wrong = check_random(tool, pairs, seed)
    wrong += check_published(tool, "trec", "i")
    wrong += check_published(tool, "sms", "i")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
