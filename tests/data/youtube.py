"""YouTube: the seven text rules of Snorkel's spam tutorial give every published vote; the raw CSVs read as 1,956 rows."""
import glob
import os

from harness import compare, need, records, votes

PROGRAM = """labels Spam { HAM, SPAM }
schema Comment { text: string%s }
for (name, word) in [("my", "my"), ("subscribe", "subscribe"), ("link", "http")] {
    lf "keyword_{name}" -> SPAM when lower(text) contains word
}
lf keyword_please  -> SPAM when lower(text) has any ["please", "plz"]
lf keyword_song    -> HAM  when lower(text) contains "song"
lf regex_check_out -> SPAM when text matches /check.*out/i
lf short_comment   -> HAM  when len(split(text)) < 5
"""

folder = need("youtube")
raw = votes(PROGRAM % ' from "CONTENT"', sorted(glob.glob(os.path.join(folder, "raw", "*.csv"))))
for how, (_, rows) in raw.items():
    assert len(rows) == 1956, (how, len(rows))
splits = [os.path.join(folder, "wrench", s + ".json") for s in ("train", "valid", "test")]
compare([weak[:7] for _, _, weak in records(*splits)], votes(PROGRAM % "", splits))
