"""How often the verdicts are right: labelled histories through the public commands, and what is flagged of them."""
