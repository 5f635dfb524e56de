"""Every word a person or a feed wrote carries a trap. On every screen of every seat it stands there as text.

Streamlit reads labels, captions, headers, badges and messages as Markdown, and its HTML element takes HTML; a trap that
reaches one of them unescaped is a picture somebody else serves, a link, a color or an icon in a stranger's words.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import comms.settings as product
from comms import partnership
from comms.people import Actor
from comms.reaching import oncall
from comms.screens.main import SCREENS
from comms.screens.parts.words import literal
from comms.workspace import boundaries, comments, facts, mou, next_of_kin, notes, statements, suggestions
from comms.workspace.boundaries import Asked
from comms.workspace.facts import Claim
from monitors.alerts import hear
from monitors.database import Store
from monitors.relevance import Judge
from monitors.store import open_monitors, stamp
from tests.conftest import Desk
from tests.harness import ROOT, Server, World, alder_falls, as_read, screen_test, settled, sign_in
from tests.monitors.test_alerts import ALDER_FALLS, LOCKDOWN
from tests.records_made import an_afternoon
from tests.statements_made import Made, holding_statement

SHOWN = ROOT / "comms" / "screens"
TRAP = "![x](http://evil.example/p.png):red[z]<b>h</b>"
FOREIGN: Mapping[str, tuple[str, ...]] = {
    "organisation": ("name", "short", "phone"),
    "school": ("name", "place"),
    "calendar_day": ("label",),
    "account": ("name", "phone"),
    "incident": ("title",),
    "evidence": ("title", "text", "outlet"),
    "fact_revision": ("claim", "said_by", "speaks_of"),
    "revision": ("subject", "text"),
    "suggestion": ("subject", "text"),
    "hit_answer": ("words", "reason"),
    "decision": ("reason",),
    "audience": ("name",),
    "audience_member": ("name",),
    "release": ("without",),
    "outbox": ("name", "subject", "text", "trouble"),
    "correction": ("wrong", "right"),
    "disagreement": ("outlet", "said", "what"),
    "no_statement": ("reason", "talking_points"),
    "sender": ("label",),
    "note": ("text",),
    "comment": ("quote", "text"),
    "comment_reply": ("text",),
    "divergence_answer": ("ours", "theirs", "reason"),
    "divergence_ask": ("asked",),
    "kin_answer": ("words",),
    "mou": ("title",),
    "mou_clause": ("quote", "instead"),
    "mou_person": ("name", "reach"),
    "boundary_exception": ("clause", "asked_by", "what", "why", "ends_when", "may_stop"),
    "boundary_act": ("words",),
}
HEARD: Mapping[str, tuple[str, ...]] = {
    "sources": ("name", "place", "paused_why"),
    "states": ("failure_sentence",),
    "items": ("title", "text", "outlet", "place"),
    "gaps": ("reason",),
}
"""The columns people and feeds write into."""


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge.load()


@pytest.fixture
def trapped(tmp_path: Any, judge: Judge, monkeypatch: pytest.MonkeyPatch) -> Iterator[Made]:
    """An afternoon with everything in it, and the trap in every word somebody wrote."""
    world = alder_falls(tmp_path / "data")
    made = an_afternoon(world)
    waits = holding_statement(world)
    more(world, made)
    listened(world, judge)
    with world.store() as store:
        day = {
            "day": now().astimezone(partnership.profile(store).timezone).date().isoformat(),
            "kind": "holiday",
        }
        store.add("calendar_day", day | {"label": "Snow day"})
        set_traps(store, FOREIGN)
        with store.atomic():
            store.execute(
                "update ask set at = ?, due_at = ? where statement_id = ?",
                [stamp(now() - timedelta(hours=2)), stamp(now() - timedelta(hours=1)), waits.statement.id],
            )
            place = json.dumps(TRAP + "Alder Falls")
            store.execute("update profile set value = ? where key = 'place'", [place])
    with open_monitors(world.data) as heard:
        set_traps(heard, HEARD)
    monkeypatch.setenv("ONE_VOICE_DATA", str(world.data))
    product.settings.cache_clear()
    yield made
    product.settings.cache_clear()


def more(world: World, made: Made) -> None:
    """What an afternoon does not hold: a note, a comment, an edit suggested, the MOU, an exception, an absence."""
    dana, okafor, brandt = world.actor("dana"), world.actor("okafor"), world.actor("brandt")
    today = now().date()
    with world.store() as store:
        notes.write(store, dana, made.incident_id, "The bus key is with the office.", now())
        facts.add(store, dana, made.incident_id, Claim("School ends at 3:40 p.m.", "district"), now())
        update = max(statements.of_incident(store, made.incident_id), key=lambda s: s.id)
        web = statements.variants(store, update.id)[0]
        comments.comment(store, okafor, web.id, "names a cause", "Which cause?", now())
        suggestions.suggest(store, okafor, web.id, "No cause is known.", "", now())
        next_of_kin.say(store, okafor, update.id, "told", "The chaplain told the parents.", now())
        terms = mou.Proposal("The MOU", today, today + timedelta(days=300), mou.proposed_clauses(today))
        mou.propose(store, brandt, terms, now())
        asked = Asked(
            what="Search of a bag", why="A tip", asked_by="Principal", incident_id=made.incident_id,
            from_at=now(), until_at=now() + timedelta(hours=1), ends_when="searched", may_stop="Principal", clause="4.2",
        )  # fmt: skip
        boundaries.ask(store, dana, asked, now())
        oncall.add(
            store, okafor, "absence", okafor.account_id, now() + timedelta(1), now() + timedelta(2), now()
        )


def listened(world: World, judge: Judge) -> None:
    """Two items of one story that page, one of everyday, and a source that is silent."""
    with open_monitors(world.data) as heard, heard.atomic():
        for number, kind in enumerate(("feed", "police"), 1):
            url = f"https://kxtv{number}.example/feed"
            heard.table("sources").insert(
                {"url": url, "address": url[8:], "domain": f"kxtv{number}.example", "name": f"KXTV {number}", "kind": kind}
                | {"added_at": stamp(now())}
            )  # fmt: skip
            heard.table("states").insert(
                {"source_id": number, "next_poll_at": stamp(now()), "first_failure_at": stamp(now() - timedelta(2))}
                | {"ok_at": stamp(now() - timedelta(2)), "failures": 9, "failure_sentence": "It asks for a sign-in."},
                ignore=True,
            )  # fmt: skip
        for number, title in enumerate(
            (LOCKDOWN, LOCKDOWN + " on Tuesday", "Bake sale at Orrin Middle School")
        ):
            at = stamp(now() - timedelta(minutes=9 - number))
            heard.table("items").insert(
                {"source_id": 1 + number % 2, "key": f"k{number}", "title": title, "text": title, "published": at, "at": at}
                | {"link": f"https://kxtv1.example/{number}", "seen_at": at, "outlet": "KXTV", "place": "Alder Falls"}
                | {"facts": "{}", "backfill": 0, "seen_late": 0, "dated": "given", "digest": bytes([number])}
            )  # fmt: skip
    with open_monitors(world.data) as heard:
        hear(heard, judge, ALDER_FALLS, now())
        assert heard.table("alerts").count, "the afternoon must page"


def set_traps(store: Store, columns: Mapping[str, tuple[str, ...]]) -> None:
    """Write the trap before every such word, past the triggers that keep people from changing what is written."""
    with store.atomic():
        for trigger in store.rows_of("select name from sqlite_master where type = 'trigger'"):
            store.execute(f"drop trigger {trigger['name']}")
        for table, names in columns.items():
            for name in names:
                store.execute(f"update {table} set {name} = ? || {name} where {name} <> ''", [TRAP])


# What reaches the browser -------------------------------------------------------------------------------------------

AS_TEXT = {
    "Text": {"body"},
    "Code": {"code_text"},
    "TextInput": {"default", "value", "placeholder"},
    "TextArea": {"default", "value", "placeholder"},
    "Selectbox": {"options", "raw_value", "placeholder"},
    "MultiSelect": {"options", "raw_values", "placeholder"},
    "DownloadButton": {"url"},
    "LinkButton": {"url"},
    "BidiComponent": {"json", "mixed"},
    "Html": {"body"},
}
"""Fields a browser shows as they are (measured), and HTML, which is looked at by itself. Everything else is Markdown."""


def strings(message: Any) -> Iterator[tuple[str, str, str]]:
    """Every string of an element: its message, its field, its words."""
    kind = type(message).__name__
    for field, value in message.ListFields():
        for each in value if field.is_repeated else (value,):
            if hasattr(each, "ListFields"):
                yield from strings(each)
            elif isinstance(each, str) and field.name not in {
                "id",
                "form_id",
                "user_key",
            }:
                yield kind, field.name, each


def elements(node: Any) -> Iterator[Any]:
    """Every element and container of a page, closed ones too."""
    proto = getattr(node, "proto", None)
    if hasattr(proto, "ListFields"):
        yield proto
    for child in getattr(node, "children", {}).values():
        yield from elements(child)


def caught(page: Any) -> list[str]:
    """Where a trap would work, and nothing else."""
    found = []
    for proto in elements(page._tree):
        for kind, field, words in strings(proto):
            if kind == "Html" and ("<b>" in words or "<img" in words):
                found.append(f"Html: {words[:160]}")
            elif field not in AS_TEXT.get(kind, ()) and (
                "![x](" in words or ":red[" in words or "<b>" in words
            ):
                found.append(f"{kind}.{field}: {words[:160]}")
    return found


def sprung(page: Any) -> int:
    """How often the trap is on the page at all, as text."""
    return sum(
        as_read(words).count("![x](http") + words.count("![x](http")
        for proto in elements(page._tree)
        for _, _, words in strings(proto)
    )


def everything_open(page: Any) -> Any:
    """A page with each of its switches on."""
    for toggle in page.toggle:
        toggle.set_value(True)
    return page.run() if len(page.toggle) else page


def visit(actor: Actor, script: str, **query: str | int) -> Any:
    page = screen_test(SHOWN / "main.py", actor)
    for name, value in query.items():
        page.query_params[name] = str(value)
    page.switch_page(script).run()
    assert not page.exception, page.exception
    return everything_open(page)


WHO = ("dana", "okafor", "brandt", "castellano", "records")


def test_on_no_screen_of_any_seat_does_a_trap_work(trapped: Made) -> None:
    from comms.screens.parts.ready_list import VIEWS

    world = trapped.world
    with world.store() as store:
        made = [row["id"] for row in store.rows_of("select id from statement")]
    places: list[tuple[str, dict[str, Any]]] = [
        *((s.script, {}) for s in SCREENS if s.listed and (SHOWN / s.script).exists()),
        ("incidents.py", {"incident": trapped.incident_id}),
        *(("statement.py", {"statement": number}) for number in made),
        *(("partnership.py", {"view": view}) for view in VIEWS),
    ]
    found, seen = set(), 0
    for who in WHO:
        actor = world.actor(who)
        for script, query in places:
            page = visit(actor, script, **query)
            seen += sprung(page)
            found |= {f"{script} {query}: {each}" for each in caught(page)}
    assert seen > 500, "the traps are there"
    assert not found, "\n".join(sorted(found))


def test_nor_in_any_view_of_the_alerts_and_the_library(trapped: Made) -> None:
    dana = trapped.world.actor("dana")
    found: list[str] = []
    for script in ("alerts.py", "library.py", "sources.py"):
        page = visit(dana, script)
        for group in page.button_group:
            for option in group.options:
                try:
                    group.set_value(option.content if hasattr(option, "content") else option)
                    found += caught(page.run())
                except (ValueError, TypeError):
                    continue
        assert not page.exception
    assert not found, "\n".join(sorted(set(found)))


def test_a_refusal_or_an_outcome_that_quotes_somebody_quotes_text(trapped: Made) -> None:
    page = visit(trapped.world.actor("castellano"), "partnership.py", view="people")
    for field in page.text_input:
        if field.key and "new_" in field.key:
            field.set_value(TRAP)
    page.run()
    next(b for b in page.button if b.label == "Add and invite").click().run()
    assert page.error
    assert not caught(page)
    page = visit(trapped.world.actor("dana"), "alerts.py")
    next(b for b in page.button if b.label.startswith("Assign to")).click().run()
    assert any("has the alert now." in s.value for s in page.success)
    assert not caught(page)


@pytest.mark.browser
def test_in_a_browser_the_trap_stands_there_sign_by_sign_and_asks_nobody(trapped: Made, desk: Desk) -> None:
    """`desk` fails when any page of it asks another host than ours."""
    asked: list[str] = []
    with Server(trapped.world.data) as server:
        page = sign_in(desk(server).new_page(), server, trapped.world.people["dana"])
        page.on("request", lambda request: asked.append(request.url))
        for address, most_seen in (
            ("/incidents?incident=1", 5),
            ("/statement?statement=1", 3),
            ("/partnership?view=people", 5),
            ("/alerts", 3),
            ("/sources", 2),
        ):
            page.goto(f"{server.url}{address}")
            settled(page)
            often = "([words, most]) => document.body.innerText.split(words).length > most"
            page.wait_for_function(often, arg=["<b>h</b>", most_seen], timeout=60_000)
            shown = page.evaluate("document.body.innerText").replace("\u2060", "")
            assert shown.count(TRAP) >= most_seen, (address, shown.count(TRAP))
            assert page.locator("img[src*=evil], a[href*=evil]").count() == 0
    assert asked
    assert not [url for url in asked if "evil" in url]


TRAPS = (
    *(
        "![x](http://evil.example/p.png)",
        "[a](http://evil.example)",
        "<b>b</b> &amp; &lt;",
        "**b** _i_ `c` ~~t~~",
    ),
    *(
        ":red[R] :blue-badge[B]",
        ":material/home: :material_home: :streamlit:",
        "$x^2$ and $$y$$",
        ":smile: :100: :+1:",
    ),
    *(
        "http://evil.example www.evil.example a@evil.example",
        "# h",
        "- li",
        "1. one",
        "1) one",
        "> q",
        "::leaf[x]{a=b}",
    ),
    *(
        "a -> b -- c >= d <-> e",
        "<http://evil.example>",
        "a:red[x]",
        "x::red[y]",
        "| a | b |",
        "***",
        "```",
        "\\:red[x\\]",
    ),
)


@pytest.mark.parametrize("trap", TRAPS)
def test_as_a_label_it_reads_as_it_was_written(trap: str) -> None:
    escaped = literal(trap)
    assert as_read(escaped) == trap
    assert escaped != trap, "each of these would be something else than text"


@pytest.mark.parametrize(
    "name",
    [
        "Sgt. Maya Okafor",
        "Dr. Elaine O’Neil-Smith, Jr.",
        "10:30 a.m. to 3:40 p.m.",
        "José Ñandú",
        "100 % (20 of 20)",
    ],
)
def test_an_ordinary_name_or_time_is_left_as_it_is(name: str) -> None:
    assert literal(name) == name


def test_signs_that_turn_the_direction_of_reading_are_left_out() -> None:
    assert literal("Approve \u202etxet siht\u2066 now") == "Approve txet siht now"
