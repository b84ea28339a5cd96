"""What docs/redis/leaderboards.md promises."""

PAGE = "redis/leaderboards"


def test_board_answers_in_order_and_counts_ranks_from_zero(run_script, redis_server):
    run_script(f"{PAGE}/leaderboard.py")
    assert redis_server.client().zrevrank("board:2026-W47", "amina") == 0


def test_neighbours_of_a_player(run_script, redis_server):
    run_script(f"{PAGE}/around_me.py")


def test_equal_scores_are_ordered_by_name(run_script, redis_server):
    run_script(f"{PAGE}/ties.py")
    assert redis_server.client().zrange("board:ties", 0, -1) == ["a", "b", "c"]


def test_who_was_first_wins_when_time_is_in_the_score(run_script, redis_server):
    names = run_script(f"{PAGE}/first_wins.py")
    assert redis_server.client().zrange("race", 0, -1, desc=True) == ["b", "c", "a"]
    most = 2**53 // names["WEEK"] - 1
    assert float(names["score"](most, 0)) != float(names["score"](most, 1))


def test_score_with_too_many_digits_loses_the_tie_break(run_script, redis_server):
    names = run_script(f"{PAGE}/too_precise.py")
    assert names["FIRST"] > names["LATER"]
    assert redis_server.client().zrange("sprint", 0, 0, desc=True) == ["c"], "the wrong one wins"


def test_weekly_boards_follow_iso_weeks_and_add_up(run_script, redis_server):
    run_script(f"{PAGE}/weekly.py")


def test_different_visitors_are_counted_within_two_percent(run_script, redis_server):
    names = run_script(f"{PAGE}/visitors.py")
    assert abs(names["counted"] - 10_000) < 200
