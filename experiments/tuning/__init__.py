"""Equal tuning: every arm's free numbers found by the same search, with as many tries, on worlds that no verdict is taken from."""
