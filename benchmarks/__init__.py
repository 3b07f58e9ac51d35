"""What the performance claims rest on: each module measures one claim and prints its ratios."""
