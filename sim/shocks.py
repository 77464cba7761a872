"""What happens to a world on a day, whoever wants it or not; `without="trigger"` leaves the marked ones out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..agents.declare import InputError
from ..agents.prices import LINES
from ..agents.view import Decision
from . import columns as c
from . import draws
from .disclosure import is_revealed
from .events import KIND, NOWHERE, PARTNER, tell
from .settings import WHO
from .turnover import stride

if TYPE_CHECKING:
    from .model import ServiceEcosystem


def firms_leave(model: ServiceEcosystem) -> bool:
    """Let the firms go that leave the market today, before anybody decides; returns whether there are any."""
    names = [firm.name for firm in model.firms]
    leaving = [shock.firm for shock in model.scenario.shocks
               if shock.kind == "firm_exit" and shock.day == model.day and not (model.without == "trigger" and shock.trigger)]  # fmt: skip
    w = model.columns
    for name in leaving:
        if name not in names:
            raise InputError("a shock names an unknown firm", key="shocks.firm", given=name, allowed=", ".join(names))
        f = names.index(name)
        firm = model.firms[f]
        w.firms[f]["here"] = 0
        w.firms[f]["tag"], w.firms[f]["shown"] = 0, 0.0
        firm.decision = Decision()
        model.carry_out(firm, firm.decision)
        model.accounts[f].plan = dict.fromkeys(LINES, 0.0)
        w.people["contract"][w.people["contract"] == f] = -1
        offered = w.people["offer_firm"] == f
        w.people["offer_firm"][offered], w.people["offer_key"][offered] = -1, 0
    return bool(leaving)


def strike(model: ServiceEcosystem) -> None:
    """Let the shocks of today happen; an InputError names a firm or customer that there is not."""
    _public_cuts(model)
    for shock in model.scenario.shocks:
        if shock.day != model.day or (model.without == "trigger" and shock.trigger):
            continue
        names = [firm.name for firm in model.firms]
        if shock.firm not in names:
            raise InputError("a shock names an unknown firm", key="shocks.firm", given=shock.firm, allowed=", ".join(names))
        KINDS[shock.kind](model, shock, names.index(shock.firm))


def struck(who: int | str, w: c.Columns, firm: int) -> int:
    """The row of the person who is meant by `who` as a customer of `firm`; an InputError for an unknown id.

    loudest     the one with most ties and readers
    ordinary    of those who like this firm best and have its job to do at least as often as the mean, the one
                nearest to the middle in ties and in on-line talk
    """
    reach = np.diff(w.start) + np.diff(w.audience_start)
    if who == "loudest":
        return int(np.lexsort((w.ids, -reach))[0])
    if who == "ordinary":
        taste, rate = w.pairs["taste"], w.people["rate"].astype(np.float64)
        regular = (taste[:, firm] >= taste.max(axis=1)) & (rate >= rate.mean())
        rows = np.flatnonzero(regular if regular.any() else np.ones(len(rate), dtype=bool))
        talk = w.people["talk"].astype(np.float64) * w.people["online"]
        apart = np.abs(_place(reach[rows]) - 0.5) + np.abs(_place(talk[rows]) - 0.5)
        return int(rows[np.lexsort((w.ids[rows], apart))[0]])
    # herself, or who took her place
    found = np.flatnonzero((w.ids == who) | (w.ids % stride(len(w.ids)) == who))
    if not len(found):
        raise InputError("a shock names an unknown customer", key="shocks.who", given=who, allowed=WHO)
    return int(found[0])


def _place(values: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Where each value stands among all, in (0, 1); equal values stand together, whatever their order."""
    ordered = np.sort(values)
    return (np.searchsorted(ordered, values, "left") + np.searchsorted(ordered, values, "right")) / (2.0 * len(values))


