#!/usr/bin/env python3
"""Runs the cases: input files that carry the command to run and its expected output (README.md).

    run.py --assay build/release/assay [--update] [FILE...]
    run.py --diagnostics        every kind of diagnostic has a case or a unit test
"""
import argparse
import concurrent.futures
import difflib
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

FOLDER = pathlib.Path(__file__).resolve().parent
KINDS = FOLDER.parent.parent / "compiler" / "diagnostics" / "diagnostic_kinds.def"
MARK = "# ---- output"
TIMEOUT = 60  # seconds; a case takes milliseconds


def read(path):
    return path.read_bytes().decode("utf-8", "surrogateescape")


def split(text):
    """The input, and the expected output (None where the file has none yet)."""
    at = text.find("\n" + MARK)
    if text.startswith(MARK):
        return "", text
    return (text, None) if at < 0 else (text[:at + 1], text[at + 1:])


def run_commands(assay, path, source):
    """The output block that the file should end with, or None where it has no command."""
    commands = re.findall(r"^# RUN: *assay (.*)$", source, re.M)
    if not commands:
        return None
    lines = []
    for command in commands:
        with tempfile.TemporaryDirectory() as scratch:
            words = [w.replace("%s", path.name).replace("%t", scratch) for w in shlex.split(command)]
            env = {**os.environ, "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}
            done = subprocess.run([assay, *words], cwd=path.parent, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, timeout=TIMEOUT, env=env)
            output = done.stdout.decode("utf-8", "surrogateescape").replace(scratch, "%t")
        lines.append(f"{MARK} (exit {done.returncode})")
        lines += [("# " + line).rstrip() for line in output.rstrip("\n").split("\n")] if output.strip() else []
    return "\n".join(lines) + "\n"


def check(assay, path, update):
    """A message where the case fails, else an empty string."""
    source, expected = split(read(path))
    try:
        actual = run_commands(assay, path, source)
    except subprocess.TimeoutExpired:
        return f"{path}: not finished after {TIMEOUT} s\n"
    if actual is None:
        return "" if expected is None else f"{path}: an output but no `# RUN: assay ...` line\n"
    if actual == expected:
        return ""
    if update:
        # The output block is part of what the command reads, but only as comments behind everything else.
        path.write_bytes((source + actual).encode("utf-8", "surrogateescape"))
        return ""
    diff = difflib.unified_diff((expected or "").splitlines(True), actual.splitlines(True), "expected", "actual")
    return f"{path}:\n{''.join(diff)}\n"


def check_diagnostics():
    codes = re.findall(r'^DIAGNOSTIC\(\w+, "([EW]\d+)", (\w+)', KINDS.read_text(), re.M)
    seen = set()
    for path in FOLDER.rglob("*.lf"):
        seen |= set(re.findall(r"\[([EW]\d{4})\]|\"code\":\"([EW]\d{4})\"", split(read(path))[1] or ""))
    seen = {code for pair in seen for code in pair}
    for path in (FOLDER.parent / "unit").rglob("*.cc"):
        seen |= set(re.findall(r"\b[EW]\d{4}\b", path.read_text()))
    missing = [f"{code} {name}" for code, name in codes if code not in seen]
    for line in missing:
        print(f"no case shows {line}: add one to tests/cases")
    return 1 if missing else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assay", help="the built command")
    parser.add_argument("--update", action="store_true", help="write the actual output into the cases")
    parser.add_argument("--diagnostics", action="store_true")
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    options = parser.parse_args()
    if options.diagnostics:
        return check_diagnostics()
    if not options.assay:
        parser.error("--assay is missing")
    assay = os.path.abspath(options.assay)
    paths = [p.resolve() for p in options.files] or sorted(FOLDER.rglob("*.lf"))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        messages = list(pool.map(lambda path: check(assay, path, options.update), paths))
    for message in messages:
        sys.stdout.write(message.encode("utf-8", "replace").decode("utf-8"))
    failed = sum(1 for m in messages if m)
    print(f"{len(paths) - failed} of {len(paths)} files as expected")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
