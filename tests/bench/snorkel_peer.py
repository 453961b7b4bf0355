#!/usr/bin/env python3
"""Snorkel's label model and its table of labeling functions beside the command's, on the same votes.

    snorkel_peer.py [--rows N] [--rules M] [--assay PATH] [--venv FOLDER] [--pip ARGUMENT ...] [--json]

Installs Snorkel with pip into an environment of its own under the build folder (once; 1 GB with torch
for the CPU, 6 GB where only the usual torch is to be had), makes votes,
and prints the times of LabelModel.fit (100 epochs) and LFAnalysis.lf_summary with gold, of the functions alone, beside those of
`assay fit --votes` and `assay analyze --votes`, of the whole commands with reading the file. What both found is compared: the table's
counts, and the parameters of the model. Without a network it says so and ends with status 1.
"""
import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
EPOCHS, SEED = 100, 123


def fail(message):
    sys.exit(f"snorkel_peer: {message}")


def last_line(text):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return next((line for line in reversed(lines) if line.startswith("ERROR")), lines[-1] if lines else "it said nothing")


def environment(folder, pip_arguments):
    """The Python of an environment that has Snorkel; made where it is not there yet."""
    python = os.path.join(folder, "bin", "python")
    imports = [python, "-c", "import numpy, torch, snorkel.labeling.model"]
    if os.path.exists(python) and subprocess.run(imports, capture_output=True).returncode == 0:
        return python
    print(f"snorkel_peer: installing Snorkel into {folder}", file=sys.stderr)
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", folder], capture_output=True, text=True)
    if made.returncode:
        fail(f"no environment could be made in {folder} (is python3-venv installed?): {last_line(made.stdout + made.stderr)}")
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "1", *pip_arguments]
    # torch for the CPU comes from an index of its own; where that is out of reach, the one that brings CUDA with it will do.
    torch = subprocess.run([*install, "--index-url", "https://download.pytorch.org/whl/cpu", "torch"], capture_output=True, text=True)
    if torch.returncode:
        print("snorkel_peer: torch for the CPU alone is not to be had; taking the usual one", file=sys.stderr)
    installed = subprocess.run([*install, "snorkel==0.10.0"], capture_output=True, text=True)
    if installed.returncode:
        fail(f"Snorkel could not be installed; is there a network? pip says: {last_line(installed.stderr)}")
    works = subprocess.run(imports, capture_output=True, text=True)
    if works.returncode:
        fail(f"Snorkel is installed in {folder} and cannot be imported: {last_line(works.stderr)}")
    return python


def make_votes(folder, rows, rules):
    """Rules that vote two classes on 2 to 40 % of the rows and are right in 55 to 90 %."""
    import numpy as np
    random = np.random.Generator(np.random.PCG64(0))
    gold = random.integers(0, 2, rows).astype(np.int8)
    votes = np.full((rows, rules), -1, dtype=np.int8)
    for j in range(rules):
        coverage, accuracy = float(np.exp(random.uniform(np.log(0.02), np.log(0.4)))), random.uniform(0.55, 0.9)
        vote = np.where(random.random(rows) < accuracy, gold, 1 - gold)
        votes[:, j] = np.where(random.random(rows) < coverage, vote, -1)
    np.save(os.path.join(folder, "votes.npy"), votes)
    np.savetxt(os.path.join(folder, "gold.txt"), gold, fmt="%d")


def worker(folder, rows, rules):
    """What runs in Snorkel's environment; prints an object."""
    import warnings
    warnings.simplefilter("ignore")
    import numpy as np
    from snorkel.labeling import LFAnalysis
    from snorkel.labeling.model import LabelModel
    make_votes(folder, rows, rules)
    votes = np.load(os.path.join(folder, "votes.npy")).astype(np.int64)  # as Snorkel's appliers make them
    gold = np.loadtxt(os.path.join(folder, "gold.txt"), dtype=np.int64)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    model = LabelModel(cardinality=2, verbose=False)
    begin = time.perf_counter()
    model.fit(votes, n_epochs=EPOCHS, seed=SEED, progress_bar=False)
    fit = time.perf_counter() - begin
    fit_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    begin = time.perf_counter()
    table = LFAnalysis(votes).lf_summary(Y=gold)
    summary = time.perf_counter() - begin
    json.dump({"fit": fit, "fit_megabytes": fit_mb, "table": summary, "mu": model.mu.detach().numpy().astype(float).tolist(),
               "correct": table["Correct"].tolist(), "incorrect": table["Incorrect"].tolist(), "coverage": table["Coverage"].tolist()}, sys.stdout)


