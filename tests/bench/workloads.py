"""The benchmark's programs and data, all from fixed seeds: records of numbers and categories, texts, rules over both.

A program is text of the language; the same rules over numbers are also written as C++ by hand.
"""
import bisect
import csv
import json
import os
import random
import re
import shutil
import subprocess

NUMBERS = {  # column: how a value is drawn
    "age": lambda r: min(90, max(17, int(r.gauss(38, 13)))),
    "weight": lambda r: int(r.lognormvariate(12, 0.5)),
    "years": lambda r: min(16, max(1, int(r.gauss(10, 2.6)))),
    "gain": lambda r: 0 if r.random() < 0.92 else int(r.lognormvariate(8.5, 1)),
    "loss": lambda r: 0 if r.random() < 0.95 else int(r.gauss(1900, 300)),
    "hours": lambda r: min(99, max(1, int(r.gauss(40, 12)))),
}
CATEGORIES = {  # column: number of values
    "work": 9, "school": 16, "marital": 7, "job": 15, "relation": 6, "group": 5, "sex": 2, "country": 42,
}
BASE_ROWS = 32_000


def category(column, i):
    return f"{column.capitalize()}-{'abcdefghijklmnopqrstuvwxyz'[i % 26]}{i}"


def records():
    """{column: values} of the distinct records."""
    rnd = random.Random("records")
    columns = {c: [draw(rnd) for _ in range(BASE_ROWS)] for c, draw in NUMBERS.items()}
    for c, n in CATEGORIES.items():
        shares = [1 / (i + 1) for i in range(n)]  # the first values are the most frequent
        columns[c] = rnd.choices([category(c, i) for i in range(n)], shares, k=BASE_ROWS)
    return columns


def number_rules(columns, count=100):
    """Conjunctions of two or three atoms (column, operator, value) and a class."""
    rnd = random.Random("number rules")
    ordered = {c: sorted(columns[c]) for c in NUMBERS}

    def atom(c):
        if c in NUMBERS:
            values = ordered[c]
            if c in ("gain", "loss"):
                values = values[bisect.bisect(values, 0):]
            return c, rnd.choice(["<", "<=", ">", ">=", "=="] if c == "years" else ["<", "<=", ">", ">="]), rnd.choice(values)
        frequent = [category(c, i) for i in range(min(10, CATEGORIES[c]))]
        if rnd.random() < 0.5:
            return c, "in", sorted(rnd.sample(frequent, min(len(frequent), rnd.randint(2, 4))))
        return c, rnd.choice(["==", "!="]), rnd.choice(frequent)

    rules = []
    for _ in range(count):
        n = rnd.choice([2, 2, 3])
        numeric = rnd.randint(1, n)
        chosen = rnd.sample(list(NUMBERS), numeric) + rnd.sample(list(CATEGORIES), n - numeric)
        rules.append((rnd.randint(0, 1), [atom(c) for c in chosen]))
    return rules


def number_program(rules):
    fields = "".join(f"    {c}: int\n" for c in NUMBERS) + "".join(f"    {c}: string\n" for c in CATEGORIES)

    def shown(c, op, v):
        return f"{c} {op} {json.dumps(v)}"

    body = "".join(f"lf rule_{j} -> {'NO' if label == 0 else 'YES'} when {' and '.join(shown(*a) for a in atoms)}\n"
                   for j, (label, atoms) in enumerate(rules))
    return f"labels Answer {{ NO, YES }}\nschema Record {{\n{fields}}}\n{body}"


def number_by_hand(columns, rules, rows):
    """The same rules in C++ as one would write them for speed; prints the best seconds of five rounds and the number of votes."""
    codes = {c: {category(c, i): i for i in range(n)} for c, n in CATEGORIES.items()}
    out = ["#include <algorithm>\n#include <chrono>\n#include <cstdint>\n#include <cstdio>\n#include <vector>\n"]
    kinds = {c: "int64_t" if c in NUMBERS else "uint8_t" for c in columns}
    for c, kind in kinds.items():
        out.append(f"static const {kind} base_{c}[] = {{{','.join(str(codes[c][v] if c in codes else v) for v in columns[c])}}};\n")
    out.append(f"int main() {{\n  const size_t base = {BASE_ROWS}, rows = {rows};\n  std::vector<int8_t> votes(rows * {len(rules)});\n")
    for c, kind in kinds.items():
        out.append(f"  std::vector<{kind}> column_{c}(rows);\n  for (size_t i = 0; i < rows; ++i) column_{c}[i] = base_{c}[i % base];\n"
                   f"  const {kind}* __restrict {c} = column_{c}.data();\n")
    out.append("  double best = 1e9;\n  for (int round = 0; round < 5; ++round) {\n    const auto start = std::chrono::steady_clock::now();\n"
               "    for (size_t from = 0; from < rows; from += 2048) {\n      const size_t to = std::min(rows, from + 2048);\n")
    for j, (label, atoms) in enumerate(rules):
        tests = []
        for c, op, v in atoms:
            if op == "in":
                tests.append("(" + " | ".join(f"({c}[i] == {codes[c][x]})" for x in v) + ")")
            else:
                tests.append(f"({c}[i] {op} {codes[c][v] if c in codes else v})")
        out.append(f"      {{ int8_t* __restrict vote = votes.data() + {j} * rows;\n"
                   f"        for (size_t i = from; i < to; ++i) vote[i] = ({' & '.join(tests)}) ? {label} : -1; }}\n")
    out.append("    }\n    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());\n  }\n"
               "  size_t cast = 0;\n  for (int8_t v : votes) cast += v >= 0;\n"
               "  std::printf(\"{\\\"seconds\\\": %.6f, \\\"votes\\\": %zu}\\n\", best, cast);\n}\n")
    return "".join(out)


