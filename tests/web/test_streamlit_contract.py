"""What we rely on in Streamlit beyond its documentation. When one of these fails after an upgrade, read it first."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path
from typing import Any

import pytest
import streamlit
from streamlit import config
from streamlit.runtime.scriptrunner import script_runner
from streamlit.web.server.app_discovery import discover_asgi_app
from streamlit.web.server.starlette import starlette_websocket

from comms.web.identity import HEADER, USER_KEY
from tests.conftest import Screen
from tests.harness import ROOT, World

OURS: dict[str, Any] = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))


def test_we_run_the_minor_version_that_was_measured() -> None:
    assert streamlit.__version__.startswith("1.67.")


@pytest.mark.parametrize(
    "option",
    [
        f"{section}.{name}"
        for section, values in OURS.items()
        for name, value in values.items()
        if not isinstance(value, dict)
    ],
)
def test_every_option_we_set_exists(option: str) -> None:
    assert option in config._config_options_template


@pytest.mark.parametrize("option", ["server.trustedUserHeaders", "runner.postScriptGC"])
def test_the_hidden_options_are_read_from_our_file(option: str) -> None:
    template = config._config_options_template[option]
    assert template.visibility == "hidden"
    section, name = option.split(".")
    assert name in OURS[section]


def test_the_forced_collection_after_each_run_asks_the_option() -> None:
    source = Path(script_runner.__file__).read_text(encoding="utf-8")
    assert 'get_option("runner.postScriptGC")' in source
    assert OURS["runner"]["postScriptGC"] is False


def test_streamlit_takes_the_user_from_our_header_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    from starlette.datastructures import Headers

    mapping = {HEADER: USER_KEY}
    monkeypatch.setattr(config, "get_option", lambda _name: mapping)
    seen = starlette_websocket.gather_user_info(Headers({HEADER.lower(): "7:ab", "x-other": "8:cd"}))
    assert seen == {USER_KEY: "7:ab"}
    assert OURS["server"]["trustedUserHeaders"] == f'{{"{HEADER}": "{USER_KEY}"}}'


def test_streamlit_finds_the_application_in_the_launcher() -> None:
    found = discover_asgi_app(ROOT / "app.py")
    assert (found.is_asgi_app, found.app_name) == (True, "app")


def test_the_launcher_is_a_launcher_and_nothing_else() -> None:
    tree = ast.parse((ROOT / "app.py").read_text(encoding="utf-8"))
    kinds = [type(node).__name__ for node in tree.body]
    assert set(kinds) <= {"Expr", "ImportFrom", "Import", "Assign"}
    assert kinds.count("Assign") == 1


def test_nothing_calls_home() -> None:
    assert OURS["browser"]["gatherUsageStats"] is False
    assert OURS["client"]["showErrorDetails"] == "none"
    assert OURS["server"]["address"] == "127.0.0.1"


def test_screens_run_without_a_server_and_the_second_one_is_cheap(screen: Screen, world: World) -> None:
    stranger = screen("main.py", None).run()
    assert not stranger.exception
    assert any("not signed in" in words.value for words in (*stranger.error, *stranger.text))
    dana = screen("main.py", world.actor("dana"))
    assert dana._bidi_component_manager is stranger._bidi_component_manager
    dana.run()
    assert not any("not signed in" in words.value for words in (*dana.error, *dana.text))
