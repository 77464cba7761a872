"""Bad input ends in one sentence that names file, key and line, what was given and what is allowed."""

import random

import pytest

from valuescape.agents.declare import InputError
from valuescape.scenarios.load import load, scenario_names
from valuescape.scenarios.reading import line_of, read

CASES = [
    # keys
    ("fromat = 1", ["fromat: unknown key (line 1)", "did you mean 'format'"]),
    ("days = 3\n\n[world.talk]\nreshare_capp = 0.3", ["world.talk.reshare_capp: unknown key (line 4)", "'world.talk.reshare_cap'"]),
    ("[world]\nreshare_cap = 0.3", ["world.reshare_cap", "unknown key", "did you mean 'world.talk.reshare_cap'"]),
    ("[firms.focal]\npric = 3", ["firms.focal.pric", "line 2", "quality", "'firms.focal.price'"]),
    ("[wrld.talk]\nvolume = 1", ["wrld: unknown key (line 1)", "'world'"]),
    ('file = "x"', ["file: unknown key"]),
    ("fiel = 1", ["fiel: unknown key"]),
    # values
    ("days = 0", ["days: out of range (line 1), given 0", "a whole number from 1 to 4380 days"]),
    ("days = -3", ["given -3"]),
    ("days = true", ["days", "given True"]),
    ('days = "soon"', ["days", "given 'soon'", "1 to 4380 days"]),
    ("[world.customers]\nnumber = 0", ["world.customers.number", "given 0", "2 to 100000000 people"]),
    ("[world.customers]\nnumber = 2.5", ["given 2.5", "whole number"]),
    ("[world.talk]\nreshare_cap = 30", ["world.talk.reshare_cap: out of range (line 2), given 30; allowed: 0.2 to 20"]),
    ("[world.talk]\nreshare_cap = nan", ["out of range", "given nan"]),
    ("[world.talk]\nreshare_cap = [1]", ["world.talk.reshare_cap: cannot be a list", "0.2 to 20"]),
    ("[world.talk]\nreshare_cap = {a = 1}", ["world.talk.reshare_cap: cannot be a table"]),
    ("[world.talk]\nreshare_cap = 2020-01-01", ["world.talk.reshare_cap", "0.2 to 20"]),
    ("[world.service]\ndeadline = 0", ["given 0", "1 to 720 hours"]),
    ('[world.network]\nkind = "nune"', ["world.network.kind", "'nune'", "market, small_world, none", "did you mean 'none'"]),
    ("world = 3", ["world", "given 3", "a table of"]),
    ("firms = [1]", ["firms: cannot be a list", "a table"]),
    ("[firms.focal]\nbudget = -1", ["firms.focal.budget", "given -1"]),
    ("[firms.focal]\nprice = 0", ["firms.focal.price", "given 0", "0.01 to 1000000"]),
    ('mode = "duel"', ["mode", "'duel'", "substitution"]),
    ('name = "a/b"', ["name: not a name", "'a/b'"]),
    ("[about]\nthings_to_try = [1]", ["about.things_to_try.0", "given 1", "text"]),
    # firms, arms, strategies
    ("[firms.rival_1]\nprice = 3", ["firms: ", "names all firms", "focal"]),
    ('[firms."a b"]\n[firms.focal]', ["firms.a b: not a name"]),
    ('[arms.x]\nstrategy = "ds"', ["arms.x.strategy: unknown strategy (line 2), given 'ds'", "crossroads, sd"]),
    ('[arms.x]\nstrategy = "nowhere.py:Mine"', ["arms.x.strategy: no such strategy file", "nowhere.py"]),
    ('[arms.x]\nstrategy = "no_such_module:Mine"', ["arms.x.strategy", "does not import"]),
    ('[arms.x]\nstrategy = "sd"\noptions = {ts9 = 1}', ["arms.x.options: unknown dial (line 3), given 'ts9'", "ts1, ts2"]),
    ('[arms.x]\nstrategy = "sd"\n[arms.x.options]\nts1 = 3', ["arms.x.options.ts1", "line 4", "given 3", "0 to 1"]),
    ('[arms.x]\nstrategy = "ecrm"\noptions = {tone = 3}', ["arms.x.options", "do not fit", "claim"]),
    ('[arms.x]\nstrategy = "sd"\noptions = {ts1 = true}', ["arms.x.options.ts1", "given True", "0 to 1"]),
    ('[arms.x]\nstrategy = "sd"\noptions = {claim = 5}', ["arms.x.options.claim: out of range (line 3), given 5", "a number from"]),
    ('[arms.x]\nstrategy = "sd"\noptions = {shares = "a"}', ["arms.x.options.shares: does not fit", "a table"]),
    ('[arms.x]\nstrategy = "sd"\noptions = {levers = [1]}', ["arms.x.options.levers: does not fit", "a table"]),
    ('[arms.x]\nstrategy = "sd"\noptions = {shares = {desk = "a"}}', ["options.shares.desk: a share is not usable", "given 'a'"]),
    ('[arms.x]\nstrategy = "push_share"\noptions = {push = "a"}', ["arms.x.options.push", "given 'a'", "0 to 1"]),
    ("[arms.x]\noptions = {ts1 = 1}", ["arms.x.strategy: missing key"]),
    ('default_arm = "zz"', ["default_arm: unknown arm (line 1), given 'zz'", "ecrm, crossroads, sd"]),
    ('default_arm = "sd"\n[firms.focal]\nstrategy = "ecrm"', ["firms.focal.strategy: would not act", "arm sd", "line 3"]),
    # shocks, ranges
    ('[[shocks]]\nday = 1\n[[shocks]]\nfirm = "rival_9"', ["shocks.1.firm: unknown firm (line 4), given 'rival_9'", "rival_1"]),
    ("[[shocks]]\nseverity = 1\nday = true", ["shocks.0.day: cannot be true or false (line 3)", "-3640 to 4380 days"]),
    ('[[shocks]]\nwho = "nobody"', ["shocks.0.who", "'nobody'", "loudest"]),
    ("[[shocks]]\nwho = -1", ["shocks.0.who", "given -1"]),
    ("days = 30\n[[shocks]]\ntrigger = true\nday = 30", ["shocks.0.day: the run is over", "(line 4), given 30", "to 29"]),
    ("[world]\nburn_in_days = 28\n[[shocks]]\nday = -29", ["shocks.0.day: the run is over", "given -29", "-28 to"]),
    ("[levers]\nworld.talk.openness = [0, 2]", ["levers.world.talk.openness: leaves the declared range (line 2)", "0 to 1"]),
    ("[uncertainties]\nworld.talk.opennes = [0, 1]", ["uncertainties.world.talk.opennes", "did you mean 'world.talk.openness'"]),
    ("[levers]\nworld.talk.openness = [1, 0]", ["must be a range", "low below high"]),
    ("[levers]\nworld.talk.openness = 1", ["levers.world.talk.openness", "[low, high]"]),
    ("[levers]\narms.sd.options.ts1 = [0, 2]", ["levers.arms.sd.options.ts1: cannot be set", "0 to 1"]),
    ("[levers]\narms.sd.options.ts7 = [0, 1]", ["levers.arms.sd.options.ts7: cannot be set: unknown dial"]),
    ("[levers]\narms.ds.options.ts1 = [0, 1]", ["no number of this scenario"]),
    ("[winner]\nprofit = 3", ["winner.profit", "0 to 1"]),
    # what a file stands on
    ('extends = "crossroad"', ["extends: unknown scenario, given 'crossroad'", "did you mean 'crossroads'"]),
    ('extends = "gone.toml"', ["gone.toml: no such file"]),
    ('extends = "mine.toml"', ["extends itself"]),
    ("extends = 3", ["extends: must be text, given 3"]),
    # the file itself
    ("", ["is empty"]),
    ("# nothing but a remark\n", ["is empty"]),
    ("days = \n", ["is not TOML", "line 1"]),
    ("days = 1\ndays = 2\n", ["is not TOML", "line 2"]),
    ("x = " + "[" * 5000, ["is not TOML"]),
    ("days = 1" + "0" * 5000, ["is not TOML"]),
    ("format = 2\nnew_thing = 1", ["format: is newer than this valuescape, given 2; allowed: 1"]),
    ('format = "1"', ["format: unknown format, given '1'"]),
    ("format = true", ["format: unknown format"]),
]