def service_failure(model: ServiceEcosystem, shock: Any, f: int) -> None:
    """A customer's next episode with the firm fails, and its story is vivid."""
    row = struck(shock.who, model.columns, f)
    if shock.severity == 0 and shock.vividness == 1:
        return  # nothing happens: the log stays as it is
    w = model.columns
    life, who = w.lives[row], int(w.ids[row])
    life["jinx_firm"], life["jinx"], life["vivid"] = f, shock.severity, shock.vividness
    w.counter[c.C_JINXED] = 1
    _note(model, f, who, shock.severity)


def prompt(model: ServiceEcosystem, shock: Any, f: int) -> None:
    """The firm puts up prompts under its tag, outside its plan but on its account and at the posted price."""
    if shock.posts == 0:
        return
    prices, people = model.params.prices, len(model.columns.ids)
    model.accounts[f].charges("prompts", shock.posts * prices.post, model.day)
    shown = shock.promotion * model.params.threads.prompt_hours / 24.0 * people
    model.accounts[f].charges("promotion", shown * prices.impression, model.day)
    firm = model.columns.firms[f]
    firm["launch"], firm["shown"] = shock.posts, shock.promotion
    _note(model, f, -1 - f, float(shock.posts))


def revelation(model: ServiceEcosystem, shock: Any, f: int) -> None:
    """Everybody who knows the firm learns how it tracked its customers; nothing where it never did."""
    if is_revealed(model.columns, f, shock.severity, model.params.learning, model.runner.engine.rules):
        _note(model, f, -1 - f, shock.severity)


def public_cut(model: ServiceEcosystem, shock: Any, f: int) -> None:
    """Public resources are cut for some days; `_public_cuts` does it, this says so."""
    if shock.severity > 0:
        key = draws.name_key(model.day, KIND["shock"], shock.days, draws.text_key(f"{shock.severity}"))
        tell(model.columns.log, 0, model.day, 0.0, KIND["shock"], NOWHERE, -1, key, 0, 0, key, 0, 0, shock.severity, shock.days)


def _public_cuts(model: ServiceEcosystem) -> None:
    """Public resources are what is left of them after the cuts of today."""
    cuts = [shock for shock in model.scenario.shocks if shock.kind == "public_cut" and shock.severity > 0]
    cuts = [shock for shock in cuts if not (model.without == "trigger" and shock.trigger)]
    if not cuts:
        return
    left = model.params.integration.public
    for shock in cuts:
        if shock.day <= model.day < shock.day + shock.days:
            left *= 1.0 - shock.severity
    model.columns.par[0]["integration_public"] = left


def partner_exit(model: ServiceEcosystem, shock: Any, f: int) -> None:
    """A partner leaves the market: its resource is missing wherever it was counted on."""
    names = [partner.name for partner in model.partners]
    if shock.partner not in names:
        raise InputError("a shock names an unknown partner", key="shocks.partner", given=shock.partner, allowed=", ".join(names) or "none")
    k = names.index(shock.partner)
    row = model.columns.partners[k]
    if row["here"]:
        row["here"] = 0
        key = draws.name_key(int(row["key"]), model.day, KIND["shock"], 0)
        tell(model.columns.log, 0, model.day, 0.0, KIND["shock"], PARTNER, -1, key, 0, 0, key, 0, 0, 1.0, k)
        model.share_with_partners()


def firm_exit(model: ServiceEcosystem, shock: Any, f: int) -> None:
    """A firm leaves the market: nobody can choose it, it says nothing, its contracts end. `firms_leave` does it, this says so."""
    _note(model, f, -1 - f, 1.0)


def _note(model: ServiceEcosystem, f: int, who: int, value: float) -> None:
    key = draws.name_key(who, model.day, KIND["shock"], f)
    tell(model.columns.log, 0, model.day, 0.0, KIND["shock"], NOWHERE, f, key, who, -1 - f, key, 0, 0, value, 0)


KINDS: dict[str, Callable[[ServiceEcosystem, Any, int], None]] = {
    "service_failure": service_failure, "prompt": prompt, "revelation": revelation,
    "public_cut": public_cut, "partner_exit": partner_exit, "firm_exit": firm_exit,
}  # fmt: skip
"""What each kind of shock does."""
