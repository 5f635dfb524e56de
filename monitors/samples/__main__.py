"""python -m monitors.samples: serve the sample feeds until interrupted."""

from __future__ import annotations

import argparse
import sys
import threading

from monitors.samples import SampleServer, afternoons


def main(arguments: list[str]) -> int:
    """Serve until interrupted; the addresses go to standard output, one a line."""
    parser = argparse.ArgumentParser(prog="python -m monitors.samples", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port")
    parser.add_argument(
        "--speed", type=float, default=1.0, help="how many times as fast a scripted afternoon runs"
    )
    parser.add_argument("--play", choices=sorted(afternoons()), help="begin this afternoon at once")
    asked = parser.parse_args(arguments)
    if asked.speed <= 0:
        parser.error("--speed must be more than 0")
    try:
        town = SampleServer(asked.port, speed=asked.speed)
    except OSError as refused:
        parser.error(f"port {asked.port} cannot be used: {refused.strerror}")
    with town:
        print(f"Alder Falls at {town.address}/", flush=True)
        for feed in town.feeds.values():
            print(f"{feed.kind:7} {feed.url}  {feed.title}", flush=True)
        print(f"To begin an afternoon: curl -X POST {town.address}/play/overpass", flush=True)
        if asked.play:
            town.play(asked.play)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
