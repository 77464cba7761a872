"""The measurement catalogue: all metrics by name, and its 90 rows with what computes them or what they wait for."""

from __future__ import annotations

from typing import NamedTuple

from . import community, desk, referral, relations, sources, talk, transactions, value
from .declare import GOODS as G
from .declare import SERVICE as S
from .declare import Metric, NoValue, at_least
from .record import Record

METRICS: tuple[Metric, ...] = (
    *transactions.METRICS, *referral.METRICS, *talk.METRICS, *value.METRICS, *sources.METRICS, *relations.METRICS, *desk.METRICS,
    *community.METRICS,
)  # fmt: skip
BY_NAME = {metric.name: metric for metric in METRICS}


class Row(NamedTuple):
    """A row of the catalogue: its id, its board, what it is, and where a run alone does not give it, what does or why nothing."""

    id: str
    board: str
    what: str
    by: str = ""
    """The command that computes it from more than one world."""
    waits: str = ""
    """Why nothing computes it yet."""

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """The metrics of a single run that belong to it."""
        return tuple(metric for metric in METRICS if metric.catalogue == self.id)

    @property
    def status(self) -> str:
        """computed or waits."""
        return "computed" if self.metrics or self.by else "waits"

    @property
    def mark(self) -> str:
        """outcome or activity: of its metrics, else outcome."""
        return "activity" if self.metrics and all(metric.mark == "activity" for metric in self.metrics) else "outcome"


DAMAGE = "valuescape run SCENARIO, where something is triggered"
SWEEP, ABLATION = "needs many worlds: comes with the sweep", "needs worlds without each activity: comes with the sweep"
PRIVACY, DEPARTMENTS, EMPLOYEES = (
    f"{what} are no part of the model yet" for what in ("reveals of private talk", "departments", "employees")
)

ROWS = (
    Row("M01", G, "Response rate"), Row("M02", G, "Non-response, transactional-only share"), Row("M03", G, "Repurchase rate"),
    Row("M04", G, "Repeat patronage"), Row("M05", G, "Recency, frequency, monetary"), Row("M06", G, "Customer lifetime value"),
    Row("M07", G, "Share of market"), Row("M08", G, "Share of wallet"), Row("M09", G, "Churn, retention, winback"),
    Row("M10", G, "Cross- and up-sell yield"), Row("M11", G, "Cost per contact, acquisition and satisfied job"),
    Row("M12", G, "Return on investment"), Row("M13", G, "Waste share", waits=ABLATION), Row("M14", G, "Cumulative margin, survival"),
    Row("M15", S, "Customer referral value, attributed"), Row("M16", S, "Customer referral value, causal", by="valuescape crv SCENARIO"),
    Row("M17", S, "Incremental value of referred customers"), Row("M18", S, "Relation of CLV and CRV"),
    Row("M19", S, "Network value", by="valuescape crv SCENARIO"), Row("M20", G, "Customer equity"), Row("M21", S, "Advocacy rate"),
    Row("M22", S, "Ladder transitions"), Row("M23", S, "Stated and actual referral"), Row("M24", S, "Net promoter score"),
    Row("M25", S, "Defence ratio"), Row("M26", S, "eWoM volume and speed"), Row("M27", S, "Share of voice"),
    Row("M28", S, "Sentiment, net and spread"), Row("M29", S, "Reach, size, depth, structural virality"),
    Row("M30", S, "Reproduction number of content"), Row("M31", S, "Viral damage area", by=DAMAGE),
    Row("M32", S, "Damage margin, peak, onset, half-life", by=DAMAGE),
    Row("M33", S, "Damage odds and tail", by="valuescape run SCENARIO --replays N"), Row("M34", S, "Hijack share, time to reframe"),
    Row("M35", S, "Predictability of reach", waits=SWEEP), Row("M36", S, "Lead of share of voice"), Row("M37", S, "Control index"),
    Row("M38", S, "Exit-voice ratio"), Row("M39", S, "Creep events and privacy loss", waits=PRIVACY), Row("M40", S, "Value in use"),
    Row("M41", S, "Value in context"), Row("M42", G, "Value in exchange, gap"), Row("M43", S, "Outcome attainment"),
    Row("M44", S, "Disconfirmation, satisfaction"), Row("M45", S, "Promise-provision gap"), Row("M46", S, "Job gap"),
    Row("M47", S, "Source shares of value"), Row("M48", S, "Co-creation intensity"), Row("M49", S, "Value for customers and for the firm"),
    Row("M50", S, "Win-win rate"), Row("M51", S, "Reciprocity"), Row("M52", S, "Relationship strength and life"),
    Row("M53", S, "Attachment against habit", waits="needs twin worlds with a rival's price shock: no such shock yet"),
    Row("M54", S, "Trust, credibility, sincerity"),
    Row("M55", S, "Experience by touch", waits="touch points are not told apart yet: comes with experience management"),
    Row("M56", S, "Personalisation in use"), Row("M57", S, "Risk reduction"), Row("M58", S, "Customer competence"),
    Row("M59", S, "Meaning distance"), Row("M60", S, "Community size and engagement"), Row("M61", S, "90-9-1 split"),
    Row("M62", S, "Community health"), Row("M63", S, "Peer help, share and saving"), Row("M64", S, "Insight loss"),
    Row("M65", S, "Ideas"), Row("M66", S, "Closed loop"),
    Row("M67", S, "Novelty", waits="an offer is a point, not a bundle of parts: there is no catalogue to depart from yet"),
    Row("M68", G, "First contact resolution"), Row("M69", S, "Effectiveness of interaction"), Row("M70", S, "Resolved and not effective"),
    Row("M71", S, "Failure demand"), Row("M72", S, "Latency, unanswered, lost"), Row("M73", S, "Contradiction rate", waits=DEPARTMENTS),
    Row("M74", S, "Consent mix, opt-out, irritation"), Row("M75", S, "Attention crowding"),
    Row("M76", G, "Commons efficiency", waits=SWEEP), Row("M77", G, "Segment fit and half-life", waits=SWEEP),
    Row("M78", S, "Influence concentration", waits=SWEEP), Row("M79", G, "Prediction gain by data scope", waits=SWEEP),
    Row("M80", S, "Collaborative chain overlap", waits=SWEEP), Row("M81", S, "Partner coverage", waits=SWEEP),
    Row("M82", S, "Service graph and sales graph"), Row("M83", S, "Boundary share of trust", waits=ABLATION),
    Row("M84", S, "Fairness of service"),
    Row("M85", S, "Expectation ratchet, norm level"), Row("M86", G, "Robustness", waits=SWEEP),
    Row("M87", S, "Resilience", waits="comes with the sweep: shocks are drawn there"),
    Row("M88", S, "Employee state", waits=EMPLOYEES), Row("M89", S, "Two-scoreboard rank disagreement", waits=SWEEP),
    Row("M90", G, "Win map share", waits=SWEEP),
)  # fmt: skip


class Measured(NamedTuple):
    """All metrics of one firm: values by name, None with its reason in `why` where there is none."""

    values: dict[str, float | None]
    why: dict[str, str]


def measure_all(record: Record, firm: int = 0) -> Measured:
    """Every metric of the catalogue that one run can give."""
    values: dict[str, float | None] = {}
    why: dict[str, str] = {}
    for metric in METRICS:
        try:
            at_least(record.detail, metric)
            values[metric.name] = metric.of(record, firm)
        except NoValue as none:
            values[metric.name], why[metric.name] = None, str(none)
    return Measured(values, why)
