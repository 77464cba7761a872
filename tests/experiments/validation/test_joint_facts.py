"""What a community does to buying, where the answer is known."""

import numpy as np
import pytest

from valuescape.experiments.validation.joint_facts import gaps

MANY = 4000
PRIOR = np.arange(MANY) % 4 + 1
ONLINE = (np.arange(MANY) // 4 % 10) / 10.0


def joined(keen):
    """Members: of frequent buyers every second, of the others every tenth, or everybody alike."""
    often = np.where(PRIOR > 2, 2, 10) if keen else np.full(MANY, 5)
    return (np.arange(MANY) // 40) % often == 0


def test_who_joins_is_not_what_joining_does():
    """Frequent buyers join, and buy as they did: a raw gap, and none among people who had bought as often."""
    found = gaps(PRIOR, ONLINE, joined(True), np.zeros(MANY, bool), PRIOR.astype(float), PRIOR.astype(float))
    assert found["raw"] > 0.2
    assert found["matched"] == pytest.approx(0.0)
    assert found["below_raw"] == pytest.approx(found["raw"])
    assert found["effect"] == 0.0


def test_what_joining_does_is_seen_and_so_is_posting():
    members = joined(False)
    posters = members & (np.arange(MANY) % 3 == 0)
    after = PRIOR * np.where(posters, 1.4, np.where(members, 1.1, 1.0))
    found = gaps(PRIOR, ONLINE, members, posters, after, PRIOR.astype(float))
    assert found["poster"] == pytest.approx(0.3, abs=1e-9)
    assert 0.1 < found["matched"] < 0.4
    assert found["effect"] == pytest.approx(found["matched"], abs=0.02)


def test_few_members_have_no_gap():
    members = np.arange(MANY) < 20
    assert set(gaps(PRIOR, ONLINE, members, members, PRIOR * 1.0, PRIOR * 1.0).values()) == {None}
