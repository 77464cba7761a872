"""The texts of the scenarios: all there, honest in their words, and every command in them works on what there is."""

import re
import shlex

import pytest

from valuescape.scenarios.load import load, scenario_names, scenario_text

HEADINGS = ("WHAT IS IT", "THINGS TO NOTICE", "THINGS TO TRY", "WHEN THE MORAL FAILS", "FIRMS", "ARMS")
# the flags of the two commands, and whether a value follows
FLAGS = {
    "run": {
        "--arm",
        "--seed",
        "--days",
        "--customers",
        "--network",
        "--set",
        "--detail",
        "--replays",
        "--threads",
        "--out",
        "--mode",
        "--seeds",
        "--workers",
        "--luck",
    },
    "compare": {"--arms", "--seeds", "--days", "--customers", "--network", "--set", "--mode", "--rivals", "--out"},
}
# service-dominant logic describes every arm; a run can say when practices pay, not whether the logic is true
DISHONEST = re.compile(r"(?i)s-d logic (wins|beats|is better|is right|pays)|(proves|refutes|confirms) (that )?s-d|always wins")
COMMAND = re.compile(r"`(valuescape [^`]+)`")


def about_of(name):
    """All texts of a scenario in one list."""
    about = load(name).about
    return [about.title, about.what_is_it, *about.things_to_notice, *about.things_to_try, about.when_the_moral_fails]


def commands_of(texts):
    """Every command in the texts, as words."""
    return [shlex.split(command) for text in texts for command in COMMAND.findall(text)]


def carry_out(words):
    """Load what a command names, with its changes, and seat its arms; raises where a part of it does not exist."""
    assert words[0] == "valuescape"
    verb, name, *rest = words[1:]
    assert verb in FLAGS, verb
    given = list(zip(rest[::2], rest[1::2], strict=True))
    assert {flag for flag, _ in given} <= FLAGS[verb]
    options = {flag: value for flag, value in given if flag != "--set"}
    days = int(options["--days"]) if "--days" in options else None
    scenario = load(name, set=[value for flag, value in given if flag == "--set"], days=days, mode=options.get("--mode"))
    for arm in (options.get("--arms") or options.get("--arm") or "").split(","):
        if arm:
            scenario.seated(arm)
    for flag in ("--seeds", "--seed"):
        assert options.get(flag, "0").isdecimal()
    return scenario


@pytest.mark.parametrize("name", scenario_names())
def test_all_texts_are_there(name):
    about = load(name).about
    assert 10 <= len(about.title) <= 80
    assert len(about.what_is_it.split()) >= 80
    assert len(about.when_the_moral_fails.split()) >= 40
    assert len(about.things_to_notice) >= 4
    assert len(about.things_to_try) >= 4
    assert all(len(text.split()) >= 15 for text in about.things_to_notice)
    assert all(len(text.split()) >= 5 for text in about.things_to_try)


@pytest.mark.parametrize("name", scenario_names())
def test_every_thing_to_try_is_a_command_that_works(name):
    base = load(name)
    for text in base.about.things_to_try:
        commands = commands_of([text])
        assert commands, text
        for words in commands:
            assert words[2] == name
            scenario = carry_out(words)
            assert ("--set" in words or "--days" in words) == (scenario != base), words  # a change changes something


@pytest.mark.parametrize("name", scenario_names())
def test_no_command_elsewhere_in_the_texts_is_broken(name):
    for words in commands_of(about_of(name)):
        carry_out(words)


@pytest.mark.parametrize(
    "command",
    [
        "valuescape run crossroads --set world.talk.opennes=0",
        "valuescape run crossroads --set world.talk.openness=3",
        "valuescape run crossroads --arm zz",
        "valuescape fly crossroads",
        "valuescape run crossroads --speed 3",
    ],
)
def test_a_broken_command_is_seen(command):
    with pytest.raises(Exception):  # noqa: B017
        carry_out(shlex.split(command))


@pytest.mark.parametrize("name", scenario_names())
def test_texts_are_honest_and_plain(name):
    for text in about_of(name):
        assert not DISHONEST.search(text), text
        assert not re.search(r"/home|/tmp|https?:|TODO|\bticket\b|\bsprint\b", text), text


def test_the_check_of_honesty_sees_what_it_forbids():
    assert DISHONEST.search("This proves that S-D logic wins.")
    assert not DISHONEST.search("No result here refutes service-dominant logic or confirms it.")


def test_the_flagship_says_what_it_is_about():
    about = load("crossroads").about
    whole = " ".join(" ".join(about_of("crossroads")).split())
    for phrase in ("S-D-informed practice", "use-phase support", "no winner shown", "two scoreboards", "paired"):
        assert phrase.lower() in whole.lower(), phrase
    for condition in ("needs stand still", "network is closed", "one year"):
        assert condition in " ".join(about.when_the_moral_fails.split())
    assert "No result here refutes" in whole
    assert {words[2] for words in commands_of(about.things_to_try)} == {"crossroads"}


@pytest.mark.parametrize("name", scenario_names())
def test_the_text_for_a_teacher_is_readable(name):
    s, text = load(name), scenario_text(name)
    places = [text.index(f"\n{heading}\n") for heading in HEADINGS]
    assert places == sorted(places)
    assert text.startswith(s.about.title)
    assert all(len(line) <= 100 for line in text.splitlines() if not line.startswith("    valuescape "))
    commands = [line.strip() for line in text.splitlines() if line.startswith("    valuescape ")]
    assert [shlex.split(command) for command in commands] == commands_of(s.about.things_to_try)  # each can be copied as it stands
    for path in (*s.firms, *s.arms, *s.levers, *s.uncertainties):
        assert f"- {path}: " in text
    assert "- \n" not in text
    for item in s.about.things_to_notice:
        assert " ".join(item.split()) in " ".join(text.split())


def test_line_breaks_of_the_file_are_not_those_of_the_text():
    for text in about_of("crossroads"):
        assert not re.search(r"[^\n]\n[^\n]|  ", text)
    assert load("crossroads").about.what_is_it.count("\n\n") >= 3


def test_a_scenario_without_texts_has_a_text(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("days = 3\n", encoding="utf-8")
    text = scenario_text(path)
    assert text.startswith("mine\n")
    assert "\nARMS\n" in text
    assert "WHAT IS IT" not in text
