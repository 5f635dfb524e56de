"""What the public reads: released words only, newest first, at an address that stays."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import httpx
import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comms.partnership import Organisation, insert_organisation
from comms.people import NewAccount, Seat, account, insert_account
from comms.saying.releases import Released
from comms.web.public import _text
from comms.web.words import LEADS, WORDS
from comms.workspace.statements import Revision, Statement, Variant
from tests.conftest import Desk
from tests.harness import Server, World, alder_falls, axe_violations, password_hash, sideways
from tests.statements_made import WEB, Made, holding_statement, next_statement, release

WRONG = "The group has left."
RIGHT = WEB.replace(WRONG, "The group is still there.").replace("at 3:17 p.m.", "at 3:31 p.m.")
SPANISH = """Qué hacer: No tiene que hacer nada ahora.

Sabemos que esta noticia preocupa. Esto es lo que podemos confirmar a las 3:45 p.m.

Le escribiremos otra vez antes de las 4:30 p.m. ¿Preguntas? Llame al 555-0142.

Alder Falls School District y Alder Falls Police Department"""


@dataclass(frozen=True, slots=True)
class Story:
    """One incident whose holding statement was wrong and corrected, and another that has only a draft."""

    number: str
    first: Made
    draft: Made


@pytest.fixture(scope="module")
def story(module_world: World) -> Story:
    first = holding_statement(module_world, {"web": WEB, "email": WEB})
    out = release(first)
    correction = next_statement(first, "C", {"web": RIGHT, "email": RIGHT}, corrects=out)
    release(correction)
    return Story(out.slug.rpartition("-")[0], first, holding_statement(module_world))


def page(server: Server, path: str, **query: str) -> httpx.Response:
    return httpx.get(f"{server.url}{path}", params=query)


def test_the_page_says_what_was_approved_word_for_word_newest_first(server: Server, story: Story) -> None:
    answer = page(server, f"/s/{story.number}")
    assert answer.status_code == 200
    text = answer.text
    for paragraph in RIGHT.split("\n\n")[1:5]:
        assert paragraph in text
    assert text.index("The group is still there.") < text.index(WRONG)
    assert "Joint statement, approved by both" in text
    assert re.search(r"What you need to do: You do not need to do anything now\.", text)
    assert re.search(r"Next update by \d+:\d\d [ap]\.m\.", text)
    assert re.search(r'<time datetime="[^"]+">\w+, \w+ \d+, \d+:\d\d [ap]\.m\. Central</time>', text)


def test_a_corrected_text_stays_and_is_marked(server: Server, story: Story) -> None:
    text = page(server, f"/s/{story.number}").text
    mark = re.search(r"Corrected at \d+:\d\d [ap]\.m\.; read the correction above", text)
    assert mark is not None
    assert mark.start() < text.index(WRONG)
    alone = page(server, f"/s/{story.number}/1").text
    assert WRONG in alone
    assert "You are reading version 1 alone, as it went out." in alone
    assert "The group is still there." not in alone


def test_the_page_names_one_contact_for_families_and_one_for_reporters(server: Server, story: Story) -> None:
    text = page(server, f"/s/{story.number}").text
    assert 'Families</b><br>Alder Falls School District, <a href="tel:555-0142">555-0142</a>' in text
    assert 'Reporters</b><br>Alder Falls Police Department, <a href="tel:555-0177">555-0177</a>' in text


def test_a_draft_has_no_public_address(server: Server, story: Story, module_world: World) -> None:
    with module_world.store() as store:
        row = store.row_of("select number from incident where id = ?", story.draft.incident_id)
    assert row is not None
    assert page(server, f"/s/{row['number']}").status_code == 404


def test_words_written_after_the_release_stay_inside(server: Server, story: Story) -> None:
    next_statement(story.first, "U", {"web": WEB.replace(WRONG, "SECRET DRAFT. The group left.")})
    assert "SECRET DRAFT" not in page(server, f"/s/{story.number}").text
    assert "SECRET DRAFT" not in page(server, "/statements.atom").text


@pytest.mark.parametrize(
    "path", ["/s/none", "/s/2026-999", "/s/..", "/s/%27%20or%201=1", "/s/2026-001/99", "/s/x/print"]
)
def test_an_address_without_a_statement_says_so(server: Server, story: Story, path: str) -> None:
    answer = page(server, path)
    assert answer.status_code in {404, 400, 303, 200}
    if answer.status_code == 404:
        assert "There is no statement here" in answer.text
    assert "overpass" not in answer.text


def test_a_drill_never_has_a_public_page(server: Server, story: Story, module_world: World) -> None:
    drill = holding_statement(module_world, {"web": WEB})
    out = release(drill)
    number = out.slug.rpartition("-")[0]
    with module_world.store() as store, store.atomic():
        store.execute("update incident set drill = 1 where id = ?", [drill.incident_id])
    assert page(server, f"/s/{number}").status_code == 404
    for path in ("/statements", "/statements.atom"):
        assert f"/s/{number}" not in page(server, path).text


def test_spanish_has_its_own_page_in_its_own_words(server: Server, module_world: World) -> None:
    first = holding_statement(module_world, {"web": WEB})
    number = release(first).slug.rpartition("-")[0]
    release(next_statement(first, "U", {"web": SPANISH}, language="es"))
    english = page(server, f"/s/{number}").text
    assert f'<a href="/s/{number}?lang=es" lang="es" hreflang="es">Español</a>' in english
    spanish = page(server, f"/s/{number}", lang="es").text
    assert '<html lang="es">' in spanish
    assert "Qué debe hacer usted: No tiene que hacer nada ahora." in spanish
    assert "Joint statement" not in spanish
    assert page(server, f"/s/{number}", lang="../../etc").status_code == 200


def test_the_list_and_the_feed_name_each_statement(server: Server, story: Story) -> None:
    listed = page(server, "/statements").text
    assert listed.count(f'href="/s/{story.number}"') == 1
    answer = page(server, "/statements.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(answer.content)
    atom = "{http://www.w3.org/2005/Atom}"
    entries = [
        e for e in feed.findall(f"{atom}entry") if f"/s/{story.number}/" in (e.findtext(f"{atom}id") or "")
    ]
    assert [e.findtext(f"{atom}content") for e in entries] == [RIGHT, WEB]
    ids = [e.findtext(f"{atom}id") for e in feed.findall(f"{atom}entry")]
    assert len(ids) == len(set(ids))
    assert all((e.findtext(f"{atom}updated") or "").endswith("+00:00") for e in entries)


def test_anyone_may_read_and_a_proxy_may_keep_it_for_half_a_minute(server: Server, story: Story) -> None:
    answer = page(server, f"/s/{story.number}")
    assert answer.headers["cache-control"] == "public, max-age=30"
    assert "set-cookie" not in answer.headers
    with server.signed_in(story.first.world.people["dana"]) as dana:
        assert dana.get(f"/s/{story.number}").text == answer.text


def test_hostile_words_that_were_released_stay_words(world: World) -> None:
    hostile = WEB.replace(WRONG, "The group <script>alert(1)</script> {{7*7}} has left\x0b.")
    made = holding_statement(world, {"web": hostile})
    number = release(made).slug.rpartition("-")[0]
    with Server(world.data) as own:
        text = page(own, f"/s/{number}").text
        assert "<script" not in text
        assert "{{7*7}}" in text
        ElementTree.fromstring(page(own, "/statements.atom").content)


def test_both_languages_have_every_word() -> None:
    assert WORDS["en"].keys() == WORDS["es"].keys()
    assert LEADS.keys() == WORDS.keys()
    holes = {
        language: {key: set(re.findall(r"{(\w+)}", word)) for key, word in words.items()}
        for language, words in WORDS.items()
    }
    assert holes["en"] == holes["es"]


PARAGRAPHS = st.tuples(
    st.sampled_from(["", "", "What to do: ", "Who says what: "]),
    st.text(min_size=1, max_size=60).filter(lambda t: t.strip() and "\n" not in t),
).map("".join)


@given(paragraphs=st.lists(PARAGRAPHS, min_size=1, max_size=6))
def test_no_word_of_a_text_is_lost_on_the_way_to_the_page(paragraphs: list[str]) -> None:
    at = datetime(2026, 3, 10, 20, 27, tzinfo=UTC)
    whole = "\n\n".join(paragraphs)
    revision = Revision(1, 1, 1, "", whole, "0" * 64, 1, "Dana", "district", None, at)
    about = Statement(1, 1, "H", "B", "protest", "joint", 1, at, None, None)
    variant = Variant(1, 1, "web", "en", revision)
    released = Released(1, about, "s", 1, at, "Dana", "", (variant,), None)
    shown = _text(released, variant, "", ZoneInfo("America/Chicago"), lift=True)
    lifted = [("What to do:", shown.todo), ("Who says what:", shown.owners)]
    words = " ".join([*(f"{lead} {words}" for lead, words in lifted if words), *shown.paragraphs])
    assert sorted(words.split()) == sorted(whole.split())


# Papers -----------------------------------------------------------------------------------------------------------


def test_the_situation_page_holds_what_a_room_needs(server: Server, story: Story) -> None:
    with server.signed_in(story.first.world.people["dana"]) as dana:
        answer = dana.get(f"/incident/{story.first.incident_id}/situation")
    assert answer.status_code == 200
    for words in (
        "Demonstration on Fenwick Street overpass",
        "Holding statement",
        "Partner told",
        "No injuries.",
        "Not confirmed: do not repeat",
        "Maya Okafor, Police PIO",
        "Released ",
        "555-0177",
    ):
        assert words in answer.text


@pytest.mark.parametrize("path", ["/incident/{incident}/situation", "/statement/{statement}/print"])
def test_papers_are_for_those_who_are_signed_in(server: Server, story: Story, path: str) -> None:
    address = path.format(incident=story.first.incident_id, statement=story.first.statement.id)
    with server.client() as stranger:
        answer = stranger.get(address)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in?next=%2F")
        assert "overpass" not in answer.text
    with server.signed_in(story.first.world.people["dana"]) as dana:
        assert dana.get(path.format(incident=99999, statement=99999)).status_code == 404


def test_another_agency_does_not_read_this_incident(world: World) -> None:
    made = holding_statement(world)
    now = datetime.now(UTC)
    with world.store() as store, store.atomic():
        other = insert_organisation(
            store, Organisation(0, "agency", "Tannerbrook Police", "TPD", "", ""), now
        )
        new = NewAccount(
            other, "pio@tpd.example", "Vera Stone", Seat.PIO, "Sgt.", password_hash=password_hash()
        )
        vera = account(store, insert_account(store, new, now, None))
    with Server(world.data) as own, own.signed_in(vera) as visitor:
        for path in (f"/incident/{made.incident_id}/situation", f"/statement/{made.statement.id}/print"):
            answer = visitor.get(path)
            assert answer.status_code == 403
            assert "overpass" not in answer.text


def test_the_print_view_says_first_whether_it_may_be_handed_out(server: Server, story: Story) -> None:
    with server.signed_in(story.first.world.people["okafor"]) as okafor:
        draft = okafor.get(f"/statement/{story.draft.statement.id}/print").text
        assert "Draft, not approved. Waits for Police PIO and Superintendent. Do not hand it out." in draft
        out = okafor.get(f"/statement/{story.first.statement.id}/print").text
        assert re.search(r"Released [^.]*by Dana Whitlock\.", out)
        assert re.search(r'Signature, Superintendent</th><td class="long">given: Dr\. Elaine Brandt', out)


@pytest.mark.browser
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, False), (390, True)])
def test_public_pages_and_papers_have_no_violation(
    desk: Desk, server: Server, story: Story, width: int, dark: bool
) -> None:
    context = desk(server, width=width, dark=dark)
    view = context.new_page()
    found: Mapping[str, list[str]] = {}
    with server.signed_in(story.first.world.people["dana"]) as dana:
        context.add_cookies([{"name": "one_voice", "value": dana.cookies["one_voice"], "url": server.url}])
    for path in (
        f"/s/{story.number}",
        f"/s/{story.number}/1",
        f"/s/{story.number}/print",
        "/statements",
        f"/incident/{story.first.incident_id}/situation",
        f"/statement/{story.first.statement.id}/print",
        "/sign-out",
    ):
        view.goto(f"{server.url}{path}")
        found = {**found, path: axe_violations(view)}
        assert sideways(view) == 0, path
    assert {path: why for path, why in found.items() if why} == {}


@pytest.mark.browser
def test_the_situation_page_prints_on_one_sheet(desk: Desk, server: Server, story: Story) -> None:
    context = desk(server)
    with server.signed_in(story.first.world.people["dana"]) as dana:
        context.add_cookies([{"name": "one_voice", "value": dana.cookies["one_voice"], "url": server.url}])
    view = context.new_page()
    view.goto(f"{server.url}/incident/{story.first.incident_id}/situation")
    for sheet in ("Letter", "A4"):
        printed = pypdf.PdfReader(io.BytesIO(view.pdf(format=sheet)))
        assert len(printed.pages) == 1
        text = printed.pages[0].extract_text()
        assert "Who knows" in text
        assert "Print this page" not in text


def test_an_empty_partnership_has_a_list_and_a_feed(tmp_path_factory: pytest.TempPathFactory) -> None:
    data = alder_falls(tmp_path_factory.mktemp("quiet")).data
    with Server(data) as own:
        assert "No statement has been released." in page(own, "/statements").text
        ElementTree.fromstring(page(own, "/statements.atom").content)
