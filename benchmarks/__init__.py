"""What the claims rest on: of speed, each as `python -m benchmarks.NAME`; of how right the verdicts are, in `quality`."""
