"""Writes python_cases.inc: what Python 3 answers where a built-in promises to answer as Python does.

    python3 tests/unit/builtins/make_python_cases.py > tests/unit/builtins/python_cases.inc
"""
import math
import random

random.seed(7)
TEXTS = ["", "a", "héllo wörld", "aaaa", "ab\U0001F600cd", "one two  one"]


def quote(text):
    return '"' + "".join(c if " " <= c < "\x7f" and c not in '"\\' else "".join("\\%03o" % b for b in c.encode()) for c in text) + '"'


def whole(value):
    return "kAbsentBound" if value is None else "INT64_MIN + 1" if value <= -(2**63 - 1) else "INT64_MAX" if value >= 2**63 - 1 else "%d" % value


def real(value):
    return "NAN" if math.isnan(value) else ("-" if value < 0 else "") + "INFINITY" if math.isinf(value) else value.hex()


def guard(function):
    try:
        return function()
    except (ValueError, ZeroDivisionError, OverflowError):
        return None


print("// Made by make_python_cases.py; do not edit.")
bounds = [None, 0, 1, 2, 5, 30, -1, -2, -5, -30, 2**63 - 1, -(2**63 - 1)]
for text in TEXTS:
    for _ in range(60):
        start, stop = random.choice(bounds), random.choice(bounds)
        step = random.choice([1, 1, 2, 3, -1, -2, 100, -100, 2**63 - 1, -(2**63 - 1)])
        print(f"SLICE({quote(text)}, {whole(start)}, {whole(stop)}, {whole(step)}, {quote(text[start:stop:step])})")

for text in TEXTS:
    for part in ["", "a", "aa", "one", "ö", " ", "\U0001F600", "zz"]:
        print(f"COUNT({quote(text)}, {quote(part)}, {text.count(part)})")
        print(f"FIND({quote(text)}, {quote(part)}, {text.find(part)})")
        for to in ["", "xy", "é"]:
            print(f"REPLACE({quote(text)}, {quote(part)}, {quote(to)}, {quote(text.replace(part, to))})")

numbers = [0.0, -0.0, 0.5, 1.5, 2.5, -2.5, 2.675, 1.005, 1e22, 1e-7, 123456.789, 5e-324, 1.7976931348623157e308, 15.0, 25.0, 25.5, 35.0,
           -1234567.5, 99999.5, 0.15, 0.25, 0.35, 0.45, 1e15 + 0.5, math.inf]
for x in numbers:
    for places in [0, 1, 2, 3, 10, 30, 323, 400, -1, -2, -5, -22, -308, -400]:
        rounded = guard(lambda: round(x, places))
        print(f"ROUND({real(x)}, {places}, {real(math.nan if rounded is None else rounded)})")

reals = [0.0, -0.0, 1.0, -1.0, 0.1, -0.1, 0.3, 3.5, -3.5, 1e16, 7.25, 1e-300, 1e300, math.inf, -math.inf]
for a in reals:
    for b in reals:
        for name, function in [("FLOOR_DIV", lambda: a // b), ("MOD", lambda: a % b)]:
            result = guard(function)
            print(f"{name}({real(a)}, {real(b)}, {real(math.nan if result is None else result)})")

wholes = [0, 1, -1, 2, -2, 3, 7, -7, 10, 2**63 - 1, -(2**63 - 1), -(2**63)]
spell = lambda n: "INT64_MIN" if n == -(2**63) else "INT64_C(%d)" % n
for a in wholes:
    for b in wholes:
        for name, function in [("INT_ADD", lambda: a + b), ("INT_MUL", lambda: a * b), ("INT_FLOOR_DIV", lambda: a // b), ("INT_MOD", lambda: a % b)]:
            result = guard(function)
            fits = result is not None and -(2**63) <= result < 2**63
            print(f"{name}({spell(a)}, {spell(b)}, {spell(result) if fits else 'std::nullopt'})")


def distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        previous, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (x != y))
    return row[-1]


for _ in range(60):
    size = random.choice([3, 10, 63, 64, 65, 130, 200])
    a = "".join(random.choice("abcé") for _ in range(size))
    b = list(a)
    for _ in range(random.randrange(size)):
        at = random.randrange(len(b) + 1)
        random.choice([lambda: b.insert(at, "x"), lambda: b.pop(at) if at < len(b) else None, lambda: b.__setitem__(slice(at, at + 1), "b")])()
    b = "".join(b)
    print(f"EDIT_DISTANCE({quote(a)}, {quote(b)}, {distance(a, b)})")
