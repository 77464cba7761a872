"""Break the model on purpose: each break must be caught by the test that is there for it (`make mutants`).

A mutant is one replacement of text in a copy of the clone. The tests run on it as plain Python: nothing is compiled, so
the whole table takes two or three minutes. `make mutants ARGS="-k cent"` runs those whose name or file has a word.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.progress import track
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
PLACEBO, TWINS, TRUTHS = "tests/test_placebo.py", "tests/test_twins.py", "tests/test_truths.py"
DRAWS, CONSERVATION, WRITES = "tests/sim/test_draws.py", "tests/sim/test_conservation.py", "tests/sim/test_writes.py"
MARKET, DESK, RULES = "tests/sim/test_market.py", "tests/sim/test_desk.py", "tests/agents/test_rules.py"
DEALS, EQUAL = "tests/sim/test_deals.py", "tests/sim/test_plain_equals_compiled.py"
REPLIES, RECOVERY = "tests/sim/test_replies.py", "tests/sim/test_recovery.py"
REACH, DISCLOSURE = "tests/sim/test_reach.py", "tests/sim/test_disclosure.py"
DAMAGE, TAIL = "tests/experiments/test_damage.py", "tests/experiments/test_tail.py"
CONTEXTS, PARTNERS, TURNOVER = "tests/sim/test_contexts.py", "tests/sim/test_partners.py", "tests/sim/test_turnover.py"


class Mutant(NamedTuple):
    """A break: what is wrong in it, where, the text as it is and as it becomes, and the test that must fail."""

    name: str
    file: str
    old: str
    new: str
    test: str


MUTANTS = (
    # nothing but decisions matters
    Mutant("the market favours a strategy by name", "sim/model.py",
           'row[lever] = lever_number(decision, lever)\n',
           'row[lever] = lever_number(decision, lever)\n        row["quality"] *= 1 + 0.01 * (type(firm.strategy).__name__ == "Ecrm")\n',
           f"{PLACEBO}::test_played_back_under_another_name_the_log_is_the_same_to_the_byte[ecrm]"),
    Mutant("a seat's strategy names the pushes", "sim/model.py",
           'name = draws.name_key(key, place, target,',
           'name = draws.name_key(key, len(firm.proposition.strategy), target,',
           f"{PLACEBO}::test_played_back_under_another_name_the_log_is_the_same_to_the_byte[sd]"),
    Mutant("ecrm is not the row with all dials at 0", "agents/strategies/ecrm.py",
           'claim: float = ECRM_ROW.claim', 'claim: float = ECRM_ROW.claim + 0.001',
           f"{PLACEBO}::test_all_dials_at_nought_are_ecrm_in_everything_but_its_steps"),
    Mutant("a dial jumps at 0", "agents/strategies/dials.py",
           'level = self.dials.get(dial, 0.0)', 'level = self.dials.get(dial, 0.0) ** 0.5',
           f"{PLACEBO}::test_a_dial_at_a_hundredth_moves_at_most_a_hundredth_of_the_budget"),
    Mutant("a dial makes money", "agents/strategies/dials.py",
           'after[line] += part * freed', 'after[line] += part * freed * 1.05',
           f"{PLACEBO}::test_a_dial_neither_makes_nor_loses_money_and_does_something"),
    # money
    Mutant("one firm has a larger budget", "sim/market.py",
           'self.daily_budget = people *', 'self.daily_budget = (1.02 if firm == "focal" else 1.0) * people *',
           f"{PLACEBO}::test_every_arm_has_the_same_money_and_the_same_people_to_reach"),
    Mutant("overspending is not checked", "sim/market.py",
           'if not needed <= left * (1.0 + 1e-9) + 0.01', 'if not needed <= 2 * left',
           f"{PLACEBO}::test_a_budget_is_a_limit_and_not_a_hint"),
    Mutant("a ledger loses fractions of a cent", "sim/market.py",
           'self.carried[line] -= whole', 'self.carried[line] = 0.0',
           f"{CONSERVATION}::test_ledgers_hold_what_was_planned_to_the_cent"),
    Mutant("a line is not charged", "sim/market.py",
           'self.cents[line] += whole', 'self.cents[line] += whole if line != "asking" else 0',
           f"{CONSERVATION}::test_ledgers_hold_what_was_planned_to_the_cent"),
    Mutant("support is given though nothing is left for it", "sim/market.py",
           'return level if wanted * level <= self.set_aside or wanted == 0 else self.set_aside / wanted', 'return level',
           f"{MARKET}::test_support_is_what_was_decided_or_less"),
    Mutant("money set aside is spent twice", "sim/market.py",
           'self.set_aside = 0.0  # what', 'pass  # what',
           f"{MARKET}::test_support_never_makes_a_firm_spend_more_than_its_budget"),
    Mutant("revenue loses a cent a deal", "sim/kernels/choose.py",
           'w.log.tally[b, f, T_REVENUE] += paid', 'w.log.tally[b, f, T_REVENUE] += paid - 1',
           f"{CONSERVATION}::test_revenue_is_what_customers_paid"),
    # staff, cases, people
    Mutant("idle hours vanish", "sim/desk.py",
           'w.log.total[0, f, S_IDLE] += credit - most', 'pass',
           f"{CONSERVATION}::test_staffed_hours_are_worked_idle_or_still_there"),
    Mutant("an answer costs no time", "sim/desk.py",
           'w.desks[f, channel].credit -= needed', 'w.desks[f, channel].credit -= 0.0',
           f"{CONSERVATION}::test_staffed_hours_are_worked_idle_or_still_there"),
    Mutant("late cases stay in the queue", "sim/replies.py",
           '            leaves_queue(w, at)\n', '            pass\n',
           f"{DESK}::test_patience_ends_with_silence"),
    Mutant("places of posts are not given back", "sim/cascade.py",
           'w.free_posts[w.counter[C_POSTS]] = at\n    w.counter[C_POSTS] += 1', 'w.free_posts[w.counter[C_POSTS]] = at',
           f"{CONSERVATION}::test_pools_give_back_what_they_lend"),
    Mutant("who opted out is contacted", "sim/kernels/reach.py",
           'w.email_ok[i, f] = CLOSED', 'w.email_ok[i, f] = 1',
           f"{CONSERVATION}::test_whoever_opted_out_gets_nothing_more"),
    Mutant("a reader relays again and again", "sim/cascade.py",
           '        if w.relays[slot].row == j:\n            return True', '        if w.relays[slot].row == j:\n            return False',
           f"{CONSERVATION}::test_who_relays_has_seen_and_relays_once"),
    # chance
    Mutant("a draw is named by the row", "sim/kernels/choose.py",
           'uniform(seed, EVOKE, need, who, firm.key)', 'uniform(seed, EVOKE, need, i, firm.key)',
           f"{TWINS}::test_renumbered_rows_change_nothing"),
    Mutant("a draw is named by a running count", "sim/kernels/speak.py",
           'uniform(seed, TELL, need, who, 0)', 'uniform(seed, TELL, w.said_count[b], who, 0)',
           f"{TWINS}::test_a_trigger_in_one_half_leaves_the_other_byte_identical"),
    Mutant("a draw is named by how many people there are", "sim/kernels/choose.py",
           'uniform(seed, EVOKE, need, who, firm.key)', 'uniform(seed, EVOKE, need + w.due.shape[0], who, firm.key)',
           f"{TWINS}::test_isolated_newcomers_change_nobody_else"),
    Mutant("a draw is named by how many firms there are", "sim/kernels/choose.py",
           'uniform(seed, EVOKE, need, who, firm.key)', 'uniform(seed, EVOKE, need + w.firms.shape[0], who, firm.key)',
           f"{TWINS}::test_a_rival_nobody_knows_changes_nothing"),
    Mutant("a draw of an episode is named by the day", "sim/kernels/choose.py",
           'uniform(w.seed[0], GAP, need + 1, who, 0)', 'uniform(w.seed[0], GAP, day, who, 0)',
           f"{TWINS}::test_a_need_that_was_pulled_forward_keeps_the_rhythm_and_luck_of_those_after_it"),
    Mutant("a draw is named by the block", "sim/kernels/propose.py",
           'u = draw(today[NOTICED + j], who)', 'u = draw(today[NOTICED + j], who + b)',
           f"{EQUAL}::test_blocks_change_the_order_of_sums_and_nothing_else"),
    Mutant("pushes draw anew for every volume", "sim/kernels/propose.py",
           'np.floor(w.pushes[j].volume + draw(today[entry + 2], who))',
           'np.floor(w.pushes[j].volume + draw(today[entry + 2] + int(8 * w.pushes[j].volume), who))',
           f"{TWINS}::test_a_larger_campaign_reaches_the_same_people_and_more"),
    Mutant("events are numbered as they come", "sim/events.py",
           'row.id = key', 'row.id = log.used[b] + 1000 * day',
           f"{TWINS}::test_a_trigger_in_one_half_leaves_the_other_byte_identical"),
    Mutant("the log is sorted by hour alone", "sim/events.py",
           'np.lexsort((rows["other"], rows["actor"], rows["kind"], rows["id"], rows["hour"], rows["day"]))',
           'np.lexsort((rows["hour"], rows["day"]))',
           f"{TWINS}::test_renumbered_rows_change_nothing"),
    Mutant("draws forget the day", "sim/draws.py",
           'spaced(seed) + stream) + spaced(day))', 'spaced(seed) + stream) + spaced(day // 2))',
           f"{DRAWS}::test_draws_are_uniform_along_every_argument[day]"),
    Mutant("compiled words are mixed otherwise", "sim/draws.py",
           'return np.int64(z ^ (z >> np.uint64(31)))', 'return np.int64(z ^ (z >> np.uint64(30)))',
           f"{DRAWS}::test_machine_words_and_python_integers_mix_alike"),
    Mutant("who has no ties counts among the readers", "sim/world.py",
           'degree[degree > 0].mean()', 'degree.mean()',
           f"{TWINS}::test_isolated_newcomers_change_nobody_else"),
    Mutant("stories are heard in the order of rows", "sim/kernels/spread.py",
           'push_visit(w.queue, w.counter, time, line.key, TOLD, b, w.counter[C_AT], 0)', 'tells_friends(w, day, line, p)',
           f"{TWINS}::test_renumbered_rows_change_nothing"),
    Mutant("a friend is told the same story twice", "sim/cascade.py",
           'told = told or listener(w, line.key, earlier, strong, close, ties) == at', 'told = False',
           f"{CONSERVATION}::test_every_event_has_a_name_of_its_own"),
    Mutant("unknown firms come to mind", "sim/population.py",
           'min(0.25, known, 1.0 - known)', '0.25',
           f"{TWINS}::test_a_rival_nobody_knows_changes_nothing"),
    Mutant("luck is not parted from the seed", "sim/model.py",
           'w.seed[0] = self.seed if self.luck is None else int(self.luck)', 'w.seed[0] = self.seed',
           f"{TWINS}::test_luck_parts_worlds_and_seed_keeps_people"),
    Mutant("a null trigger leaves a mark", "sim/model.py",
           'if shock.severity == 0 and shock.vividness == 1:', 'if shock.severity < 0:',
           f"{TWINS}::test_a_null_trigger_leaves_the_log_and_the_state_as_they_are"),
    # writes
    Mutant("a write is lost: habit", "sim/kernels/judge.py",
           'pair.habit = habit + p.judgement_habit_rate * (1.0 - habit)', 'habit = habit + p.judgement_habit_rate * (1.0 - habit)',
           f"{WRITES}::test_an_episode_is_judged_as_the_rules_say"),
    Mutant("a write is lost: credibility of friends", "sim/kernels/judge.py",
           'person.cred_strong = trusts(', 'strong = trusts(',
           f"{WRITES}::test_an_episode_is_judged_as_the_rules_say"),
    Mutant("a write is lost: attachment of listeners", "sim/kernels/take_in.py",
           'pair.attachment = np.float64(pair.attachment) + p.talk_warmth', 'attachment = np.float64(pair.attachment) + p.talk_warmth',
           f"{WRITES}::test_hearing_moves_as_the_rules_say"),
    Mutant("a write is lost: help received is used up", "sim/kernels/integrate.py",
           'person.peer = 0.0', 'pass',
           f"{WRITES}::test_an_episode_is_booked_with_her_who_had_it"),
    Mutant("a write is lost: weariness of helpers", "sim/peers.py",
           'helper.weary = tires(', 'weary = tires(',
           f"{WRITES}::test_answers_in_the_community_help_teach_and_tire"),
    Mutant("a checkpoint shares what changes", "sim/world.py",
           'SHARED = {"start",', 'SHARED = {"pairs", "start",',
           f"{TWINS}::test_a_checkpoint_is_a_copy"),
    Mutant("a branch forgets the decision in force", "sim/model.py",
           'self.firms[f].decision = decision', 'pass',
           f"{TWINS}::test_a_branch_goes_on_as_the_undisturbed_run[10-sd]"),
    Mutant("a kernel that paused begins again", "sim/day.py",
           'reached[b] = at', 'reached[b] = at - 1 if at < end(b) else at',
           f"{EQUAL}::test_kernels_that_pause_for_room_go_on_where_they_were[True]"),
    # what the rules promise
    Mutant("value arises without the customer's act", "sim/kernels/integrate.py",
           'entry.act = act', 'entry.act = act\n            act = max(act, 0.1)',
           f"{TRUTHS}::test_without_the_customers_own_act_there_is_no_value[1.0-1.0]"),
    Mutant("value is given, not made", "agents/integration.py",
           'return act * (exp(s_firm * log(1 + firm) + others) - 1.0)', 'return exp(s_firm * log(1 + firm) + others) - 1.0',
           f"{RULES}::test_without_her_act_there_is_no_value_whatever_is_provided"),
    Mutant("every adaptation is a right one", "agents/integration.py",
           'return offer + reach * (desired + error - offer)', 'return offer + reach * (desired - offer)',
           f"{TRUTHS}::test_a_wrong_adaptation_is_worse_than_none_and_a_right_one_better"),
    Mutant("telling others changes the teller", "sim/kernels/speak.py",
           'line.vivid = entry.vivid', 'line.vivid = entry.vivid\n    w.pairs[i, f].habit = 1.0',
           f"{TRUTHS}::test_without_ties_and_open_places_talk_changes_no_purchase[none-True]"),
    Mutant("more crowding, more attention", "agents/attention.py",
           'min(1.0, attention / max(1.0, items))\n\n\n@rule\ndef message', 'min(1.0, items / attention)\n\n\n@rule\ndef message',
           f"{RULES}::test_a_rule_bends_the_right_way[attends--items]"),
    # networks and tables of the user's
    Mutant("a known trait moves somebody else's luck", "sim/customers_table.py",
           'people[COLUMN[trait]][row[known]] = scaled[known]',
           'people[COLUMN[trait]][row[known]] = scaled[known]\n            people["talk"] *= 1.0 + 1e-3 * known.mean()',
           "tests/sim/test_customers_table.py::test_a_known_trait_replaces_the_drawn_one_and_nothing_else[skill]"),
    Mutant("known traits go by row", "sim/customers_table.py",
           'row = order[np.minimum(np.searchsorted(people["id"][order], self.ids), len(order) - 1)]', 'row = self.ids',
           "tests/sim/test_customers_table.py::test_names_lead_to_people_whatever_their_rows"),
    Mutant("a short cut loses its tie", "sim/small_world.py",
           'owner, old = owner[taken], old[taken]', 'owner, old = owner[taken][1:], old[taken][1:]',
           "tests/sim/test_small_world.py::test_clustering_is_that_of_the_paper[10-0.6]"),
    Mutant("a directed edge is read as a tie", "sim/network_xml.py",
           'if not directed and not layer and way:', 'if not directed and not layer and way == "mutual":',
           "tests/sim/test_network_xml.py::test_edges_with_and_without_direction_may_stand_in_one_file"),
    # reach: consent, preferences, schedules, target rules, what comes to light
    Mutant("messages come more often than she set", "sim/kernels/reach.py",
           'if day - int(bond.console_day) < int(bond.console_gap):', 'if day < int(bond.console_day):',
           f"{REACH}::test_ns06_no_contact_is_outside_her_preferences"),
    Mutant("any message comes though she wants job-timed ones", "sim/kernels/reach.py",
           'if bond.console_timed > 0 and target != JOB_TIMED:', 'if bond.console_timed > 1 and target != JOB_TIMED:',
           f"{REACH}::test_ns06_no_contact_is_outside_her_preferences"),
    Mutant("the effort of a console is not booked", "sim/kernels/reach.py",
           'w.log.total[b, f, S_NET] -= p.attention_console_effort', 'pass',
           f"{REACH}::test_ns06_setting_preferences_costs_her_value_once_and_spares_a_refusal"),
    Mutant("who refused is asked as if she never had", "sim/kernels/reach.py",
           'p.attention_consent_back, refused & 2, u)', 'p.attention_consent_back, 0, u)',
           f"{REACH}::test_ns26_who_refused_stays_refused_though_others_are_asked"),
    Mutant("a firm knows of needs that nobody shared", "agents/targeting.py",
           'return days_to_need <= window and u < known', 'return days_to_need <= window',
           f"{REACH}::test_a_near_need_is_known_only_as_far_as_she_shares_it"),
    Mutant("a target rule reads a desire", "sim/kernels/reach.py",
           'in_segment(np.float64(w.lives[i].demo)', 'in_segment(np.float64(w.people[i].d0)',
           f"{REACH}::test_no_rule_reads_what_a_customer_desires"),
    Mutant("whom new levers find is not paid for", "sim/model.py",
           'audience.count_anew(decision.pushes)', 'pass',
           f"{REACH}::test_messages_are_paid_for_whom_the_new_levers_find"),
    Mutant("messages reach others than were counted", "sim/kernels/propose.py",
           'if contactable(w, i, push, day):', 'if contactable(w, i, push, day + 1):',
           f"{REACH}::test_the_people_counted_are_those_whom_messages_reach[window1-all]"),
    Mutant("a firm that never tracked is revealed", "sim/disclosure.py",
           'if level <= 0.0:', 'if level < 0.0:',
           f"{DISCLOSURE}::test_a_revelation_of_nothing_is_nothing"),
    Mutant("disclosure flatters", "agents/attention.py",
           'min(1.0, max(0.0, disclosed)) - claim)', 'min(1.0, max(claim, disclosed)) - claim)',
           f"{DISCLOSURE}::test_open_disclosure_serves_a_strong_product_and_costs_a_weak_one[0.1-0.9--1]"),
    # communities and the design phase
    Mutant("questions are answered in the order of rows", "sim/kernels/help.py",
           'day * 24.0 + line.hour, line.key, ASKED', 'day * 24.0, k, ASKED',
           f"{TWINS}::test_renumbered_rows_change_nothing_among_peers_either"),
    Mutant("ideas are looked at in the order of the table", "sim/ideas.py",
           'best < 0 or comes_first(idea, w.ideas[f, best], by_age)', 'best < 0',
           f"{TWINS}::test_renumbered_rows_change_nothing_among_peers_either"),
    Mutant("an idea that nobody looked at is lost", "sim/ideas.py",
           'w.log.tally[0, f, T_IGNORED] += 1', 'pass',
           "tests/sim/test_ideas.py::test_no_idea_gets_lost[0.0-0]"),
    Mutant("idle hours for ideas vanish", "sim/ideas.py",
           'w.log.total[0, f, S_DESIGN_IDLE] += studio.credit', 'pass',
           "tests/sim/test_ideas.py::test_staffed_hours_for_ideas_are_worked_idle_or_still_there[50.0]"),
    Mutant("taking part in design helps in use", "sim/kernels/integrate.py",
           'entry.part = 1', 'entry.part = 1\n    person.peer = 0.5',
           "tests/sim/test_ideas.py::test_codesign_acts_before_use_and_on_nothing_in_use"),
    Mutant("help is returned again and again", "sim/peers.py",
           'w.lives[i].owed = owed - 1.0', 'pass',
           "tests/sim/test_community.py::test_received_help_is_returned_once_and_more_is_answered"),
    Mutant("nobody's community ends with its firms", "sim/peers.py",
           'if community.order <= 0.0:', 'if community.order <= 0.0 or w.firms[0].community_hours <= 0.0:',
           "tests/sim/test_community.py::test_the_end_of_a_firm_is_not_the_end_of_nobodys_community"),
    # levers and biases
    Mutant("a bias that changes nothing", "agents/talk.py",
           'return own_blame if valence < 0 and bought > 0 else 1.0', 'return 0.25 if valence < 0 and bought > 0 else 1.0',
           "tests/test_biases.py::test_a_bias_acts[world.talk.own_blame]"),
    Mutant("a neutral value at which blame still weighs more", "agents/talk.py",
           '"How much more blame is passed on.", neutral=1)', '"How much more blame is passed on.", neutral=1.2)',
           "tests/test_biases.py::test_neutral_treats_good_and_bad_alike"),
    Mutant("a default that the document does not know", "agents/service.py",
           'par(15.0, "minutes", 1, 240,', 'par(16.0, "minutes", 1, 240,', "tests/experiments/test_odd.py::test_no_table_is_stale"),
    # damage and losses
    Mutant("the twin leaves its world a day late", "experiments/twins.py",
           'until = scenario.days if day is None else min(max(day, 0), scenario.days)',
           'until = scenario.days if day is None else min(max(day + 1, 0), scenario.days)',
           f"{DAMAGE}::test_damage_is_the_difference_of_two_runs"),
    Mutant("a replay's luck is its place in a piece of work", "experiments/twins.py",
           '{"luck": identity.luck, "threads"', '{"luck": list(job).index(identity), "threads"',
           f"{DAMAGE}::test_the_number_of_workers_changes_nothing"),
    Mutant("a null trigger leaves a loss", "experiments/damage.py",
           'return float(np.sum(lost * worth)) if lost.any() else 0.0', 'return float(np.sum(lost * worth)) + 1e-9',
           f"{DAMAGE}::test_a_null_trigger_does_no_damage"),
    Mutant("a week has eight days", "experiments/damage.py", 'WEEK = 7', 'WEEK = 8',
           f"{DAMAGE}::test_measures_of_a_series_made_by_hand"),
    Mutant("who is hit depends on luck", "sim/shocks.py", '(rate >= rate.mean())', '(w.pairs["bought"][:, firm] > 0)',
           f"{DAMAGE}::test_the_ordinary_customer_is_the_same_in_all_replays_and_ordinary"),
    Mutant("the loss on the border of a shortfall is left out", "experiments/tail.py",
           'part = (share - whole) * rows', 'part = 0.0 * rows', f"{TAIL}::test_expected_shortfall_of_known_losses"),
    Mutant("Hill starts at the wrong loss", "experiments/tail.py",
           'np.log(positive[:k] / positive[k])', 'np.log(positive[:k] / positive[k - 1])', f"{TAIL}::test_hill_on_paper"),
    Mutant("few losses carry a tail", "experiments/tail.py",
           'if len(losses) < fewest_for(percent):', 'if not len(losses):', f"{TAIL}::test_few_losses_carry_no_tail"),
    # deals
    Mutant("a targeted discount is for everybody", "agents/choice.py",
           'return 1.0 if (bought > 0) == (discount_to < 1.5) else 0.0', 'return 1.0',
           f"{DEALS}::test_a_targeted_discount_is_for_its_target_alone[buyers]"),
    Mutant("a price cut costs no margin", "sim/kernels/choose.py",
           ' + paid - int(np.floor(firm.list_price * order * 100.0 + 0.5))', '',
           f"{DEALS}::test_a_price_moves_revenue_and_margin_by_the_same_cents[0.3-0.5]"),
    Mutant("money given back stays margin", "sim/events.py",
           'log.tally[b, firm, T_MARGIN] -= cents', 'pass',
           f"{DEALS}::test_what_is_not_due_is_given_back_to_the_cent[0]"),
    Mutant("the supplier of a contract is forgotten", "sim/kernels/choose.py",
           ' and held != f:', ':',
           f"{DEALS}::test_the_supplier_of_a_contract_comes_to_mind_however_long_ago_she_heard"),
    Mutant("a bound customer follows offers of others", "sim/kernels/choose.py",
           'chosen = bound if running else', 'chosen = bound if running and person.offer_firm < 0 else',
           f"{DEALS}::test_under_a_running_contract_there_is_no_choice_and_at_its_end_there_is"),
    # arms that meet
    Mutant("an arm keeps the best seat", "experiments/contest.py",
           'arms[(k - turn) % count]', 'arms[k % count]',
           "tests/experiments/test_contest.py::test_seats_rotate_so_that_every_arm_sits_everywhere"),
    Mutant("a share of pushing jumps", "agents/strategies/push_share.py",
           'shares = {line: push *', 'push = round(push, 1)\n        shares = {line: push *',
           "tests/agents/test_strategies.py::test_a_share_of_pushing_mixes_two_ends_in_a_straight_line_at_the_same_cost"),
    Mutant("rivals play on as they did", "experiments/matrix.py",
           'if firm != "focal":', 'if firm == "rival_1":',
           "tests/experiments/test_contest.py::test_a_column_is_the_comparison_against_those_rivals"),
    # the desk
    Mutant("expiry takes whoever stands first", "sim/desk.py",
           'w.cases[case.prev].next = case.next', 'desk.head = case.next',
           f"{DESK}::test_whoever_runs_out_of_patience_leaves_the_queue_wherever_she_stands[0.0]"),
    Mutant("time is booked at the hours of tomorrow", "sim/desk.py",
           '    accrues(w, time, f, channel)\n    desk.rate = staffed\n', '    desk.rate = staffed\n    accrues(w, time, f, channel)\n',
           f"{DESK}::test_hours_that_change_at_noon_are_booked_at_the_old_rate_until_then"),
    Mutant("a case that is put back was worked on all the same", "sim/desk.py",
           'w.log.total[0, f, S_WORKED] -= case.minutes / 60.0', 'pass',
           f"{DESK}::test_staffed_hours_are_accounted_for_when_they_change_under_a_case[hours0]"),
    Mutant("an answer that was taken up anew comes twice", "sim/replies.py",
           'if desk.busy != at or desk.finish != time:', 'if desk.busy < -1:',
           f"{RECOVERY}::test_every_case_is_answered_or_late_or_on_its_way[moody]"),
    Mutant("money given back stays in the takings", "sim/events.py",
           'log.tally[b, firm, T_REVENUE] -= cents', 'pass',
           f"{RECOVERY}::test_revenue_is_what_customers_paid_less_what_was_given_back"),
    Mutant("money in private teaches to shout", "sim/onlookers.py",
           'money = case.money * case.shown', 'money = case.money',
           "tests/sim/test_onlookers.py::test_money_given_in_the_open_teaches_onlookers_to_shout"),
    Mutant("nobody minds a lie", "sim/kernels/judge.py",
           'satisfied -= p.recovery_lie', 'pass',
           f"{REPLIES}::test_a_lie_works_at_first_and_is_found_out_later"),
    Mutant("silos hold cases up though nobody waits", "sim/desk.py",
           'delay = 0.0 if free else firm.handover_delay', 'delay = firm.handover_delay\n    free = False',
           f"{REPLIES}::test_removing_a_silo_changes_the_time_of_resolution_but_not_where_queues_are_empty"),
    # people and the resources around them
    Mutant("a context is drawn by the day", "sim/kernels/choose.py",
           'context = context_number(w, common, who, need, p)', 'context = context_number(w, common, who, day, p)',
           f"{CONTEXTS}::test_a_context_belongs_to_the_need_whatever_firms_do"),
    Mutant("what a context is to her hangs on luck", "sim/kernels/context.py",
           'thirds(uniform(w.seed[1], CONTEXT, 0, who, 2 * context))', 'thirds(uniform(w.seed[0], CONTEXT, 0, who, 2 * context))',
           f"{CONTEXTS}::test_what_a_context_is_to_her_stays_when_luck_changes"),
    Mutant("firms see the context unasked", "agents/learning.py",
           'return error - (1.0 - known) * shift', 'return error',
           f"{CONTEXTS}::test_adaptation_aims_at_the_context_only_as_far_as_she_shares_it[0.0-False]"),
    Mutant("a theme is heard where no meaning is kept", "sim/kernels/propose.py",
           'if p.choice_meaning > 0.0:', 'if p.choice_meaning >= 0.0:',
           f"{CONTEXTS}::test_without_weight_no_meaning_is_kept_and_themes_change_nothing"),
    Mutant("a partner that left still helps", "sim/kernels/complement.py",
           'joins = partner.here > 0 and works_with(', 'joins = partner.here >= 0 and works_with(',
           f"{PARTNERS}::test_an_alliance_covers_more_jobs_and_the_firm_then_depends_on_it"),
    Mutant("partners work for nothing", "agents/integration.py",
           'return margin - alliance * share * paid', 'return margin',
           f"{PARTNERS}::test_partners_are_paid_by_the_deal"),
    Mutant("an alliance draws its own luck", "sim/kernels/complement.py",
           'PARTNER_JOINS, need, who, partner.key', 'PARTNER_JOINS, need, who, partner.key + int(8 * alliance)',
           f"{PARTNERS}::test_whoever_would_have_found_it_has_it_by_alliance_too"),
    Mutant("a cut of public resources stays", "sim/shocks.py",
           'if shock.day <= model.day < shock.day + shock.days:', 'if shock.day <= model.day:',
           f"{PARTNERS}::test_a_cut_of_public_resources_lasts_as_long_as_it_says"),
    Mutant("a successor bears the old name", "sim/turnover.py",
           'w.people[rows], w.due[rows], w.ids[rows] = people, due, new', 'w.people[rows], w.due[rows] = people, due',
           f"{TURNOVER}::test_whoever_leaves_is_succeeded_and_nobody_is_lost"),
    Mutant("a successor remembers", "sim/turnover.py",
           'w.pairs[rows] = make_pairs(seed, new, firms, world.customers, world.trust, day + 1)', 'w.pairs["taste"][rows] = 0.0',
           f"{TURNOVER}::test_a_successor_is_somebody_else_and_remembers_nothing"),
    Mutant("members who left stay on the list", "sim/turnover.py",
           'drops(w.member_count, k, rows, w.members, w.ring, w.members)', 'pass',
           f"{TURNOVER}::test_followers_and_members_are_who_they_are"),
    Mutant("somebody leaves in the middle of a case", "sim/turnover.py",
           'return rows[~np.isin(rows, busy(w))] if len(rows) else rows', 'return rows',
           f"{TURNOVER}::test_nobody_leaves_in_the_middle_of_a_case"),
    Mutant("a checkpoint shares who people are", "sim/world.py",
           'SHARED = {"start", "other",', 'SHARED = {"ids", "start", "other",',
           f"{TURNOVER}::test_a_checkpoint_keeps_the_people_it_was_taken_of"),
    Mutant("successors are named by their row", "sim/turnover.py",
           'new = old + stride(len(w.ids))', 'new = rows + stride(len(w.ids)) * (1 + old // stride(len(w.ids)))',
           f"{TURNOVER}::test_renumbered_rows_change_nothing_in_a_changing_population"),
)  # fmt: skip


def copied(folder: Path) -> Path:
    """A copy of the clone's files, as a package that can be imported from `folder`."""
    listing = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True, check=True, encoding="utf-8",
    )  # fmt: skip
    names = [name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file() and not name.startswith("results/")]
    for name in names:
        target = folder / "valuescape" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target)
    return folder / "valuescape"


