"""Who acts: rules as short scalar functions with their parameters beside them, firms, strategies."""