def sentence(call):
    """The sentence with which a call is refused: one plain line."""
    with pytest.raises(InputError) as refused:
        call()
    text = str(refused.value)
    assert "\n" not in text
    assert text.isprintable()
    return text


@pytest.mark.parametrize(("text", "words"), CASES, ids=[str(text)[:40] for text, _ in CASES])
def test_a_bad_file_is_named_with_key_line_and_what_is_allowed(text, words, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    said = sentence(lambda: load(path))
    assert [word for word in words if word not in said] == []
    assert said.startswith((str(path), "gone.toml"))


def test_unknown_keys_come_first(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('days = 0\n[arms.x]\nstrateg = "sd"\n', encoding="utf-8")
    assert "arms.x.strateg: unknown key" in sentence(lambda: load(path))
    path.write_text("days = 0\n[arms.x]\noptions = {}\n", encoding="utf-8")
    assert "days: out of range" in sentence(lambda: load(path))  # and missing ones last


def test_a_file_that_is_not_there_or_not_text(tmp_path):
    assert "no such file" in sentence(lambda: load(tmp_path / "gone.toml"))
    assert "did you mean 'crossroads'" in sentence(lambda: load("crossroad.toml"))
    (tmp_path / "folder.toml").mkdir()
    assert "is a folder" in sentence(lambda: load(tmp_path / "folder.toml"))
    (tmp_path / "utf16.toml").write_bytes("days = 3".encode("utf-16"))
    assert "is not UTF-8 text (line 1)" in sentence(lambda: load(tmp_path / "utf16.toml"))
    (tmp_path / "latin.toml").write_bytes(b"days = 3\n# gr\xf6\xdfer\n")
    assert "is not UTF-8 text (line 2)" in sentence(lambda: load(tmp_path / "latin.toml"))
    (tmp_path / "noise.toml").write_bytes(bytes(range(32)) * 9)
    assert "is not TOML" in sentence(lambda: load(tmp_path / "noise.toml"))
    assert "cannot be read" in sentence(lambda: load("a\0b.toml"))
    assert len(sentence(lambda: load("x" * 5000 + ".toml"))) < 300


@pytest.mark.parametrize("name", ["crossroad", "Crossroads", "", "mine.tml", ".", 3, None])
def test_an_unknown_scenario_lists_the_built_in_ones(name):
    said = sentence(lambda: load(name))
    if isinstance(name, str):
        assert f"{', '.join(scenario_names())}, or a path that ends in .toml" in said
        assert ("did you mean 'crossroads'" in said) == ("rossroad" in name)


def test_a_forgotten_ending_is_offered(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text("days = 3\n", encoding="utf-8")
    assert "did you mean 'mine.toml'" in sentence(lambda: load("mine"))


CHANGES = [
    (["days"], ["set: not a change", "'days'", "key=value"]),
    (["days="], ["not a change"]),
    (["=3"], ["not a change"]),
    (3, ["not a change"]),
    ([None], ["not a change"]),
    (["world..x=3"], ["not a dotted path", "'world..x'"]),
    (["days=[1"], ["days: not a value", "'[1'"]),
    (["days=3", "days=4"], ["days: is set twice", "[3, 4]"]),
    (["world.talk.reshare_cap=30"], ["world.talk.reshare_cap: out of range, given 30; allowed: 0.2 to 20"]),
    (["world.talk.reshare_capp=0.3"], ["unknown key", "'world.talk.reshare_cap'"]),
    (["talk.reshare_cap=0.3"], ["talk: unknown key", "did you mean 'world.talk.reshare_cap'"]),
    (["world.talk.openness.x=3"], ["world.talk.openness: cannot be a table"]),
    (["world.talk=3"], ["world.talk", "given 3"]),
    (["firms.focl.price=3"], ["firms.focl: unknown firm", "focal, rival_1, rival_2", "did you mean 'focal'"]),
    (["arms.ds.options.ts1=1"], ["arms.ds: unknown arm", "ecrm, crossroads, sd"]),
    (["arms.sd.options.ts1=2"], ["arms.sd.options.ts1", "given 2", "0 to 1"]),
    (["arms.sd.strategy=sdd"], ["arms.sd.strategy: unknown strategy, given 'sdd'"]),
    (["firms=3"], ["firms", "given 3", "a table"]),
    (["shocks.0.day=3"], ["shocks"]),
    (["extends=baseline"], ["extends: cannot be set"]),
    (["default_arm=zz"], ["default_arm: unknown arm, given 'zz'"]),
    ({"world.customers.number": -1}, ["world.customers.number", "given -1"]),
]


@pytest.mark.parametrize(("change", "words"), CHANGES, ids=[str(change) for change, _ in CHANGES])
def test_a_bad_change_is_named_as_it_was_given(change, words):
    said = sentence(lambda: load("crossroads", set=change))
    assert [word for word in words if word not in said] == []
    assert "crossroads.toml" not in said
    assert "(line" not in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"days": 0}, ["days: out of range, given 0", "1 to 4380 days"]),
        ({"days": -1}, ["given -1"]),
        ({"days": True}, ["given True"]),
        ({"customers": 0}, ["customers", "given 0", "2 to 100000000 people"]),
        ({"customers": -5}, ["given -5"]),
        ({"mode": "duel"}, ["mode", "'duel'", "substitution"]),
    ],
)
def test_bad_arguments(arguments, words):
    said = sentence(lambda: load("crossroads", **arguments))
    assert [word for word in words if word not in said] == []
    assert sentence(lambda: load(load("crossroads"), **arguments)) == said


