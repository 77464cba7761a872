"""Strategies by name, by module and by file; what does not fit is refused with a sentence."""

import json
import pickle

import pytest

from valuescape.agents.declare import InputError
from valuescape.agents.prices import PriceList
from valuescape.agents.strategies.dials import CROSSROADS_ROW, DIALS, ECRM_ROW, GD_SOCIAL_ROW, SD_ROW, STATUS_QUO_ROW
from valuescape.agents.strategies.ecrm import ENGINES
from valuescape.agents.strategies.protocol import BUILT_IN, Strategy, make_strategy, strategy_class, strategy_digest
from valuescape.agents.strategies.push_share import PULLED, PUSHED
from valuescape.agents.view import Decision, FirmView

OPTIONS = {"replay": {"decisions": []}}


def view(day=0):
    """What a firm with 1,000 people sees."""
    audience = {(channel, target): 1000 for channel in ("email", "mail") for target in ("all", "buyers", "prospects")}
    return FirmView(day=day, firm="focal", people=1000, prices=PriceList(), budget_left=840.0, days_left=28, daily_budget=30.0,
                    audience=audience, deals_reserved=5.0)  # fmt: skip


@pytest.mark.parametrize("name", BUILT_IN)
def test_built_in_strategies_have_a_name_and_decide(name):
    strategy = make_strategy(name, OPTIONS.get(name))
    assert isinstance(strategy, Strategy)
    assert type(strategy) is strategy_class(name)
    if name != "replay":
        decision = strategy.decide(view())
        assert isinstance(decision, Decision)
        assert decision == make_strategy(name).decide(view()), "the same view, the same decision"
    assert pickle.loads(pickle.dumps(strategy)) is not strategy
    assert len(strategy_digest(name)) == 64


def test_ecrm_walks_through_five_engines_and_the_four_steps():
    steps = make_strategy("ecrm").decide(view()).steps
    assert [step for step in steps if step.startswith("idic:")] == [
        f"idic:{s}" for s in ("identify", "differentiate", "interact", "customize")
    ]
    engines = [step.removeprefix("engine:") for step in steps if step.startswith("engine:")]
    assert sorted(engines) == sorted(ENGINES)


def test_ecrm_keeps_to_closed_channels_and_sd_opens_them():
    closed, opened = make_strategy("ecrm").decide(view()), make_strategy("sd").decide(view())
    assert closed.open_hours == closed.community_hours == closed.posts == closed.support == closed.tools == 0
    assert min(opened.open_hours, opened.community_hours, opened.support, opened.tools, opened.scope, opened.handling) > 0


def test_gd_social_pushes_as_ecrm_does_and_its_staff_is_no_larger():
    closed, opened = make_strategy("ecrm").decide(view()), make_strategy("gd_social").decide(view())
    assert opened.pushes == closed.pushes
    assert (opened.claim, opened.targeting, opened.handling) == (closed.claim, closed.targeting, closed.handling)
    assert opened.desk_hours + opened.open_hours == pytest.approx(closed.desk_hours)
    assert min(opened.posts, opened.open_hours) > 0
    assert opened.support == opened.tools == opened.community_hours == opened.research == 0
    assert sum(GD_SOCIAL_ROW.shares.values()) == pytest.approx(sum(ECRM_ROW.shares.values()))


def test_a_share_of_pushing_mixes_two_ends_in_a_straight_line_at_the_same_cost():
    """Every line moves evenly between the ends: no jump at 0 or 1, and the same money at every share."""
    shares = {push: make_strategy("push_share", {"push": push}).row.spending() for push in (0.0, 0.001, 0.25, 0.5, 0.999, 1.0)}
    for push, spent in shares.items():
        assert sum(spent.values()) == pytest.approx(sum(PUSHED.shares.values())) == pytest.approx(sum(PULLED.shares.values()))
        for line, share in spent.items():
            assert share == pytest.approx(push * shares[1.0][line] + (1 - push) * shares[0.0][line])
    none, everything = (make_strategy("push_share", {"push": push}).decide(view()) for push in (0.0, 1.0))
    assert sum(push.volume for push in none.pushes) == 0
    assert everything.posts == everything.content == everything.support == everything.scope == everything.open_hours == 0
    assert none.claim == everything.claim


@pytest.mark.parametrize("row", [ECRM_ROW, GD_SOCIAL_ROW, STATUS_QUO_ROW, CROSSROADS_ROW, SD_ROW, PUSHED, PULLED])
def test_rows_spend_no_more_than_the_budget(row):
    assert 0 < sum(row.shares.values()) <= 1
    assert all(share > 0 for share in row.shares.values())
    assert min(row.spending().values()) >= -1e-12


def test_what_dials_move_is_there_to_be_moved():
    for _, sources, goals in DIALS.values():
        assert set(sources) <= set(ECRM_ROW.shares)
        assert sum(goals.values()) == (pytest.approx(1.0) if sources else 0)
        assert all(0 < part <= 1 for part in sources.values())
    for line in ECRM_ROW.shares:
        assert sum(sources.get(line, 0) for _, sources, _ in DIALS.values()) <= 1


