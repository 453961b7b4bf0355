"""Compares scans of many patterns together with Python's re, pattern by pattern.

usage: python_scan.py path/to/scan_search [number of pattern and text pairs] [seed]

Sets of 1 to 300 random patterns are searches of one scanner with a random budget and 1 to 8 texts walked together, over texts of
all kinds: ASCII, accents, CJK, emoji, U+FEFF, U+212A, U+017F, combining marks, empty, long, NUL, any assigned character. Characters
that Python's Unicode version does not know are left out. So is what python_re.py says of U+0130, U+0131 and \\B in an empty text,
and a pair that takes Python more than a second.
"""
import collections
import json
import random
import re
import signal
import subprocess
import sys
import unicodedata
import warnings

from python_re import LETTERS, TEXT_LETTERS, Patterns, python_flags

warnings.simplefilter("ignore")

WORDS = ["win", "now", "cash", "Naïve", "café", "CAFÉ", "cafe\u0301", "straße", "STRASSE", "\u212aelvin", "\u017fkin", "中文", "かな", "한국", "Привет", "привет",
         "ὀδυσσεύς", "😀", "👩\u200d👩\u200d👧", "\ufeffa", "x\x00y", "a1", "١٢", "", "ab", "abc", "bc"]
BLOCKS = [(0x20, 0x7f), (0xa0, 0x250), (0x250, 0x530), (0x530, 0x1100), (0x1e00, 0x2200), (0x2c00, 0x3200), (0x4e00, 0x4f00), (0xac00, 0xad00),
          (0xa640, 0xabff), (0xff00, 0xffef), (0x10400, 0x10500), (0x1f300, 0x1f650), (0x20000, 0x20100)]


def known(character):
    return unicodedata.category(character) not in ("Cn", "Cs") and character not in "\u0130\u0131"


def any_character(source):
    while True:
        character = chr(source.randrange(*source.choice(BLOCKS)))
        if known(character):
            return character


def random_text(source):
    kind = source.randrange(12)
    if kind == 0:
        return ""
    if kind <= 4:
        return "".join(source.choice(TEXT_LETTERS) for _ in range(source.randrange(1, 14))) + source.choice(("", "", "\n", "\n\n"))
    if kind <= 8:
        return source.choice(("", " ", "\n")).join(source.choice(WORDS) + source.choice(("", " ", ". ", "\n")) for _ in range(source.randrange(1, 8)))
    if kind <= 10:
        return "".join(any_character(source) for _ in range(source.randrange(1, 10)))
    length = source.choice((50, 300, 3000))
    return "".join(source.choice(WORDS) + source.choice((" ", "-", "\n", "")) for _ in range(length)) + source.choice(("", "\n"))


def random_pattern(source):
    kind = source.randrange(10)
    if kind <= 5:
        return Patterns(source, False).alternation(3)
    if kind == 6:
        return source.choice(("\\b", "", "^")) + re.escape(source.choice(WORDS)) + source.choice(("\\b", "", "$", "s?"))
    if kind == 7:
        gap = source.choice((".*", ".*?", "[^.]{0,12}", "\\W+(?:\\w+\\W+){0,3}", "(?s:.)+", "\\s*"))
        return re.escape(source.choice(WORDS)) + gap + re.escape(source.choice(WORDS))
    if kind == 8:
        low = any_character(source)
        high = chr(min(ord(low) + source.randrange(40), 0x10FFFF))
        return f"[{source.choice(('', '^'))}{re.escape(low)}-{re.escape(high)}]{source.choice(('', '+', '{2}', '{2,4}$'))}"
    return f"(?:{re.escape(source.choice(WORDS))}|{re.escape(source.choice(LETTERS))}){{{source.randrange(3)},{source.randrange(3, 6)}}}"


class TooSlow(Exception):
    pass


def too_slow(*_):
    raise TooSlow


def searches(pattern, text):
    """Whether Python finds the pattern; nothing where it does not say."""
    signal.setitimer(signal.ITIMER_REAL, 1)
    try:
        return pattern.search(text) is not None
    except (TooSlow, SystemError):  # "please report a bug for the re module"
        return None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def compile_in_python(pattern, flags):
    try:
        return re.compile(pattern, python_flags(flags))
    except (re.error, OverflowError):
        return None


def differences(patterns, texts, answers, tally):
    for (pattern, flags), answer in zip(patterns, answers):
        compiled = compile_in_python(pattern, flags)
        if answer == "inexact":
            tally["inexact patterns"] += 1
            continue
        if (compiled is None) != answer.startswith("error"):
            yield f"{pattern!r} {flags!r}: {'Python' if compiled is None else 'the scan'} refuses it: {answer[:80]}"
            continue
        if compiled is None:
            tally["patterns refused"] += 1
            continue
        tally["patterns"] += 1
        for text, bit in zip(texts, answer):
            found = searches(compiled, text)
            if found is None:
                tally["pairs too slow for Python"] += 1
                continue
            tally["pairs"] += 1
            tally["found"] += found
            if found != (bit == "1"):
                yield f"{pattern!r} {flags!r} on {text[:300]!r}: Python {found}, the scan {bit}"
                break


def main():
    signal.signal(signal.SIGALRM, too_slow)
    tool = subprocess.Popen([sys.argv[1]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    pairs = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    source = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    tally = collections.Counter()
    wrong = 0
    while tally["pairs"] < pairs and wrong < 25:
        tally["scanners"] += 1
        patterns = [(random_pattern(source), "".join(c for c in "isma" if source.randrange(4) == 0)) for _ in range(source.choice((1, 2, 5, 20, 60, 300)))]
        texts = [random_text(source) for _ in range(source.randrange(1, 60))]
        if sys.version_info >= (3, 14):
            texts = [text or "a" for text in texts]
        task = {"patterns": patterns, "texts": texts, "lanes": source.randrange(1, 9), "budget": source.choice((0, 4 << 10, 100 << 10, 16 << 20)),
                "rows": source.choice((1, 1, 2500)) if sum(map(len, texts)) < 5000 else 1}
        tool.stdin.write(json.dumps(task) + "\n")
        tool.stdin.flush()
        line = tool.stdout.readline()
        answers = json.loads(line) if line else "the tool died"
        if isinstance(answers, str):
            sys.exit(f"{answers}: {json.dumps(task)}")
        for difference in differences(patterns, texts, answers, tally):
            print(f"{difference} (lanes {task['lanes']}, budget {task['budget']}, {len(patterns)} patterns)")
            wrong += 1
    print(", ".join(f"{count} {what}" for what, count in sorted(tally.items())) + f": {wrong} patterns differ")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
