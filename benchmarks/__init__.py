"""What claims rest on: of speed, each as `python -m benchmarks.NAME`; of the verdicts, `benchmarks.quality`."""
