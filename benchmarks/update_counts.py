"""Write `benchmarks/counts.json` anew: the operation counts that CI holds the desk to.

Run it after a change that lowers counts, or that raises them for a reason worth its price:
`python benchmarks/update_counts.py`. Look at the difference before you keep it.
"""

from pathlib import Path

from assignwork.bench import count_all, write_counts

KEPT = Path(__file__).parent / "counts.json"

if __name__ == "__main__":
    write_counts(KEPT, count_all())
