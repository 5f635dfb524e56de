"""python -m monitors COMMAND: the commands of the watching half, one line each in the table below."""

from __future__ import annotations

import importlib
import sys

COMMANDS = {
    "sweep": ("monitors.commands", "poll what is due once, or every address of a file"),
    "watch": ("monitors.commands", "sweep for ever"),
    "check": ("monitors.commands", "say what an address would give, without keeping it"),
    "add": ("monitors.commands", "add a source"),
    "import": ("monitors.commands", "add the sources of an OPML file"),
    "export": ("monitors.commands", "write the sources as OPML"),
    "status": ("monitors.commands", "how each source is doing, in words"),
    "parse": ("monitors.parse", "read documents from files and print their items"),
    "assess": ("monitors.relevance", "judge items against a watchlist"),
    "evaluate": ("monitors.relevance", "print the figures of the relevance model on a marked file"),
    "replay": ("monitors.stories", "play feed documents in time order and print items, alerts and turns"),
}
"""Command -> (module with `command(name, arguments) -> exit code`, what it does)."""


def main(arguments: list[str]) -> int:
    """Run one command; exit code 2 with the list of commands when the name is missing or unknown."""
    if not arguments or arguments[0] not in COMMANDS:
        asked_for_help = bool(arguments) and arguments[0] in {"-h", "--help"}
        out = sys.stdout if asked_for_help else sys.stderr
        print("python -m monitors COMMAND, where COMMAND is one of:", file=out)
        for name, (_, purpose) in COMMANDS.items():
            print(f"  {name:9} {purpose}", file=out)
        return 0 if asked_for_help else 2
    name, *rest = arguments
    module = importlib.import_module(COMMANDS[name][0])
    return int(module.command(name, rest))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
