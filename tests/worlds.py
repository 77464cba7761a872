"""Strategies for tests: one that never changes its mind, one that keeps a diary, one that plays back under its own name."""

from valuescape.agents.strategies.replay import Replay
from valuescape.agents.view import Decision


class Steady:
    """Takes the same decision every time; its fields are the options."""

    def __init__(self, **fields):
        self.decision = Decision.model_validate(fields)

    def decide(self, view):
        """The decision, whatever is seen."""
        return self.decision


class Curious(Steady):
    """Counts everybody whom it could reach before it takes its one decision."""

    def decide(self, view):
        """The decision, after a look."""
        assert len(dict(view.audience)) > 0
        return self.decision


class Diarist:
    """Keeps every view it was shown, and counts in `self` how often it was asked: memory that a checkpoint must copy."""

    def __init__(self):
        self.asked = 0
        self.views = []

    def decide(self, view):
        """Raises its claim a little each time."""
        self.asked += 1
        self.views.append(view)
        return Decision(claim=min(1.0, 0.5 + 0.01 * self.asked))


class Somebody(Replay):
    """Another name for the playback of stored decisions."""


class Turning:
    """Takes no measures until a day, and from then on the decision `then`."""

    def __init__(self, day, then):
        self.day = day
        self.then = Decision.model_validate(then)

    def decide(self, view):
        """Nothing, or the new decision once its day has come."""
        return Decision() if view.day < self.day else self.then
