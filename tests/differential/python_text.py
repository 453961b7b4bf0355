"""Compares runtime/text with Python's str: every code point, then random texts and bytes.

usage: python_text.py path/to/text_dump [number of random texts]

Code points that either side's Unicode does not know are left out: Python's version and the one of the tables differ.
"""
import random
import re
import subprocess
import sys
import unicodedata


# Became lower case in Unicode 15.0.
CHANGED = {0x10FC, 0xA7F2, 0xA7F3, 0xA7F4, 0xAB69}


def bit(value):
    return "1" if value else "0"


def properties(c):
    category = unicodedata.category(c)
    letters = ""
    for letter, holds in (("a", c.isalpha()), ("d", c.isdecimal()), ("g", c.isdigit()), ("w", c.isalnum() or c == "_"),
                          ("s", c.isspace()), ("p", category[0] == "P"), ("z", category != "Cn"),
                          ("U", c.isupper()), ("L", c.islower()), ("T", c.istitle())):
        if holds:
            letters += letter
    return letters


def hexed(text):
    return text.encode().hex()


def check_code_points(tool):
    known = []
    wrong = 0
    out = subprocess.run([tool, "code_points"], check=True, capture_output=True, text=True).stdout
    for line in out.splitlines():
        number, letters, decimal, *mapped = line.split("\t")
        c = chr(int(number, 16))
        if unicodedata.category(c) == "Cn" or "z" not in letters or ord(c) in CHANGED:
            continue
        expected = [properties(c), str(unicodedata.decimal(c, -1)), hexed(c.lower()), hexed(c.upper()), hexed(c.title()),
                    hexed(c.casefold())]
        known.append(c)
        if [letters, decimal, *mapped] != expected:
            wrong += 1
            print(f"U+{ord(c):04X} {unicodedata.name(c, '?')}: Python {expected}, runtime/text {[letters, decimal, *mapped]}")
    print(f"{len(known)} code points, {wrong} differ")
    return known, wrong


def python_number(convert, text):
    if "_" in text:
        return None
    try:
        return convert(text)
    except ValueError:
        return None


def describe(text):
    tokens = re.findall(r"\w+|[^\w\s]", text)
    words = re.findall(r"\w+", text)
    number = python_number(int, text)
    if number is not None and not -2**63 <= number < 2**63:
        number = None
    real = python_number(float, text)
    if real is not None and real != real:
        real = None
    pieces = lambda items: "".join(hexed(item) + "," for item in items)
    return "\t".join([
        hexed(text), str(len(text)), hexed(text.lower()), hexed(text.upper()), hexed(text.title()), hexed(text.casefold()),
        pieces(text.split()), pieces(words), pieces(tokens), pieces(text.splitlines()), hexed(text.strip()),
        "none" if number is None else str(number), "none" if real is None else repr(real),
        "".join(map(bit, (text.isupper(), text.islower(), text.istitle(), text.isdigit(), text.isalpha(), text.isalnum(),
                          text.isspace()))),
        f"{len(text.split())},{len(words)},{len(tokens)},{len(text.splitlines())}"])


def random_text(random_source, known):
    special = "aAzZ09_ .,!?'-\n\r\t\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u2028\u2029\u3000\ufeff\u200bΣσςİıſKßŉǰΐﬁﬀǅǆ\u0345\u0301ªº²½Ⅷ中あ😀👍🏽"
    alphabet = random_source.choice((special, "aB c", "ΑΣσ. '", "0123456789.eE+- ", "".join(random_source.sample(known, 12))))
    return "".join(random_source.choice(alphabet) for _ in range(random_source.randrange(14)))


def random_number(random_source):
    return random_source.choice((
        lambda: repr(random_source.uniform(-1e6, 1e6)), lambda: repr(random_source.random() * 10.0**random_source.randrange(-320, 309)),
        lambda: str(random_source.randrange(-2**65, 2**65)), lambda: f"{random_source.randrange(10**18)}e{random_source.randrange(-400, 400)}",
        lambda: random_source.choice(("inf", "-Infinity", "nan", "+1", "-0", "0x10", "1_0", " 7 ", "１２", "٣.٥", "1e", ".5", "5.", ".", "+-1", "1e5", "1e-7")),
    ))()


def check_texts(tool, known, count):
    source = random.Random(20240501)
    inputs = []
    for _ in range(count):
        kind = source.randrange(10)
        if kind == 0:
            inputs.append(bytes(source.choice((0x41, 0x80, 0xBF, 0xC2, 0xE0, 0xA0, 0xED, 0xF0, 0x90, 0xF4, 0x8F, 0xFF, 0xC0))
                                for _ in range(source.randrange(12))))
        elif kind <= 3:
            inputs.append(random_number(source).encode())
        else:
            inputs.append(random_text(source, known).encode())
    out = subprocess.run([tool, "texts"], input="\n".join(i.hex() for i in inputs) + "\n", check=True, capture_output=True,
                         text=True).stdout.split("\n")
    wrong = 0
    for given, answer in zip(inputs, out):
        expected = describe(given.decode("utf-8", "replace"))
        if answer != expected:
            wrong += 1
            if wrong <= 20:
                for a, b in zip(expected.split("\t"), answer.split("\t")):
                    if a != b:
                        print(f"{given!r}: Python {a}, runtime/text {b}")
    print(f"{count} texts, {wrong} differ")
    return wrong


def main():
    tool = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 50000
    known, wrong = check_code_points(tool)
    wrong += check_texts(tool, known, count)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
