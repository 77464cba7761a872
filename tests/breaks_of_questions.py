"""What is broken on purpose, third part: published facts, many worlds, verdicts."""

from breaks import Mutant

VALIDATION = "tests/experiments/validation"

OF_QUESTIONS = (
    # published facts
    Mutant("what is left of a tag is counted from its withdrawal on", "experiments/validation/tag_facts.py",
           '(since >= at + TWO_HOURS)', '(since >= at)',
           f"{VALIDATION}/test_tag_facts.py::test_what_is_left_is_counted_from_two_to_four_hours_after_the_withdrawal"),
    Mutant("a period without a post has half a star", "experiments/validation/talk_effects.py",
           'out=np.full_like(stars, np.nan)', 'out=np.full_like(stars, 0.5)',
           f"{VALIDATION}/test_talk_effects.py::test_what_is_passed_on_where_nobody_posted_has_no_tone"),
    Mutant("the tone of talk is hard-wired", "experiments/validation/talk_effects.py",
           '"valence": float(found[1])', '"valence": 0.5',
           f"{VALIDATION}/test_talk_effects.py::test_talk_without_effect_has_none"),
    Mutant("a row passes with two seeds in five outside", "experiments/validation/judged.py",
           'SHARE = 0.7', 'SHARE = 0.6',
           f"{VALIDATION}/test_rows.py::test_a_row_passes_with_its_median_and_seven_seeds_in_ten_inside"),
    Mutant("who would not refer is asked for it all the same", "experiments/validation/contact_facts.py",
           '>= WOULD - 0.5]', '>= 0.0]',
           f"{VALIDATION}/test_contact_facts.py::test_who_would_not_refer_or_never_bought_is_not_of_them"),
    Mutant("what she chose long after counts as her next choice", "experiments/validation/loyalty_facts.py",
           'first = starts[np.append(True, np.diff(starts["actor"]) != 0)]',
           'first = starts[np.append(np.diff(starts["actor"]) != 0, True)]',
           f"{VALIDATION}/test_loyalty_facts.py::test_what_goes_with_satisfaction_wholly_by_half_or_not_at_all"),
    Mutant("a busy market passes for a storm", "experiments/validation/storms.py",
           'np.convolve(there.mentions - away.mentions,', 'np.convolve(there.mentions,',
           f"{VALIDATION}/test_storms.py::test_a_storm_is_what_the_trigger_adds_and_not_a_busy_week"),
    Mutant("members are compared with those who had bought less", "experiments/validation/joint_facts.py",
           'cell = np.minimum(prior, 40) * 10 + ', 'cell = 0 * prior + ',
           f"{VALIDATION}/test_joint_facts.py::test_who_joins_is_not_what_joining_does"),
    # many worlds
    Mutant("a piece written twice is counted twice", "experiments/sweep/chunks.py",
           'keep[1:] = (number[1:] != number[:-1]) | (day[1:] != day[:-1])', 'pass',
           "tests/experiments/test_sweep.py::test_the_same_piece_written_twice_is_counted_once"),
    Mutant("what another engine made is taken as it is", "experiments/sweep/chunks.py",
           'if made != engine:', 'if False:',
           "tests/experiments/test_sweep.py::test_pieces_of_another_engine_are_said_and_taken_or_not"),
    Mutant("a worker outlives its driver", "experiments/executors.py",
           '        os._exit(1)', '        pass',
           "tests/experiments/test_workers_end.py::test_a_worker_ends_with_its_driver[SIGKILL]"),
    Mutant("several hypotheses are looked at as if each were alone", "experiments/hypotheses/judge.py",
           'one.p * (len(names) - place)', 'one.p',
           "tests/experiments/test_hypothesis_verdicts.py::test_several_hypotheses_are_corrected_by_holm"),
    Mutant("what matters is not asked", "experiments/hypotheses/judge.py",
           'return Held(low > by, chance(value, by))', 'return Held(low > 0.0, chance(value, by))',
           "tests/experiments/test_hypothesis_verdicts.py::test_conditions_at_their_edges"),
    Mutant("arms are judged in the worlds they were tuned on", "experiments/tuning/beside.py",
           'if seen:', 'if False:',
           "tests/experiments/test_tuning.py::test_worlds_that_arms_were_tuned_on_do_not_judge_them"),
)  # fmt: skip
