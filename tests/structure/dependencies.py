#!/usr/bin/env python3
"""A part uses only parts to its left, the runtime nothing of the compiler, and each large library is seen by one part.

    dependencies.py BUILD_DIRECTORY

Read from the sources' includes, and from what the built files need: the command must start without LLVM.
"""
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
RUNTIME = "base abi text builtins graph plan batch votes scan evaluate engine io models".split()
COMPILER = "source diagnostics patterns ast parse sema lower passes planner codegen driver command".split()
PLACES = {("runtime", p): i for i, p in enumerate(RUNTIME)} | {("compiler", p): i for i, p in enumerate(COMPILER)}
ONLY = {r"antlr4": "compiler/parse", r"llvm[-/]": "compiler/codegen", r"pcre2": "runtime/text", r"Eigen/": "runtime/models",
        r"simdjson": "runtime/io", r"CLI/": "compiler/command", r"utf8proc": "runtime/text"}
MAY_ALSO = {"simdjson": {"compiler/sema", "runtime/models", "compiler/command"}}  # JSON resources, models and reports

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)


def sources():
    for side in ("runtime", "compiler"):
        for folder, _, names in os.walk(os.path.join(ROOT, side)):
            for name in names:
                if name.endswith((".h", ".cc", ".def")):
                    path = os.path.relpath(os.path.join(folder, name), ROOT)
                    yield path, tuple(path.split(os.sep)[:2])


def complaints():
    for path, part in sources():
        if part not in PLACES:
            yield f"{path}: {'/'.join(part)} is no part of the list in {os.path.relpath(__file__, ROOT)}"
            continue
        for mark, target in INCLUDE.findall(open(os.path.join(ROOT, path), encoding="utf-8").read()):
            used = tuple(target.split("/")[:2])
            if mark == '"' and used in PLACES:
                if part[0] == "runtime" and used[0] == "compiler":
                    yield f"{path}: the runtime uses nothing of the compiler, but includes {target}"
                elif part[0] == used[0] and PLACES[used] > PLACES[part]:
                    yield f"{path}: {part[1]} stands left of {used[1]}, but includes {target}"
            for library, owner in ONLY.items():
                if mark == "<" and re.match(library, target) and "/".join(part) != owner and "/".join(part) not in MAY_ALSO.get(library, ()):
                    yield f"{path}: only {owner} may include {target}"


def needed(binary):
    """The shared libraries that a program or module asks for by itself."""
    out = subprocess.run(["readelf", "-d", binary], capture_output=True, text=True, check=True).stdout
    return re.findall(r"\(NEEDED\).*\[(.+)\]", out)


def main():
    found = list(complaints())
    command = os.path.join(sys.argv[1], "assay")
    if os.path.exists(command):
        found += [f"{command} needs {lib}: LLVM is loaded only when something is compiled" for lib in needed(command) if "LLVM" in lib]
    print("\n".join(found) or "every part uses only what it may")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
