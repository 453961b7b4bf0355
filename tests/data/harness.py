"""What the scripts of this folder share: where the data is, how to run the command, how to compare votes.

A script is run as `script.py PATH_OF_ASSAY`. The data folder is $ASSAY_DATA, by default ../shared/data beside the checkout.
"""
import csv
import json
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DATA = os.environ.get("ASSAY_DATA", os.path.join(ROOT, "..", "shared", "data"))
ENGINES = ("reference", "jit")


def need(folder):
    """The data folder of one set; skips the test where it is absent."""
    path = os.path.join(DATA, folder)
    if not os.path.isdir(path):
        print(f"skipped: no data at {path}; set ASSAY_DATA to the folder that holds {folder}/")
        sys.exit(77)
    return path


def assay(*args):
    """Runs the command; its standard output. Ends the test where it fails."""
    done = subprocess.run([sys.argv[1], *map(str, args)], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"assay {' '.join(map(str, args))}\nexit status {done.returncode}\n{done.stderr}")
    return done.stdout


def votes(rules, data, folder=None, options=()):
    """{way of running: (rule names, rows of votes)} of a program given as text, by every engine with one thread and two.
    `folder` holds the program's resources."""
    out = {}
    with tempfile.TemporaryDirectory(prefix="assay-data-") as scratch:
        source, target = os.path.join(folder or scratch, "rules.lf"), os.path.join(scratch, "votes.csv")
        with open(source, "w", encoding="utf-8") as f:
            f.write(rules)
        for engine in ENGINES:
            for threads in (1, 2):
                assay("run", source, *data, "--engine", engine, "--threads", threads, "--votes", target, *options)
                with open(target, newline="", encoding="utf-8") as f:
                    names, *rows = csv.reader(f)
                out[f"{engine}, threads {threads}"] = names, [[int(v) for v in row] for row in rows]
    return out


def records(*paths):
    """(text, gold, weak labels) of WRENCH JSON files, in their order."""
    for path in paths:
        with open(path, encoding="utf-8") as f:
            for record in json.load(f).values():
                yield record["data"].get("text"), record["label"], record["weak_labels"]


def compare(expected, got, known=0):
    """Ends the test unless exactly `known` cells differ, in every way of running; says which rules are off."""
    failed = False
    for how, (names, rows) in got.items():
        if len(rows) != len(expected):
            print(f"{how}: {len(rows)} rows, expected {len(expected)}")
            failed = True
            continue
        wrong = {}
        for i, (want, row) in enumerate(zip(expected, rows)):
            for name, a, b in zip(names, want, row, strict=True):
                if a != b:
                    wrong.setdefault(name, []).append((i, a, b))
        differ = sum(map(len, wrong.values()))
        print(f"{how}: {differ} of {len(rows) * len(names)} cells differ (expected: {known})")
        if differ != known:
            failed = True
            for name, places in list(wrong.items())[:10]:
                print(f"  {name}: {len(places)} cells; (row, expected, got): {places[:3]}")
    sys.exit(1 if failed else 0)


def rule_table(path, classes):
    """(class, pattern) of a WRENCH readme's table of rules: class, pattern, example, separated by tabs."""
    for line in open(path, encoding="utf-8"):
        cells = line.rstrip("\n").split("\t")
        if len(cells) >= 3 and cells[0].strip().upper() in classes:
            yield classes[cells[0].strip().upper()], cells[1]


def table_program(task, labels, rules, folder):
    """A program with one family over a table of (class, pattern), which is written to `folder` as a TSV."""
    path = os.path.join(folder, "rules.tsv")
    with open(path, "w", encoding="utf-8") as f:
        for label, pattern in rules:
            assert "\t" not in pattern and '"' not in pattern, pattern
            f.write(f"{label}\t{pattern}\n")
    return f"""labels {task} {{ {", ".join(labels)} }}
schema Row {{ text: string }}
for (label, pattern) in tsv("rules.tsv", header: false) {{
    lf "rule_{{index}}" -> {task}(label) when text matches regex(pattern, "i")
}}
"""
