"""python -m comms.serve [--demo]: the server on a free port, with one line that says where it is."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from collections.abc import MutableMapping
from pathlib import Path

ROOT = Path(__file__).parent.parent
PORTS_TRIED = 50


def main(arguments: list[str]) -> int:
    """Serve until stopped. Exit code 1 with a sentence when no port is free."""
    parser = argparse.ArgumentParser(prog="python -m comms.serve", description=__doc__)
    parser.add_argument(
        "--demo", action="store_true", help="the invented partnership and its scripted afternoon"
    )
    demo = parser.parse_args(arguments).demo
    if demo:
        demo_environment(os.environ)
    from comms.settings import settings  # after the environment is what it will be: settings are read once

    chosen = settings()
    port = free_port(chosen.host, chosen.port)
    if port is None:
        print(
            f"No port from {chosen.port} to {chosen.port + PORTS_TRIED - 1} is free. Set ONE_VOICE_PORT.",
            file=sys.stderr,
        )
        return 1
    os.environ["ONE_VOICE_PORT"] = str(port)
    os.environ["ONE_VOICE_URL"] = chosen.url or address(chosen.host, port)  # what links in e-mails begin with
    os.environ["FORWARDED_ALLOW_IPS"] = chosen.proxies  # uvicorn would believe anybody on this machine
    settings.cache_clear()
    if demo:
        from comms.demo import start

        start(settings().data)
    run(chosen.host, port)
    return 0


def demo_environment(environment: MutableMapping[str, str]) -> None:
    """The demo has its own directory, may fetch from this machine, and says that it is a demo."""
    environment["ONE_VOICE_DEMO"] = "1"
    environment["ONE_VOICE_ALLOW_LOOPBACK"] = "1"
    environment.setdefault("ONE_VOICE_DATA", str(Path("data") / "demo"))


def free_port(host: str, first: int) -> int | None:
    """The first port from `first` on that nobody listens on, else None. 0 asks the system for any."""
    if first == 0:
        return _bound(host, 0)
    return next((port for port in range(first, first + PORTS_TRIED) if _bound(host, port)), None)


def _bound(host: str, port: int) -> int | None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return None
        return int(probe.getsockname()[1])


def address(host: str, port: int) -> str:
    """Where a browser on this machine finds the server."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def run(host: str, port: int) -> None:
    """Start the application in this process and print its address when it answers."""
    import uvicorn.config

    from comms.web import life

    uvicorn.config.LOGGING_CONFIG["loggers"]["uvicorn"]["level"] = "WARNING"  # no chatter around the one line
    uvicorn.config.LOGGING_CONFIG["loggers"]["uvicorn.error"]["level"] = "WARNING"
    life.ready.append(lambda: print(f"One Voice: {address(host, port)}", flush=True))
    sys.argv = [str(ROOT / "app.py")]  # Streamlit looks for .streamlit/config.toml beside the launcher
    from app import app

    app.run(config={"server.address": host, "server.port": port, "logger.hideWelcomeMessage": True})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
