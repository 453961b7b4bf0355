#!/usr/bin/env python3
"""Every conformance file and every module of the standard library passes its own tests, with both engines.

    run.py PATH_OF_ASSAY FILES...
"""
import subprocess
import sys


def main():
    failed = 0
    for path in sys.argv[2:]:
        done = subprocess.run([sys.argv[1], "test", path], capture_output=True, text=True)
        if done.returncode:
            failed += 1
            print(f"{path}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    print(f"{len(sys.argv) - 2 - failed} of {len(sys.argv) - 2} files hold")
    sys.exit(1 if failed else 0)


main()
