#!/usr/bin/env python3
"""Every built-in's example, as its registry gives it, compiles and is true.

    builtin_examples.py PATH_OF_ASSAY
"""
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "grammar"))
from reference_builtins import ENTRY, REGISTRY, text

HEAD = "labels Outcome { NO, YES }\nschema Row { unused: string? }\n"


def main():
    examples = [(m.group(1), text(m.group(7))) for m in ENTRY.finditer(open(REGISTRY, encoding="utf-8").read())]
    failed = []
    with tempfile.TemporaryDirectory(prefix="assay-examples-") as folder:
        path = os.path.join(folder, "examples.lf")
        # Together first: one process where all is well. Else one by one, to name the culprits.
        for batch in ([examples], [[e] for e in examples]):
            failed = []
            for group in batch:
                with open(path, "w", encoding="utf-8") as f:
                    f.write(HEAD + "".join(f"lf example_{name} -> YES when {example}\n" for name, example in group))
                    f.write('test "examples hold" {\n    given {}\n    expect ' +
                            ", ".join(f"example_{name} == YES" for name, _ in group) + "\n}\n")
                done = subprocess.run([sys.argv[1], "test", path], capture_output=True, text=True)
                if done.returncode:
                    failed.append((group, done.stdout + done.stderr))
            if not failed:
                break
    for group, output in failed:
        for name, example in group:
            print(f"{name}: {example}\n{output}")
    print(f"{len(examples) - len(failed)} of {len(examples)} examples hold")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