def python(package: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run an interpreter that imports this copy, uncompiled worlds, without traces in the clone."""
    environment = os.environ | {"PYTHONPATH": str(package.parent), "VALUESCAPE_PLAIN": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "-P", *arguments], cwd=package, env=environment, capture_output=True, encoding="utf-8", errors="replace"
    )


def pytest(package: Path, *tests: str) -> subprocess.CompletedProcess[str]:
    """Run tests of a copy; the first failure ends it."""
    return python(package, "-m", "pytest", "-q", "-x", "--no-header", "-p", "no:cacheprovider", *tests)


def verdict(mutant: Mutant) -> tuple[str, str]:
    """(caught, survived or broken; the line that says why) of a mutant."""
    with tempfile.TemporaryDirectory() as folder:
        package = copied(Path(folder))
        path = package / mutant.file
        text = path.read_text(encoding="utf-8")
        if text.count(mutant.old) != 1:
            return "broken", f"its text stands {text.count(mutant.old)} times in {mutant.file}"
        path.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8", newline="\n")
        done = pytest(package, mutant.test)
        lines = done.stdout.splitlines()
        failed = next((line for line in lines if line.startswith("FAILED")), "")
        why = next((line[1:].strip() for line in lines if re.match(r"E\s+\S", line)), lines[-1] if lines else done.stderr.strip())
        if done.returncode == 0:
            return "survived", why
        if done.returncode == 1 and failed and not re.match(r"(Name|Syntax|Import|Attribute|Type)Error", why):
            return "caught", why
        return "broken", why


def main() -> int:
    """Print the table; 1 if a mutant survives or is none."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-k", default="", metavar="WORD", help="only those with this word in their name or file")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many at once")
    options = parser.parse_args()
    chosen = [mutant for mutant in MUTANTS if options.k in mutant.name or options.k in mutant.file]
    if not chosen:
        parser.error(f"no mutant has {options.k!r} in its name or file")
    console = Console(width=None if sys.stdout.isatty() else 200)
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(options.jobs) as pool:
        package = copied(Path(folder))
        where = python(package, "-c", "import valuescape; print(valuescape.__file__)").stdout.strip()
        if Path(where).parent != package:
            console.print(f"the copy is not what is imported, but {where}", markup=False)
            return 1
        files = sorted({mutant.test.split("::")[0] for mutant in chosen})
        unbroken = [pool.submit(pytest, package, *sorted({m.test for m in chosen if m.test.startswith(file)})) for file in files]
        found = list(track(pool.map(verdict, chosen), total=len(chosen), console=console, disable=not sys.stdout.isatty()))
        for whole in (future.result() for future in unbroken):
            if whole.returncode != 0:
                console.print(f"the tests fail on the unbroken model already:\n{whole.stdout[-3000:]}", markup=False)
                return 1
    table = Table("mutant", "file", "test that must fail", "verdict", "why", title="Mutants")
    for mutant, (word, why) in zip(chosen, found, strict=True):
        colour = {"caught": "green", "survived": "bold red", "broken": "bold yellow"}[word]
        table.add_row(mutant.name, mutant.file, mutant.test.split("::")[-1], f"[{colour}]{word}[/]", why[:44].replace("[", r"\["))
    console.print(table)
    lost = [mutant.name for mutant, (word, _) in zip(chosen, found, strict=True) if word != "caught"]
    console.print(
        f"{len(chosen) - len(lost)} of {len(chosen)} mutants caught" + (f"; not: {', '.join(lost)}" if lost else ""), markup=False
    )
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