# --- the user's own -------------------------------------------------------------------------------------------------

GOOD = """
from valuescape.agents.view import Decision
class Mine:
    def __init__(self, *, claim=0.3):
        self.claim = claim
    def decide(self, view):
        return Decision(claim=self.claim)
"""


@pytest.fixture
def mine(tmp_path):
    """A file with a user's strategy, beside a scenario."""
    (tmp_path / "mine.py").write_text(GOOD, encoding="utf-8", newline="\n")
    return tmp_path / "scenario.toml"


def test_a_file_is_looked_for_beside_the_scenario(mine):
    assert make_strategy("mine.py:Mine", {"claim": 0.4}, mine).decide(view()).claim == 0.4
    assert make_strategy(f"{mine.parent / 'mine.py'}:Mine").decide(view()).claim == 0.3


def test_another_text_is_another_strategy_with_another_digest(mine):
    before = strategy_digest("mine.py:Mine", mine)
    (mine.parent / "mine.py").write_text(GOOD.replace("0.3", "0.9"), encoding="utf-8", newline="\n")
    assert make_strategy("mine.py:Mine", {}, mine).decide(view()).claim == 0.9
    assert strategy_digest("mine.py:Mine", mine) != before


def test_a_module_is_imported():
    strategy = make_strategy("valuescape.agents.strategies.dials:Crossroads")
    assert strategy.decide(view()) == make_strategy("crossroads").decide(view())


@pytest.mark.parametrize(("name", "options", "sentence"), [
    ("ecmr", {}, "strategy: unknown strategy, given 'ecmr'; allowed: status_quo, .*did you mean 'ecrm'"),
    ("nowhere.py:Mine", {}, "nowhere.py: strategy: no such strategy file"),
    ("mine.py:Yours", {}, "strategy: no class 'Yours' in mine.py.*allowed: .*Mine"),
    ("no.such.module:Mine", {}, "strategy: the module does not import"),
    ("mine.py:Mine", {"clam": 1}, "options: the options of strategy 'mine.py:Mine' do not fit: .*clam.*allowed: claim"),
    ("ecrm", {"ts1": 1}, "options: the options of strategy 'ecrm' do not fit.*allowed: claim"),
    ("dials", {"ts7": 1}, "options: unknown dial, given 'ts7'; allowed: ts1, ts2"),
    ("dials", {"ts1": 1.5}, r"options\.ts1: a dial is out of range, given 1.5; allowed: a number from 0 to 1"),
    ("dials", {"shares": {"email": 0.9}}, r"options\.shares: the shares exceed the budget"),
    ("push_share", {"push": 1.5}, r"options\.push: the share of pushing is out of range, given 1.5; allowed: a number from 0 to 1"),
    ("dials", {"shares": {"fax": 0.1}}, r"options\.shares\.fax: no line of the price list"),
    ("replay", {"decisions": "none.json"}, "none.json: decisions: no such file of decisions"),
])  # fmt: skip
def test_what_does_not_fit_is_refused(name, options, sentence, mine):
    with pytest.raises(InputError, match=sentence):
        make_strategy(name, options, mine)


@pytest.mark.parametrize(("text", "sentence"), [
    ("class Mine:\n    pass\n", r"has no method decide\(view\)"),
    ("class Mine:\n    def decide(self):\n        pass\n", r"must take one argument, the view, given '\(\)'"),
    ("class Mine:\n    def decide(self, a, b):\n        pass\n", "must take one argument, the view"),
    ("import no_such_library\nclass Mine:\n    pass\n", "odd.py: the strategy file does not run: ModuleNotFoundError"),
    ("class Mine(:\n", "odd.py: the strategy file does not run: SyntaxError"),
])  # fmt: skip
def test_a_class_that_is_no_strategy_is_refused(text, sentence, tmp_path):
    (tmp_path / "odd.py").write_text(text, encoding="utf-8", newline="\n")
    with pytest.raises(InputError, match=sentence):
        make_strategy("odd.py:Mine", {}, tmp_path / "scenario.toml")


def test_decisions_are_played_back_from_a_file(tmp_path):
    rows = [{"day": 0, "firm": "focal", "decision": {"claim": 0.1}}, {"day": 0, "firm": "rival_1", "decision": {"claim": 0.9}}]
    (tmp_path / "d.json").write_text(json.dumps(rows), encoding="utf-8", newline="\n")
    options = {"decisions": str(tmp_path / "d.json"), "firm": "focal"}
    assert make_strategy("replay", options).decide(view()).claim == 0.1
    with pytest.raises(InputError, match="replay of focal: no stored decision for this day, given 7; allowed: 0 to 0"):
        make_strategy("replay", options).decide(view(7))
