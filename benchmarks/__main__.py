"""Run every benchmark, or those named: `python -m benchmarks [NAME ...]`; exit 1 when one failed."""

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def main(wanted: list[str]) -> int:
    """Each in a process of its own, so that none is measured in the memory another left behind."""
    names = wanted or sorted(path.stem for path in FOLDER.glob("[a-z]*.py"))
    failed = []
    for name in names:
        print(f"\n== {name}", flush=True)
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode != 0:
            failed.append(name)
    if failed:
        print(f"\nfailed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