def write_csv(path, columns, rows):
    """`rows` records: the distinct ones over and over."""
    distinct = list(zip(*columns.values()))
    with open(path, "w", encoding="utf-8", newline="") as f:
        w = csv.writer(f)
        w.writerow(columns)
        w.writerows(distinct[i % len(distinct)] for i in range(rows))


def words(count):
    """Distinct made-up words, the first the most frequent in texts()."""
    rnd = random.Random("words")
    seen = {}
    while len(seen) < count:
        seen.setdefault("".join(rnd.choice("bdfgklmnprstv") + rnd.choice("aeiou") for _ in range(rnd.randint(2, 4))))
    return list(seen)


def texts(rows):
    rnd = random.Random("texts")
    vocabulary = words(4000)
    weights = [1 / (i + 10) for i in range(len(vocabulary))]
    return {"text": [" ".join(rnd.choices(vocabulary, weights, k=rnd.randint(5, 40))).capitalize() + "." for _ in range(rows)]}


def text_program(count):
    """Rules over one text: keywords, lengths, and a few patterns."""
    vocabulary = words(4000)
    rnd = random.Random("text rules")
    lines = ["labels Answer { NO, YES }\nschema Record { text: string }\n"]
    for j in range(count):
        a, b = rnd.sample(vocabulary, 2)
        condition = (f'len(split(text)) < {rnd.randint(3, 30)} and text contains "{a}"' if j % 10 == 0 else
                     f"text matches /\\b{a}\\b.*\\b{b}\\b/i" if j % 10 == 1 else
                     f'text contains "{a}" nocase and not (text contains "{b}")' if j % 2 else
                     f"text matches /\\b{a}\\b/i")
        lines.append(f"lf rule_{j} -> {rnd.choice(['NO', 'YES'])} when {condition}\n")
    return "".join(lines)


def package_records():
    """What the machine's package lists know, a record a line; None where there are none."""
    if shutil.which("apt-cache") is None:
        return None
    listed = subprocess.run(["apt-cache", "dumpavail"], capture_output=True).stdout.decode("utf-8", "replace")
    records = [" ".join(record.split()) for record in listed.split("\n\n") if record.strip()]
    # Vectorscan by hand is over bytes, as fast as it gets: for the same matches texts are ASCII.
    return [record.encode("ascii", "replace").decode() for record in records] or None


def pairs_of_words(texts, count):
    """Pairs of words of the texts, drawn as frequent as they are."""
    rnd = random.Random("pairs of words")
    drawn = []
    while len(drawn) < 2 * count:
        found = re.findall(r"\b[a-z]{4,}\b", rnd.choice(texts))
        if found:
            drawn.append(rnd.choice(found))
    return list(zip(drawn[::2], drawn[1::2]))


def real_texts():
    """Texts that people wrote, and whose they are: AG News, SMS or YouTube comments under ASSAY_DATA; else made ones."""
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    folder = os.environ.get("ASSAY_DATA", os.path.join(root, "..", "shared", "data"))
    for name, parts in (("AG News", ("agnews/valid.json", "agnews/test.json")), ("SMS", ("sms/wrench/train.json",)),
                        ("YouTube", ("youtube/wrench/train.json",))):
        paths = [os.path.join(folder, part) for part in parts]
        if all(os.path.exists(path) for path in paths):
            return [str(record["data"]["text"]) for path in paths for record in json.load(open(path, encoding="utf-8")).values()], name
    return texts(20_000)["text"], "made words"


def keyword_program(texts, count):
    """Rules as people write them: a keyword or two, a phrase, a length; words of all frequencies of the texts."""
    rnd = random.Random("keyword rules")
    drawn = sorted({word for text in rnd.sample(texts, min(len(texts), 2_000)) for word in re.findall(r"\b[a-z]{4,}\b", text)})
    chosen = rnd.sample(drawn, min(len(drawn), 3 * count))
    lines = ["labels Answer { NO, YES }\nschema Record { text: string }\n"]
    for j in range(count):
        a, b, c = (chosen[(3 * j + i) % len(chosen)] for i in range(3))
        condition = (f"len(split(text)) < {rnd.randint(5, 40)}" if j % 20 == 0 else
                     f"text matches /\\b({a}|{b}|{c})\\b/i" if j % 3 == 0 else
                     f'text contains "{a}" nocase or text contains "{b}" nocase' if j % 3 == 1 else
                     f'text contains "{a}" and not (text contains "{c}")')
        lines.append(f"lf rule_{j} -> {rnd.choice(['NO', 'YES'])} when {condition}\n")
    return "".join(lines)
