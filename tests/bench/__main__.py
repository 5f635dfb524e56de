"""python -m tests.bench [NAME…]: the figures we hold ourselves to, measured here and now. Ends with 1 if one is missed."""

from __future__ import annotations

import importlib
import sys

BENCHES = {
    "feeds": ("tests.bench.feeds", "sweeping 200 feeds beside the library `reader`, and how that grows"),
    "stories": (
        "tests.bench.stories",
        "grouping and turns on scripted afternoons, and one pass after an outage",
    ),
    "relevance": ("tests.bench.relevance", "loading and judging, against 1, 100 and 1,000 watchlists"),
    "guardrails": ("tests.bench.guardrails", "precision and recall per rule, and the time of one check"),
    "release": ("tests.bench.release", "one release to 5,000 addresses and three channels, killed half way"),
}
"""Name -> (module with `run() -> bool`: prints its figures and says whether all are met, what it measures)."""


def main(names: list[str]) -> int:
    """Run the named benches, or all; 2 for a name there is none of."""
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        print(f"no bench called {', '.join(unknown)}; there are: {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    met = True
    for name in names or BENCHES:
        module, purpose = BENCHES[name]
        print(f"\n{name}: {purpose}\n", flush=True)
        met = bool(importlib.import_module(module).run()) and met
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
