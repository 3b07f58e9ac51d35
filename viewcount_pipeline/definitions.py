"""What Dagster loads: see workspace.yaml."""

from viewcount_pipeline.build import build_defs

defs = build_defs()
