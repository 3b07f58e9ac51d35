"""What is judged of each day: facts in, a judgment with a sentence out. Knows no Dagster; `check_results` does."""
