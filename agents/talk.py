"""Word of mouth: who speaks, who passes on, and how a listener is moved. One rule for praise and blame alike."""

from __future__ import annotations

from math import exp, log, tanh

from .customer import LN2
from .declare import Declared, par
from .rule import rule


class TalkParams(Declared):
    """Speaking, spreading and being moved."""

    volume: float = par(1.0, "1", 0, 10, "assumption", "Multiplies all talk among customers; 0 switches it off.")
    width: float = par(0.3, "1", 0.05, 2, "assumption", "Satisfaction away from the middle that makes an episode worth telling.")
    middle: float = par(0.52, "1", -1, 2, "calibrated: refitted to the median satisfaction with an episode",
                        "Satisfaction at which people have least to tell.")  # fmt: skip
    friends_base: float = par(0.4, "1", 0, 1, "calibrated: talks per person-week", "Chance to tell friends of an ordinary episode.")
    friends_slope: float = par(0.2, "1", 0, 2, "assumption", "Rise of that chance with the square of the deviation.")
    feed_base: float = par(0.004, "1", 0, 1, "assumption", "Chance to post on an ordinary episode.")
    feed_good: float = par(0.025, "1", 0, 1, "calibrated: asymmetric U", "Rise of posting with the square of a good deviation.")
    feed_bad: float = par(0.06, "1", 0, 1, "paper: Anderson 1998, asymmetric U",
                          "The same with that of a bad one; neutral where it is feed_good.", neutral=0.025)  # fmt: skip
    listeners: int = par(6, "people", 0, 50, "assumption", "Friends who hear an off-line story, at most.")
    weak_listeners: float = par(0.35, "1", 0, 1, "assumption", "Share of them who are weak ties; news needs some to travel.")
    openness: float = par(0.5, "1", 0, 1, "assumption", "Share of on-line contacts with firms that others see; 0 is the closed world.")
    sees: float = par(0.15, "1", 0, 1, "assumption", "Chance that a tie or follower sees a post, attention permitting.")
    handle_sees: float = par(0.3, "1", 0, 1, "assumption", "The same for posts addressed to a firm, relative to other posts.")
    reshare_median: float = par(0.1, "1", 0.001, 1, "calibrated: 70-95 % of posts are never passed on",
                                "Median number of relays that a post directly causes.")  # fmt: skip
    reshare_spread: float = par(1.3, "1", 0, 3, "calibrated: cascade tail exponent", "Spread of infectiousness, log scale.")
    reshare_cap: float = par(3.0, "1", 0.2, 20, "calibrated: fixed on two population sizes",
                             "Highest infectiousness of peer talk. It may exceed 1, since news grows old.")  # fmt: skip
    blame_spread: float = par(2.0, "1", 0.2, 5, "data: airline complaints, 1.3-2.5", "How much more blame is passed on.", neutral=1)
    delay_median: float = par(1.5, "hours", 0.05, 48, "paper: Pfeffer 2023", "Median delay of a relay.")
    delay_spread: float = par(1.3, "1", 0, 3, "calibrated: 90-99 % within a day", "Spread of the delay, log scale.")
    news_life: float = par(1.3, "hours", 0.1, 1000, "paper: Pfeffer 2023, impressions halve in 80 minutes",
                           "Half-life of an item as news: what is no longer new is passed on less.")  # fmt: skip
    moved: float = par(0.12, "1", 0, 1, "assumption", "Step of a fully open listener towards a fully credible testimony.")
    moved_feed: float = par(0.5, "1", 0, 2, "assumption", "Weight of what is read in the feed, relative to a friend's word.")
    own_blame: float = par(0.25, "1", 0, 1, "paper: East, blame moves own customers a quarter as much",
                           "Weight of blame for a firm's own customers.", neutral=1)  # fmt: skip
    warmth: float = par(0.01, "1", 0, 1, "assumption", "Step of a listener's mood towards the tone of a fully credible, plain story.")
    mood_life: float = par(42.0, "days", 1, 3650, "paper: brand perception after United 2017; half back in 2-26 weeks",
                           "Half-life of a mood: what was only heard of moves less and less.")  # fmt: skip
    noticed: float = par(0.2, "1", 0, 1, "assumption", "Part of the missing salience that a story restores.")
    sincerity_weight: float = par(0.1, "1", 0, 1, "assumption", "How much a firm's seeming sincerity weighs in how its words are taken.",
                                  neutral=0)  # fmt: skip
    sincerity_step: float = par(0.05, "1", 0, 1, "assumption", "Step of a firm's seeming sincerity at one cue.")
    mock_tone: float = par(-0.6, "1", -1, 0, "assumption", "Tone of a joke on a firm's post.")
    source_up: float = par(0.05, "1", 0, 1, "assumption", "Step of a source class's credibility after its testimony was tried.")
    referral_window: float = par(28.0, "days", 1, 365, "assumption", "How long a praising friend is credited with a first purchase.")
    referral_margin: float = par(364.0, "days", 1, 3650, "paper: Kumar 2007, first-year margin",
                                 "How long a referred customer's margin is credited.")  # fmt: skip


@rule
def deviation(satisfaction, middle, width):
    """How remarkable an episode was, in widths from the middle; good is positive."""
    return (satisfaction - middle) / width


@rule
def speaks(talkativeness, remarkable, base, good, bad, volume, u):
    """True if she tells of an episode: an asymmetric U in how `remarkable` it was, times her talkativeness."""
    slope = good if remarkable > 0 else bad
    return u < min(0.95, talkativeness * volume * (base + slope * remarkable * remarkable))


@rule
def tone(satisfaction, neutral):
    """Valence of what she says, in (-1, 1)."""
    return tanh((satisfaction - neutral) / 0.25)


@rule
def infectiousness(median, spread, cap, valence, blame_spread, vivid, z):
    """Relays that one post is to cause directly: a capped lognormal draw z ~ N(0, 1), more for blame and vivid posts."""
    drawn = min(cap, median * exp(spread * z))
    return drawn * (blame_spread if valence < 0 else 1.0) * vivid


@rule
def sees(chance, attention, items, u):
    """True if a reader sees a post among today's `items`."""
    return u < chance * min(1.0, attention / max(1.0, items))


@rule
def is_news(age, half_life):
    """How much of an item's news is left, in (0, 1], `age` hours after it was put up."""
    return exp(-LN2 * age / half_life)


@rule
def passes_on(infectious, mean_seen, interest, u):
    """True if one who saw a post relays it; `mean_seen` is how many see an average post, so reach does not inflate it."""
    return u < infectious * interest / max(1.0, mean_seen)


@rule
def relay_delay(median, spread, z):
    """Hours between seeing a post and relaying it, draw z ~ N(0, 1)."""
    return median * exp(spread * z)


@rule
def is_moved(expectation, value, step, openness, credibility, weight):
    """A listener's expectation after a testimony of `value`; the same for praise and blame."""
    return expectation + step * openness * credibility * weight * (value - expectation)


@rule
def is_touched(mood, tone, step):
    """Mood towards a firm in [-1, 1] after a step in [0, 1] towards the tone of what was heard."""
    return mood + step * (tone - mood)


@rule
def listens_to_blame(valence, bought, own_blame):
    """Weight of a testimony: own customers resist blame by the factor `own_blame`."""
    return own_blame if valence < 0 and bought > 0 else 1.0


@rule
def hour_of_day(u):
    """Hour of the day at which somebody speaks, in [7, 23), rising towards the evening."""
    return 7.0 + 16.0 * exp(0.7 * log(max(u, 1e-300)))
