"""What rigour asks of an agent-based model, how it is met here, and which test covers it: said line by line, also where it is not.

Asked by Rand & Rust (2011) for agent-based models in marketing, and by the ODD protocol (Grimm et al. 2020) of a description.
A test fails where a named test no longer exists.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

State = Literal["met", "partly", "not yet"]


class Line(NamedTuple):
    """One thing asked: under which heading, what, whether and how it is met, and the tests (path under tests/::name) that hold it."""

    heading: str
    asked: str
    state: State
    how: str
    tests: tuple[str, ...] = ()


DECISION, VERIFICATION, VALIDATION, REPLICATION = "Choice of the method", "Verification", "Validation", "Replication"

GUIDELINES = (
    Line(DECISION, "Is an agent-based model called for: some thousand heterogeneous actors, local interaction, time, adaptation", "met",
         "talk runs along ties, attention is shared, skill and trust build up; where none of that acts the model returns a known law "
         "without it",
         ("test_truths.py::test_with_taste_alone_a_brand_is_bought_as_dirichlet_says",
          "test_truths.py::test_without_ties_and_open_places_talk_changes_no_purchase")),
    Line(VERIFICATION, "Documentation of the conceptual design", "met", "this document; each rule is a short function with its formula",
         ("experiments/test_odd.py::test_it_has_the_headings_of_the_protocol",
          "agents/test_rules.py::test_a_rule_is_short_plain_and_takes_chance_last")),
    Line(VERIFICATION, "Documentation of the constructed model", "met",
         "tables made from the declarations; every number with unit, range and source; decisions numbered in CONTRIBUTING.md",
         ("experiments/test_odd.py::test_no_table_is_stale", "agents/test_parameters.py::test_a_declaration_is_complete")),
    Line(VERIFICATION, "Programmatic testing: unit tests", "met", "every rule by bounds and direction, every metric against a log by hand",
         ("agents/test_rules.py::test_a_rule_is_finite_and_within_its_bounds", "agents/test_rules.py::test_a_rule_bends_the_right_way",
          "sim/test_metrics_catalogue.py::test_every_metric_is_worked_out_on_paper")),
    Line(VERIFICATION, "Programmatic testing: code walkthroughs, and that tests can fail", "partly",
         "imports and writes of each phase are read by tests, and `make mutants` breaks each guarantee on purpose; no walkthrough "
         "by an outsider is on record",
         ("test_architecture.py::test_each_check_catches_what_it_forbids",
          "sim/test_writes.py::test_a_phase_touches_only_what_is_its_own")),
    Line(VERIFICATION, "Programmatic testing: debugging and formal testing", "met",
         "the compiled day equals the plain one bit by bit; people, cents and staff hours are conserved; columns keep to their ranges",
         ("sim/test_plain_equals_compiled.py::test_the_compiled_days_are_the_plain_ones",
          "sim/test_market.py::test_cents_are_whole_and_no_fraction_is_lost",
          "sim/test_recovery.py::test_staffed_hours_are_worked_idle_or_in_hand", "sim/test_model.py::test_long_worlds_stay_in_range")),
    Line(VERIFICATION, "Test cases: corner cases", "met", "worlds of two people, no firm known, no ties, no act, no budget",
         ("sim/test_model.py::test_tiny_worlds_live", "test_truths.py::test_without_the_customers_own_act_there_is_no_value",
          "test_truths.py::test_unknown_firms_are_not_bought_from_and_pushing_makes_them_known")),
    Line(VERIFICATION, "Test cases: sampled cases", "met", "any admissible numbers make a world that lives",
         ("sim/test_ranges.py::test_any_numbers_make_a_world_that_lives_and_is_the_same_plain_and_compiled",)),
    Line(VERIFICATION, "Test cases: specific scenarios", "met", "silence, a lie found out, a withdrawn tag, a firm that leaves, by hand",
         ("sim/test_silence.py::test_by_hand_one_friend_tells_another_or_does_not",
          "sim/test_threads.py::test_a_withdrawn_tag_is_not_shown_any_more",
          "sim/test_replies.py::test_a_lie_works_at_first_and_is_found_out_later")),
    Line(VERIFICATION, "Test cases: relative values", "met", "every lever and every bias acts, and a larger campaign reaches more people",
         ("test_levers.py::test_a_lever_acts", "test_biases.py::test_a_bias_acts",
          "test_twins.py::test_a_larger_campaign_reaches_the_same_people_and_more")),
    Line(VALIDATION, "Micro-face: mechanisms and properties of actors look like those of the world", "partly",
         "rules rest on named findings where a source is given; most numbers are assumptions, and nobody outside has judged them",
         ("agents/test_parameters.py::test_a_declaration_without_a_known_unit_or_source_is_refused",
          "agents/test_rules.py::test_attachment_is_capped_and_grows_faster_than_satisfaction")),
    Line(VALIDATION, "Macro-face: patterns of the whole look like those of the world", "partly",
         "small brands suffer twice, networks meet the measured bands, custom falls with price as it does; other patterns by `valuescape "
         "validate`",
         ("test_truths.py::test_small_brands_suffer_twice", "sim/test_network_builder.py::test_meets_every_band",
          "sim/test_deals.py::test_custom_falls_with_price_as_much_as_is_known_of_brands")),
    Line(VALIDATION, "Empirical input: what goes in comes from data, and its source is said", "partly",
         "each number says whether paper, data, calibration or assumption; the users' own network and customers can be given",
         ("agents/test_parameters.py::test_a_declaration_is_complete",
          "experiments/test_compare.py::test_a_network_keeps_its_ties_and_traits_go_with_the_seed")),
    Line(VALIDATION, "Empirical output: stylised facts, with data not used for fitting", "partly",
         "`valuescape validate` measures 33 published facts on 20 seeds, 18 of which nothing may be tuned to; most of these are missed, "
         "and each is published with its number and reason",
         ("experiments/validation/test_validate.py::test_the_readme_shows_the_table_of_the_reference",
          "experiments/validation/test_rows.py::test_a_row_passes_with_its_median_and_seven_seeds_in_ten_inside")),
    Line(VALIDATION, "Empirical output: cross-validation against another model or market", "not yet",
         "known laws of buying are returned where nothing but taste acts, but no other model and no second market has been compared"),
    Line(REPLICATION, "The same result again, by anybody", "met",
         "same manifest, same bytes, whatever the number of threads or processes; a folder holds all that remakes it",
         ("sim/test_plain_equals_compiled.py::test_a_fresh_process_repeats_the_run_and_compiles_nothing",
          "experiments/test_compare.py::test_processes_change_nothing", "experiments/test_map.py::test_processes_change_nothing")),
    Line(REPLICATION, "Replication by others from the description alone", "not yet", "nobody has built the model anew from this document"),
    Line(REPLICATION, "Claims fixed before they are run, with the result that would refute them", "partly",
         "ten hypotheses and the map of who wins are fixed and their digests kept (`valuescape hypotheses`); the repository's history "
         "shows the order, no register of others does",
         ("experiments/test_hypotheses.py::test_the_plans_are_as_they_were_fixed",
          "experiments/test_map_plan.py::test_the_plan_is_as_it_was_fixed")),
)  # fmt: skip
"""Rand & Rust (2011), and that claims are fixed beforehand."""

ODD_SECTIONS = (
    Line("1", "Purpose and patterns", "partly", "stated; that the patterns appear is tested for some of them",
         ("test_truths.py::test_small_brands_suffer_twice", "sim/test_network_builder.py::test_meets_every_band")),
    Line("2", "Entities, state variables and scales", "met", "tables from the columns",
         ("experiments/test_odd.py::test_every_column_has_its_sentence_and_no_sentence_is_left_over",)),
    Line("3", "Process overview and scheduling", "met", "ten phases; what each calls is read from the code",
         ("experiments/test_odd.py::test_the_phases_ask_every_rule_of_the_engine",
          "sim/test_plain_equals_compiled.py::test_the_day_has_ten_phases_and_each_has_a_kernel_or_a_method")),
    Line("4", "Basic principles", "met", "no value without her act, whatever is provided",
         ("agents/test_rules.py::test_without_her_act_there_is_no_value_whatever_is_provided",)),
    Line("4", "Emergence", "met", "no rule reads a strategy or a role; played back under another name a run is the same to the byte",
         ("test_architecture.py::test_code_keeps_its_shape",
          "test_placebo.py::test_played_back_under_another_name_the_log_is_the_same_to_the_byte")),
    Line("4", "Adaptation", "partly", "customers adapt; built-in firms spend fixed shares and do not",
         ("sim/test_model.py::test_firms_are_asked_as_often_as_the_world_says",)),
    Line("4", "Objectives", "met", "a logit over utilities; a firm has its strategy and no other aim",
         ("test_truths.py::test_with_taste_alone_a_brand_is_bought_as_dirichlet_says",)),
    Line("4", "Learning", "met", "skill, credibility and belief move as the rules say",
         ("sim/test_writes.py::test_an_episode_is_judged_as_the_rules_say", "sim/test_writes.py::test_hearing_moves_as_the_rules_say")),
    Line("4", "Prediction", "met", "expectation is all that is held of the future",
         ("agents/test_rules.py::test_belief_moves_towards_the_claim_and_not_beyond",)),
    Line("4", "Sensing", "met", "a firm's view holds its books and nothing of what customers feel",
         ("sim/test_model.py::test_views_hold_the_firms_own_books_and_nothing_of_what_customers_feel",
          "sim/test_model.py::test_a_view_leads_to_nothing_behind_it")),
    Line("4", "Interaction", "met", "what happens in one half leaves an unconnected one as it is",
         ("test_twins.py::test_a_trigger_in_one_half_leaves_the_other_byte_identical",
          "test_twins.py::test_with_ties_between_them_the_halves_do_touch")),
    Line("4", "Stochasticity", "met", "named draws that are uniform and know nothing of each other",
         ("sim/test_draws.py::test_draws_are_uniform_along_every_argument",
          "sim/test_draws.py::test_neighbours_along_every_argument_know_nothing_of_each_other",
          "sim/test_draws.py::test_no_draw_is_named_by_a_row_or_by_a_running_number")),
    Line("4", "Collectives", "met", "communities and neighbourhoods act through their members alone",
         ("sim/test_community.py::test_a_community_empties_when_its_helpers_burn_out",)),
    Line("4", "Observation", "met", "every metric is computed from the log, and measuring changes nothing",
         ("sim/test_ledger.py::test_a_log_alone_says_the_same_as_far_as_it_says_anything",
          "sim/test_ledger.py::test_measuring_changes_nothing_in_the_world")),
    Line("5", "Initialization", "met", "a burn-in with one practice for all, branched by all arms",
         ("sim/test_model.py::test_during_the_burn_in_all_firms_are_on_the_same_strategy",
          "experiments/test_compare.py::test_arms_branch_from_one_checkpoint_and_seats_are_all_that_differs")),
    Line("6", "Input data", "met", "network files and tables of customers, mended or refused by line",
         ("experiments/test_compare.py::test_a_network_keeps_its_ties_and_traits_go_with_the_seed",
          "experiments/test_setting.py::test_a_table_of_customers_is_part_of_what_a_result_is")),
    Line("7", "Submodels", "met", "rules, numbers, levers and prices as tables",
         ("experiments/test_odd.py::test_every_declared_number_lever_price_and_bias_is_in_a_table",)),
)  # fmt: skip
"""The sections of the ODD protocol, the design concepts one by one."""


def guidelines() -> str:
    """The guidelines as a Markdown table, as the ODD document holds it."""
    return _table("part", GUIDELINES)


def sections() -> str:
    """The sections of the protocol as a Markdown table."""
    return _table("section", ODD_SECTIONS)


def _table(first: str, lines: tuple[Line, ...]) -> str:
    from .odd import grid

    rows = [[line.heading, line.asked, line.state, line.how, ", ".join(f"`{test}`" for test in line.tests) or "-"] for line in lines]
    return grid([first, "what is asked", "state", "how it is met here", "tests"], rows)
