"""Simulated queues against their exact answers: how often the intervals contain them.

    python benchmarks/simulation_proofs.py [--experiments 100] [--replications 10] [--only M/M/20]

For each system as many independent experiments as asked for, each of some replications with a
95 % interval of Student's t. The count of intervals that contain the exact answer must be one that
95 % intervals have (binomial, two-sided, one in a thousand); the program ends with 1 if one is not.
Windows are twice as long as in the tests: the mean waits of short runs are so skewed that intervals
of ten of them are somewhat too narrow.
"""

import argparse
import sys
import time
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "tests" / "simulation" / "queueing"))

from intervals import CONFIDENCE, believable, covered, distance, experiments
from systems import SYSTEMS

write = sys.stdout.write
LONGER = 2
COLUMNS = f"{'system':40} {'figure':8} {'exact':>8} {'mean':>8} {'errors':>7} {'contain it':>12}"


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--experiments", type=int, default=100)
    options.add_argument("--replications", type=int, default=10)
    options.add_argument("--only", default="", help="systems whose names contain this")
    asked = options.parse_args()
    sys.exit(0 if table(asked.experiments, asked.replications, asked.only) else 1)


def table(count, replications, only):
    """Print a line for each figure; whether all counts are believable."""
    write(f"{count} experiments of {replications} replications, {CONFIDENCE:.0%} intervals\n")
    write(COLUMNS + "\n")
    begun, fine = time.perf_counter(), True
    for system in SYSTEMS:
        if only not in system.name:
            continue
        for name, values in experiments(system, count, replications, longer=LONGER).items():
            exact = system.exact[name]
            hits = int(covered(values, exact).sum())
            trusted = believable(hits, count)
            fine = fine and trusted
            write(
                f"{system.name:40} {name:8} {exact:8.4f} {values.mean():8.4f} "
                f"{distance(values, exact):+7.2f} {hits:5} of {count}{'' if trusted else '  NO'}\n"
            )
            sys.stdout.flush()
    write(f"{time.perf_counter() - begun:.0f} s\n")
    return fine


if __name__ == "__main__":
    main()
