"""What the performance claims rest on; each is run as `python -m benchmarks.NAME` and prints its figures."""
