"""The log: nobody changes it unseen, and what is about one thing is found without reading the whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comms import audit
from comms.store import open_partnership
from monitors.database import Store, sqlite3

NOON = datetime(2026, 3, 10, 17, tzinfo=UTC)
ROWS = 12


def write(store: Store, rows: int = ROWS) -> None:
    """Some acts of an afternoon."""
    for number in range(rows):
        about = f"incident {number % 3 + 1}" if number % 2 else f"statement {number}"
        details = {
            "note": f"Größe, “quoted”, ☎ {number}",
            **({} if number % 2 else {"incident": "incident 1"}),
        }
        with store.atomic():
            audit.append(
                store,
                NOON + timedelta(minutes=number),
                who="Dana Whitlock",
                seat="communications",
                did="saved a revision",
                about=about,
                details=details,
            )


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def store(data: Path) -> Iterator[Store]:
    data.mkdir()
    with open_partnership(data) as opened:
        write(opened)
        yield opened


def unlocked(store: Store) -> Store:
    """As somebody with the file in an editor has it: without the triggers."""
    for verb in ("update", "delete"):
        store.execute(f"drop trigger if exists log_never_{verb}")
    return store


def test_an_untouched_log_is_whole_and_says_its_head(store: Store, data: Path) -> None:
    audit.write_head(store, data, NOON)
    verdict = audit.verify(store, data)
    last = store.row_of("select hash from log order by seq desc limit 1")
    assert last is not None
    assert (verdict.whole, verdict.rows, verdict.head, verdict.bad_row) == (True, ROWS, last["hash"], None)
    assert verdict.sentence == f"The log is whole: {ROWS} rows, last hash {last['hash'][:16]}."


def test_an_empty_log_is_whole(data: Path) -> None:
    data.mkdir()
    with open_partnership(data) as empty:
        assert audit.verify(empty, data).whole


def test_each_line_names_the_sum_of_the_line_before_and_anyone_can_recompute_it(store: Store) -> None:
    previous = audit.FIRST
    for row in store.rows_of("select * from log order by seq"):
        assert json.loads(row["line"])["prev"] == previous
        previous = hashlib.sha256(row["line"].encode()).hexdigest()
        assert previous == row["hash"]


@pytest.mark.parametrize(
    "change", ["update log set line = 'x' where seq = 3", "delete from log where seq = 3"]
)
def test_the_store_itself_refuses_to_change_a_row(store: Store, change: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="never changed"):
        store.execute(change)
    assert audit.verify(store).whole


def rehashed(store: Store, first: int) -> None:
    """A forger who knows how it works: every row from `first` on gets a new sum and a new chain."""
    row = store.row_of("select hash from log where seq = ?", first - 1)
    previous = str(row["hash"]) if row else audit.FIRST
    for each in store.rows_of("select seq, line from log where seq >= ? order by seq", first):
        content = json.loads(each["line"])
        content |= {"prev": previous, "who": "Somebody Else"}
        line = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        previous = hashlib.sha256(line.encode()).hexdigest()
        store.execute("update log set line = ?, hash = ? where seq = ?", [line, previous, each["seq"]])


FORGERIES: dict[str, tuple[Callable[[Store], object], int, str]] = {
    "one word": (
        lambda s: s.execute("update log set line = replace(line, 'Dana', 'Dora') where seq = 5"),
        5,
        "its words and its hash differ",
    ),
    "one word and its sum": (
        lambda s: s.execute(
            "update log set line = '{}', hash = ? where seq = 5", [hashlib.sha256(b"{}").hexdigest()]
        ),
        5,
        "it does not follow the row before it",
    ),
    "not even JSON": (
        lambda s: s.execute(
            "update log set line = '', hash = ? where seq = 5", [hashlib.sha256(b"").hexdigest()]
        ),
        5,
        "it cannot be read",
    ),
    "a row taken out": (lambda s: s.execute("delete from log where seq = 5"), 5, "number 5 is missing"),
    "the first row taken out": (
        lambda s: s.execute("delete from log where seq = 1"),
        1,
        "number 1 is missing",
    ),
    "the tail cut off": (
        lambda s: s.execute("delete from log where seq > 8"),
        9,
        "rows are missing from its end",
    ),
    "a chain forged from the middle": (lambda s: rehashed(s, 6), ROWS, f"row {ROWS} was replaced"),
    "everything deleted": (lambda s: s.execute("delete from log"), 1, "rows are missing from its end"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_what_is_not_as_it_was_written_is_found_and_named(store: Store, data: Path, name: str) -> None:
    forge, row, why = FORGERIES[name]
    audit.write_head(store, data, NOON)
    with unlocked(store).atomic():
        forge(store)
    verdict = audit.verify(store, data)
    assert (verdict.whole, verdict.bad_row) == (False, row)
    assert why in verdict.sentence


@given(
    row=st.integers(1, ROWS),
    at=st.integers(0, 10_000),
    byte=st.characters(min_codepoint=32, max_codepoint=126),
)
def test_any_one_character_changed_is_found(
    tmp_path_factory: pytest.TempPathFactory, row: int, at: int, byte: str
) -> None:
    data = tmp_path_factory.getbasetemp() / "one-character"
    data.mkdir(exist_ok=True)
    with open_partnership(data) as store:
        if store.row_of("select 1 from log") is None:
            write(unlocked(store))
        before = store.row_of("select line from log where seq = ?", row)
        assert before is not None
        line = str(before["line"])
        place = at % len(line)
        changed = line[:place] + byte + line[place + 1 :]
        store.execute("update log set line = ? where seq = ?", [changed, row])
        verdict = audit.verify(store)
        store.execute("update log set line = ? where seq = ?", [line, row])
    assert verdict.whole == (changed == line)
    assert verdict.bad_row == (None if changed == line else row)


def test_what_is_about_one_thing_comes_in_order_and_alone(store: Store) -> None:
    found = audit.entries(store, "incident 1")
    assert [e.seq for e in found] == sorted(e.seq for e in found)
    assert {e.about for e in found if "incident" not in e.details} == {"incident 1"}
    assert all(e.about == "incident 1" or e.details.get("incident") == "incident 1" for e in found)
    both = audit.entries(store, {"incident 2", "statement 4"})
    assert {e.about for e in both} == {"incident 2", "statement 4"}
    assert len(audit.entries(store)) == ROWS
    assert [e.seq for e in audit.entries(store, newest=2)] == [ROWS - 1, ROWS]
    assert audit.entries(store, "incident 99") == []


def test_a_timeline_does_not_read_the_whole_log(store: Store) -> None:
    asked: list[str] = []
    with store.tracer(lambda sql, _: asked.append(sql)):
        audit.entries(store, "incident 1")
    plan = store.execute(f"explain query plan {asked[-1]}", {"named": "[]", "most": 1}).fetchall()
    assert not [step for step in plan if str(step[3]).startswith("SCAN log")]


def test_the_command_line_answers_with_a_sentence_and_a_code(
    store: Store, data: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert audit.main(["verify", "--data", str(data)]) == 0
    assert "The log is whole" in capsys.readouterr().out
    with unlocked(store).atomic():
        store.execute("update log set line = replace(line, 'saved', 'SAVED') where seq = 2")
    assert audit.main(["verify", "--data", str(data)]) == 1
    assert "Row 2 is not as it was written" in capsys.readouterr().out
    assert audit.main(["verify", "--data", str(tmp_path / "nowhere")]) == 2
    assert "There is no partnership" in capsys.readouterr().err
    assert audit.main([]) == 2
