"""From a request's text to its answer: documents parsed and judged once, limits, execution."""
