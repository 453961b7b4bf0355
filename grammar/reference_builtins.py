#!/usr/bin/env python3
"""Keeps the table of built-ins in REFERENCE.md equal to runtime/builtins/builtins.def.

    reference_builtins.py --update     writes the table
    reference_builtins.py --check      exit status 1 where it is out of date
"""
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
REGISTRY = os.path.join(HERE, "..", "runtime", "builtins", "builtins.def")
REFERENCE = os.path.join(HERE, "REFERENCE.md")
BEGIN, END = "<!-- built-ins: made by grammar/reference_builtins.py --update -->\n", "<!-- end of built-ins -->\n"

STRING = r'(?:R"\((?:.|\n)*?\)"|(?:"(?:[^"\\]|\\.)*"\s*)+)'
ENTRY = re.compile(rf'BUILTIN\(\s*(\w+),\s*({STRING}),\s*({STRING}),\s*k(\w+),\s*k(\w+),\s*({STRING}),\s*({STRING})\s*\)')
HEADING = re.compile(r"^// --- (.+?) -+$", re.M)


def text(literal):
    """The value of one C++ string literal, or of several side by side."""
    if literal.startswith('R"('):
        return literal[3:-2]
    pieces = re.findall(r'"((?:[^"\\]|\\.)*)"', literal)
    return "".join(pieces).replace('\\"', '"').replace("\\\\", "\\")


def cell(s):
    return s.replace("|", "\\|")


def table():
    source = open(REGISTRY, encoding="utf-8").read()
    marks = [(m.start(), m.group(1)) for m in HEADING.finditer(source)]
    entries = [(m.start(), m.groups()) for m in ENTRY.finditer(source)]
    written = source.count("\nBUILTIN(")
    if len(entries) != written:
        sys.exit(f"reference_builtins.py: {written} built-ins stand in the registry, {len(entries)} could be read")
    out = []
    for at, line in sorted(marks + entries, key=lambda e: e[0]):
        if isinstance(line, str):
            out.append(f"\n### {line}\n\n| | nulls | |\n|---|---|---|\n")
            continue
        _, name, signature, nulls, _, doc, example = line
        name = text(name)
        shown = f"`{cell(name.removeprefix('operator '))}{'' if name.startswith('operator') else cell(text(signature))}`"
        out.append(f"| {shown} | {nulls.lower()} | {cell(text(doc))} `{cell(text(example))}` |\n")
    return "".join(out) + "\n"


def main():
    page = open(REFERENCE, encoding="utf-8").read()
    begin, end = page.index(BEGIN) + len(BEGIN), page.index(END)
    made = page[:begin] + table() + page[end:]
    if sys.argv[1:] == ["--update"]:
        with open(REFERENCE, "w", encoding="utf-8") as f:
            f.write(made)
    elif sys.argv[1:] == ["--check"]:
        if made != page:
            sys.exit("grammar/REFERENCE.md is out of date: run grammar/reference_builtins.py --update")
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