def timed(command):
    begin = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True)
    seconds = time.perf_counter() - begin
    if done.returncode:
        fail(f"{' '.join(command)}: exit status {done.returncode}: {last_line(done.stderr)}")
    return seconds, done.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rules", type=int, default=100)
    parser.add_argument("--assay", default=os.path.join(ROOT, "build", "release", "assay"))
    parser.add_argument("--venv", help="default: snorkel-peer beside the command")
    parser.add_argument("--pip", action="append", default=[], metavar="ARGUMENT", help="for pip install, such as --pip=--no-index; repeatable")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.rows < 1 or arguments.rules < 3:
        parser.error("Snorkel needs a row and three rules")
    if arguments.worker:
        worker(arguments.worker, arguments.rows, arguments.rules)
        return
    if not os.path.exists(arguments.assay):
        fail(f"no {arguments.assay}: build it, or give --assay PATH")
    python = environment(arguments.venv or os.path.join(os.path.dirname(os.path.abspath(arguments.assay)), "snorkel-peer"), arguments.pip)
    with tempfile.TemporaryDirectory(prefix="assay-snorkel-") as folder:
        print("snorkel_peer: Snorkel at work (a minute or two with a million rows)", file=sys.stderr)
        done = subprocess.run([python, os.path.abspath(__file__), "--worker", folder, "--rows", str(arguments.rows), "--rules", str(arguments.rules)],
                              capture_output=True, text=True)
        if done.returncode:
            what = "it was killed: it needs about 6 GB for a million rows" if done.returncode < 0 else last_line(done.stderr)
            fail(f"Snorkel did not get through: {what}")
        peer = json.loads(done.stdout[done.stdout.index("{"):])
        votes, model = os.path.join(folder, "votes.npy"), os.path.join(folder, "model.json")
        runs = [timed([arguments.assay, "fit", "--votes", votes, "--classes", "2", "--method", "snorkel", "--set", f"n_epochs={EPOCHS}", "--seed", str(SEED),
                       "-o", model])[0] for _ in range(3)]
        tables = [timed([arguments.assay, "analyze", "--votes", votes, "--classes", "2", "--gold", os.path.join(folder, "gold.txt"), "--summary", "json"])
                  for _ in range(3)]
        with open(model, encoding="utf-8") as f:
            conditional = json.load(f)["conditional"]
        table = json.loads(tables[0][1])["table"]
    ours = [row for rule in conditional for row in rule[1:]]
    apart = max(abs(a - b) for here, there in zip(ours, peer["mu"]) for a, b in zip(here, there))
    for name, there in (("correct", peer["correct"]), ("incorrect", peer["incorrect"])):
        if [row[name] for row in table] != there:
            fail(f"the tables differ in {name}")
    if not apart < 1e-3:  # Snorkel computes in single precision
        fail(f"the parameters differ by {apart}")
    fit, analyze = min(runs), min(seconds for seconds, _ in tables)
    result = {"rows": arguments.rows, "rules": arguments.rules, "snorkel": {"fit": peer["fit"], "fit_megabytes": peer["fit_megabytes"], "table": peer["table"]},
              "assay": {"fit": fit, "table": analyze}, "fit_ratio": peer["fit"] / fit, "table_ratio": peer["table"] / analyze, "parameters_apart": apart}
    if arguments.json:
        print(json.dumps(result))
        return
    print(f"{arguments.rows:,} rows, {arguments.rules} rules; Snorkel's functions alone, the commands whole, with reading their file; both agree "
          f"(parameters within {apart:.1e})")
    print(f"fit, {EPOCHS} epochs:     Snorkel {peer['fit']:7.2f} s, {peer['fit_megabytes']:,.0f} MB; assay fit     {fit:6.3f} s: ratio {result['fit_ratio']:.0f} (aim 50)")
    print(f"table with gold:     Snorkel {peer['table']:7.2f} s;          assay analyze {analyze:6.3f} s: ratio {result['table_ratio']:.0f} (aim 100)")


if __name__ == "__main__":
    main()
