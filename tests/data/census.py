"""Census: numeric and categorical rules over records with missing cells equal the same rules written in Python, where None
stands for unknown and Kleene's logic is spelled out."""
import os

from harness import compare, need, votes

COLUMNS = ("age workclass fnlwgt education education-num marital-status occupation relationship race sex "
           "capital-gain capital-loss hours-per-week native-country income").split()
NUMBERS = {"age", "fnlwgt", "education-num", "capital-gain", "capital-loss", "hours-per-week"}

PROGRAM = """labels Income { LOW, HIGH }
schema Person {
    age: int
    job: string? from "occupation"
    work: string? from "workclass"
    country: string? from "native-country"
    schooling: string from "education"
    years: int from "education-num"
    gain: int from "capital-gain"
    loss: int from "capital-loss"
    hours: int from "hours-per-week"
    weight: int from "fnlwgt"
}
set clerical = ["Adm-clerical", "Sales", "Tech-support"]
const rich = 10_000
let net = gain - loss
fn share(part: int, whole: int) -> float = part / whole
lf net_loss      -> LOW  when net < 0
lf rich_or_old   -> HIGH when net >= rich or age > 60 and job is not null
lf clerks        -> LOW  when job in clerical
lf other_job     -> HIGH when job not in clerical
lf rate          -> HIGH when share(net, hours) > 80
lf null_division -> LOW  when share(gain, loss) > 2 or age == 30
lf unknown_or    -> HIGH when work == "Self-emp-inc" or country == "Cuba"
lf unknown_and   -> LOW  when not (work == "Private" and country == "United-States")
lf fallback      -> LOW  when (job ?? "none") == "none"
lf modulo        -> HIGH when -age % 7 == 3 and (weight // 1000) % 2 == 0
lf window        -> LOW  when 20 <= age < 30 <= hours
lf starts        -> HIGH when schooling starts with "Mast" or schooling ends with "ate" or schooling like "Prof*"
lf if_unknown    -> LOW  when if job == "Sales" then age < 40 else hours < 30
lf cascade {
    abstain when country is null
    HIGH when years >= 14 and age >= 35
    LOW when work == "Private" and hours <= 25
    HIGH when net > 3000
}
lf agrees        -> HIGH when cascade == HIGH and clerks abstains
lf disagrees     -> LOW  when cascade != HIGH and (other_job votes)
"""


def conj(*values):
    return False if False in values else None if None in values else True


def disj(*values):
    return True if True in values else None if None in values else False


def neg(value):
    return None if value is None else not value


def known(f, *values):
    return None if None in values else f(*values)


def row_votes(r):
    low, high, abstain = 0, 1, -1
    job, work, country = r["occupation"], r["workclass"], r["native-country"]
    age, hours, years, school, weight = r["age"], r["hours-per-week"], r["education-num"], r["education"], r["fnlwgt"]
    gain, loss = r["capital-gain"], r["capital-loss"]
    net = gain - loss
    equals = lambda a, b: known(lambda x: x == b, a)
    clerk = known(lambda j: j in {"Adm-clerical", "Sales", "Tech-support"}, job)
    share = lambda part, whole: part / whole if whole else None
    vote = lambda condition, label: label if condition is True else abstain
    cascade = abstain
    for condition, label in ((country is None, abstain), (years >= 14 and age >= 35, high),
                             (conj(equals(work, "Private"), hours <= 25), low), (net > 3000, high)):
        if condition is True:
            cascade = label
            break
    clerks, other = vote(clerk, low), vote(neg(clerk), high)
    sales = equals(job, "Sales")
    return [
        vote(net < 0, low),
        vote(disj(net >= 10_000, conj(age > 60, job is not None)), high),
        clerks,
        other,
        vote(known(lambda s: s > 80, share(net, hours)), high),
        vote(disj(known(lambda s: s > 2, share(gain, loss)), age == 30), low),
        vote(disj(equals(work, "Self-emp-inc"), equals(country, "Cuba")), high),
        vote(neg(conj(equals(work, "Private"), equals(country, "United-States"))), low),
        vote((job or "none") == "none", low),
        vote(-age % 7 == 3 and weight // 1000 % 2 == 0, high),
        vote(20 <= age < 30 <= hours, low),
        vote(school.startswith("Mast") or school.endswith("ate") or school.startswith("Prof"), high),
        vote(None if sales is None else age < 40 if sales else hours < 30, low),
        cascade,
        vote(cascade == high and clerks == abstain, high),
        vote(cascade != high and other != abstain, low),
    ]


path = os.path.join(need("census"), "adult.data")
expected = []
for line in open(path, encoding="utf-8"):
    if line.strip():
        cells = [None if c == "?" else c for c in line.rstrip("\n").split(", ")]
        expected.append(row_votes({n: int(c) if n in NUMBERS else c for n, c in zip(COLUMNS, cells, strict=True)}))
options = ["--format", "csv", "--no-header", "--columns", ",".join(COLUMNS), "--null", "?", "--trim"]
compare(expected, votes(PROGRAM, [path], options=options))
