"""Ask a source by whatever way its kind is asked: a web address, or a mailbox."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime

from monitors.fetch import Fetcher
from monitors.kinds import Kind
from monitors.outcomes import NO_VALIDATORS, Outcome, Validators


def ask(
    fetcher: Fetcher,
    url: str,
    *,
    kind: Kind,
    options: Mapping[str, object],
    validators: Validators = NO_VALIDATORS,
    now: datetime,
) -> Outcome:
    """One exchange within the kind's limits. Secrets that the options name are taken from the environment now."""
    if kind is Kind.MAIL:
        from monitors import mailbox

        password = secret(options.get("password"), os.environ)
        return mailbox.fetch(fetcher, url, password, validators, limits=kind.limits)
    return fetcher.fetch(
        url, validators, limits=kind.limits, headers=headers_of(options, os.environ), now=now
    )


def headers_of(options: Mapping[str, object], environment: Mapping[str, str]) -> dict[str, str]:
    """A source's own request headers."""
    written = options.get("headers")
    if not isinstance(written, Mapping):
        return {}
    return {str(name): secret(value, environment) for name, value in written.items()}


def secret(value: object, environment: Mapping[str, str]) -> str:
    """An option's text; `$NAME` is taken from the environment, so that no secret is stored."""
    text = value if isinstance(value, str) else ""
    return environment.get(text[1:], "") if text.startswith("$") else text
