"""SMS: the 73 published patterns agree with Python's `re.search(pattern, text, re.I)` on every cell of the three splits."""
import os
import re
import tempfile

from harness import compare, need, records, rule_table, table_program, votes

CLASSES = {"HAM": "HAM", "SPAM": "SPAM"}

folder = os.path.join(need("sms"), "wrench")
splits = [os.path.join(folder, s + ".json") for s in ("train", "valid", "test")]
rules = list(rule_table(os.path.join(folder, "readme.txt"), CLASSES))
assert len(rules) == 73, len(rules)
searches = [(list(CLASSES).index(label), re.compile(pattern, re.I).search) for label, pattern in rules]
expected = [[label if search(text) else -1 for label, search in searches] for text, _, _ in records(*splits)]
with tempfile.TemporaryDirectory() as resources:
    got = votes(table_program("Sms", CLASSES.values(), rules, resources), splits, resources)
compare(expected, got)
