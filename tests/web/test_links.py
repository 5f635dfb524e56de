"""A signed link says that we wrote it, for one purpose, in one partnership."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comms import links


def test_a_link_comes_back_as_it_was_signed(tmp_path: Path) -> None:
    payload = {"ask": 12, "wörter": "für Émile 🚸"}
    assert links.read(tmp_path, "approve", links.sign(tmp_path, "approve", payload)) == payload


def test_a_link_signed_for_one_purpose_is_nothing_under_another(tmp_path: Path) -> None:
    assert links.read(tmp_path, "invitation", links.sign(tmp_path, "approve", {"ask": 1})) is None


def test_a_link_of_one_partnership_is_nothing_in_another(tmp_path: Path) -> None:
    token = links.sign(tmp_path / "alder-falls", "approve", {"ask": 1})
    assert links.read(tmp_path / "tannerbrook", "approve", token) is None


@pytest.mark.parametrize("token", ["", ".", "a", "a.b", "é.é", "=.=", "YQ.YQ", "." * 500, "\0", "a b.c d"])
def test_what_we_did_not_sign_is_nothing(tmp_path: Path, token: str) -> None:
    assert links.read(tmp_path, "approve", token) is None


@given(place=st.integers(min_value=0), letter=st.sampled_from("abcXYZ019-_.= "))
def test_a_link_with_one_letter_changed_is_nothing(
    tmp_path_factory: pytest.TempPathFactory, place: int, letter: str
) -> None:
    data = tmp_path_factory.getbasetemp() / "one-letter"
    token = links.sign(data, "approve", {"ask": 7})
    at = place % len(token)
    changed = token[:at] + letter + token[at + 1 :]
    assert changed == token or links.read(data, "approve", changed) is None


def test_the_key_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    links.sign(tmp_path, "approve", {})
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_processes_that_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(
            pool.map(
                lambda _: links._make(tmp_path / "key") if not (tmp_path / "key").exists() else None, range(8)
            )
        )
    assert [path.name for path in tmp_path.iterdir()] == ["key"]
    assert len((tmp_path / "key").read_bytes()) == links.KEY_BYTES
