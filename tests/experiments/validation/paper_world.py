"""A world on paper as validation sees it: the rows of a log, people and firms by number, and where everybody stood on a day."""

from types import SimpleNamespace

import numpy as np

from valuescape.experiments.validation.watch import EPISODE, Seen, Stand
from valuescape.sim import columns as c
from valuescape.sim.events import EVENT, KIND


def seen_on_paper(paper, days=None, last=None, stands=(), episodes=()):
    """What is seen of a log on paper; a row of nobody's on the last of `days` makes the log that long."""
    rows = list(paper.rows)
    if days is not None:
        rows += [(day, 12.0, 9_000_000 + day, KIND["cost"], 0, -1, -1, 0, 0, 0, 0, 0.0, 0) for day in {days - 1, (last or days) - 1}]
    log = np.array(rows, dtype=EVENT)
    model = SimpleNamespace(
        columns=SimpleNamespace(ids=np.array(paper.ids)), firms=list(range(paper.firms)), params=paper.params, history=[log],
        totals=paper.record().totals,
    )  # fmt: skip
    return Seen(model, SimpleNamespace(stands={stand.day: stand for stand in stands}, episodes=np.concatenate([EPISODES, *episodes])))


EPISODES = np.zeros(0, dtype=EPISODE)


def stand_of(paper, day):
    """Where everybody stands: all states nought, and nobody has bought."""
    n = len(paper.ids)
    people, pairs, bonds, firms = (
        c.table(c.PERSON, n),
        c.table(c.PAIR, n, paper.firms),
        c.table(c.BOND, n, paper.firms),
        c.table(c.FIRM, paper.firms),
    )
    people["id"] = paper.ids
    pairs["last_bought"] = c.NEVER
    return Stand(day, people, pairs, bonds, firms)