def test_a_users_class_that_breaks_is_no_traceback(tmp_path):
    breaks = "class Mine:\n    def __init__(self):\n        raise KeyError('tone')\n    decide = 3\n"
    (tmp_path / "mine.py").write_text(breaks, encoding="utf-8")
    path = tmp_path / "mine.toml"
    path.write_text('[arms.mine]\nstrategy = "mine.py:Mine"\n', encoding="utf-8")
    assert "arms.mine.strategy: the strategy does not start: KeyError: 'tone'" in sentence(lambda: load(path))
    (tmp_path / "mine.py").write_text(breaks.replace("raise KeyError('tone')", "raise SystemExit(0)"), encoding="utf-8")
    assert "arms.mine.strategy: the strategy does not start: SystemExit" in sentence(lambda: load(path))
    (tmp_path / "mine.py").write_text("class Mine:\n    def decide(self):\n        pass\n", encoding="utf-8")
    assert "must take one argument, the view" in sentence(lambda: load(path))
    (tmp_path / "mine.py").write_text("1 +\n", encoding="utf-8")
    assert "the strategy file does not run: SyntaxError" in sentence(lambda: load(path))


def test_lines_are_found_in_long_texts_and_nested_tables():
    text = 'a = """\nb = 3\n"""\nb = 4\n[c.d]\n"e" = 5\nf.g = [\n  1,\n]\n[[h]]\ni = 1\n[[h]]\ni = 2\n'
    found = {path: line_of(text, path) for path in ("a", "b", "c", "c.d.e", "c.d.f.g", "c.d.z", "h.0.i", "h.1.i", "z")}
    assert found == {"a": 1, "b": 4, "c": 5, "c.d.e": 6, "c.d.f.g": 7, "c.d.z": 5, "h.0.i": 11, "h.1.i": 13, "z": None}


DAMAGE = ["", "=", "[", "]", '"', ".", "3", "x", "\n", "true", "-1", "{}", "'", "sd", "nan"]


def test_no_damaged_file_ends_in_a_traceback(tmp_path):
    text = read("crossroads").text
    chance = random.Random(7)
    path = tmp_path / "mine.toml"
    refusals, loaded = [], 0
    # the texts are long and hold no syntax: damage what follows them
    head = text.index("[world.customers]")
    for _ in range(250):
        letters = list("days = 9\n" + text[head:])
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(letters))
            letters[at : at + chance.randint(0, 3)] = chance.choice(DAMAGE)
        path.write_text("".join(letters), encoding="utf-8")
        try:
            load(path)
            loaded += 1
        except InputError as error:
            refusals.append(str(error))
    assert loaded > 5
    assert len(set(refusals)) > 50
    assert not any("\n" in text for text in refusals)
