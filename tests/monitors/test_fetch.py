"""One polite, bounded exchange, against a real server on loopback."""

from __future__ import annotations

import gzip
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from monitors.fetch import MOST_IDLE, Fetcher
from monitors.outcomes import SENTENCES, Failed, Failure, Fetched, Limits, Unchanged, Validators
from tests.monitors.hostile import NOON, Page, Recorder, Site, redirect, rss, site

QUICK = Limits(seconds=1.0, bytes=1024 * 1024)


@pytest.fixture(scope="module")
def town() -> Iterator[Site]:
    with site() as running:
        yield running


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with Fetcher(contact="Alder Falls School District, dana@alderfalls.example", loopback=True) as fetcher:
        yield fetcher


def test_a_feed_arrives_whole_with_what_to_ask_with_next_time(town: Site, fetcher: Fetcher) -> None:
    body = rss("courier", 5)
    town.pages["feed"] = Page(body, etag='"v1"', headers={"Last-Modified": "Mon, 03 Aug 2026 11:00:00 GMT"})
    outcome = fetcher.fetch(f"{town.url}/feed", now=NOON)
    assert isinstance(outcome, Fetched)
    assert outcome.body == body
    assert outcome.validators == Validators('"v1"', "Mon, 03 Aug 2026 11:00:00 GMT")
    assert outcome.moved_to == ""


def test_what_has_not_changed_is_not_sent_again(town: Site, fetcher: Fetcher) -> None:
    town.pages["feed"] = Page(rss("courier"), etag='"v2"')
    assert isinstance(fetcher.fetch(f"{town.url}/feed", Validators('"v2"'), now=NOON), Unchanged)
    assert isinstance(fetcher.fetch(f"{town.url}/feed", Validators('"v1"'), now=NOON), Fetched)


def test_a_site_learns_who_asks_and_how_to_reach_them(town: Site, fetcher: Fetcher) -> None:
    fetcher.fetch(f"{town.url}/good/1", now=NOON)
    assert "dana@alderfalls.example" in town.seen[-1]["User-Agent"]
    assert town.seen[-1]["Accept-Encoding"] == "gzip"


def test_a_contact_cannot_smuggle_a_header(town: Site) -> None:
    with Fetcher(contact="dana\r\nX-Evil: 1", loopback=True) as fetcher:
        assert isinstance(fetcher.fetch(f"{town.url}/good/1", now=NOON), Fetched)
    assert "X-Evil" not in town.seen[-1]


def test_one_connection_serves_several_requests(town: Site, fetcher: Fetcher) -> None:
    recorder = Recorder()
    with Fetcher(loopback=True, dial=recorder) as fetcher:
        for number in range(5):
            assert isinstance(fetcher.fetch(f"{town.url}/good/{number}", now=NOON), Fetched)
    assert recorder.dialed == ["127.0.0.1"]


def test_a_connection_that_died_meanwhile_is_opened_anew(town: Site, fetcher: Fetcher) -> None:
    def once(request: BaseHTTPRequestHandler) -> None:
        Page(rss("once")).send(request)
        request.close_connection = True

    town.pages["once"] = once
    for _ in range(3):
        assert isinstance(fetcher.fetch(f"{town.url}/once", now=NOON), Fetched)
        time.sleep(0.05)


def test_connections_are_not_kept_without_end(fetcher: Fetcher) -> None:
    with ExitStack() as open_sites:
        many = [open_sites.enter_context(site()) for _ in range(MOST_IDLE + 8)]
        for one in many:
            assert isinstance(fetcher.fetch(f"{one.url}/good/1", now=NOON), Fetched)
        assert len(fetcher._idle) == MOST_IDLE


def test_a_packed_answer_is_unpacked(town: Site, fetcher: Fetcher) -> None:
    town.pages["packed"] = Page(gzip.compress(rss("packed", 50)), headers={"Content-Encoding": "gzip"})
    outcome = fetcher.fetch(f"{town.url}/packed", now=NOON)
    assert isinstance(outcome, Fetched)
    assert outcome.body == rss("packed", 50)


@pytest.mark.parametrize("path", ["gzip-bomb", "junk"])
def test_what_unpacks_to_too_much_is_left(town: Site, fetcher: Fetcher, path: str) -> None:
    outcome = fetcher.fetch(f"{town.url}/{path}", limits=Limits(10, 1024 * 1024), now=NOON)
    assert isinstance(outcome, Failed)
    assert outcome.kind is Failure.TOO_LARGE
    assert "1 MB" in outcome.sentence


@pytest.mark.parametrize("path", ["slow-body", "slow-headers"])
def test_a_drip_cannot_renew_the_deadline(town: Site, fetcher: Fetcher, path: str) -> None:
    began = time.monotonic()
    outcome = fetcher.fetch(f"{town.url}/{path}", limits=QUICK, now=NOON)
    assert isinstance(outcome, Failed)
    assert outcome.kind is Failure.TIMEOUT
    assert time.monotonic() - began < QUICK.seconds + 0.5


def test_a_reused_connection_has_the_deadline_of_its_own_exchange(town: Site, fetcher: Fetcher) -> None:
    assert isinstance(fetcher.fetch(f"{town.url}/good/1", limits=QUICK, now=NOON), Fetched)
    time.sleep(1.1)
    assert isinstance(fetcher.fetch(f"{town.url}/good/2", limits=QUICK, now=NOON), Fetched)


def test_what_arrived_before_a_cut_is_kept_and_marked(town: Site, fetcher: Fetcher) -> None:
    outcome = fetcher.fetch(f"{town.url}/wrong-length", now=NOON)
    assert isinstance(outcome, Fetched)
    assert outcome.cut
    assert len(outcome.body) == len(rss("cut", 30)) // 2


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, Failure.LOCKED),
        (403, Failure.BLOCKED),
        (404, Failure.NOT_FOUND),
        (406, Failure.BLOCKED),
        (410, Failure.GONE),
        (418, Failure.BROKEN),
        (429, Failure.LIMITED),
        (500, Failure.SERVER),
        (503, Failure.SERVER),
    ],
)
def test_each_refusal_has_its_own_name_and_sentence(
    town: Site, fetcher: Fetcher, status: int, kind: Failure
) -> None:
    town.pages["refuses"] = Page(status=status)
    outcome = fetcher.fetch(f"{town.url}/refuses", now=NOON)
    assert isinstance(outcome, Failed)
    assert (outcome.kind, outcome.status) == (kind, status)
    assert "{" not in outcome.sentence


def test_every_kind_of_failure_says_what_happened_and_what_to_do() -> None:
    assert set(SENTENCES) == set(Failure)
    assert all(sentence.endswith(".") for sentence in SENTENCES.values())


@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        ("120", timedelta(minutes=2)),
        ("Mon, 03 Aug 2026 13:00:00 GMT", timedelta(hours=1)),
        ("Mon, 03 Aug 2026 11:00:00 GMT", timedelta()),
        ("99999999999999999999", timedelta(hours=24)),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
def test_a_site_says_how_long_to_stay_away(
    town: Site, fetcher: Fetcher, asked: str, wait: timedelta | None
) -> None:
    town.pages["busy"] = Page(status=429, headers={"Retry-After": asked})
    outcome = fetcher.fetch(f"{town.url}/busy", now=NOON)
    assert isinstance(outcome, Failed)
    assert outcome.retry_after == wait


def test_a_permanent_move_is_told_and_a_passing_one_is_not(town: Site, fetcher: Fetcher) -> None:
    town.pages["old"] = redirect("/good/new", 301)
    town.pages["older"] = redirect("/old", 308)
    town.pages["passing"] = redirect("/good/new", 302)
    town.pages["mixed"] = redirect("/passing", 301)
    moves = {}
    for path in ("old", "older", "passing", "mixed"):
        outcome = fetcher.fetch(f"{town.url}/{path}", now=NOON)
        assert isinstance(outcome, Fetched)
        moves[path] = outcome.moved_to.removeprefix(town.url)
    assert moves == {"old": "/good/new", "older": "/good/new", "passing": "", "mixed": ""}


@pytest.mark.parametrize(
    "to",
    [
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:10.0.0.1]/",
        "http://[64:ff9b::a00:1]/",
        "//192.168.1.1/admin",
    ],
)
def test_a_redirect_inward_is_not_followed(town: Site, to: str) -> None:
    recorder = Recorder()
    town.pages["inward"] = redirect(to)
    with Fetcher(loopback=True, dial=recorder) as fetcher:
        outcome = fetcher.fetch(f"{town.url}/inward", now=NOON)
    assert isinstance(outcome, Failed)
    assert outcome.kind is Failure.FORBIDDEN
    assert recorder.dialed == ["127.0.0.1"]


@pytest.mark.parametrize(
    "to", ["file:///etc/passwd", "ftp://feeds.example/", "javascript:alert(1)", "http://"]
)
def test_a_redirect_to_no_web_address_ends_there(town: Site, fetcher: Fetcher, to: str) -> None:
    town.pages["astray"] = redirect(to)
    outcome = fetcher.fetch(f"{town.url}/astray", now=NOON)
    assert isinstance(outcome, Failed)
    assert outcome.kind is Failure.REDIRECT


def test_endless_redirects_end(town: Site, fetcher: Fetcher) -> None:
    before = sum(town.asked.values())
    outcome = fetcher.fetch(f"{town.url}/round-and-round", now=NOON)
    assert isinstance(outcome, Failed)
    assert outcome.kind is Failure.REDIRECT
    assert sum(town.asked.values()) - before == 6


def test_a_key_goes_to_the_sources_own_site_only(town: Site, fetcher: Fetcher) -> None:
    town.pages["leads-on"] = redirect("/leads-away")
    town.pages["leads-away"] = redirect(f"{town.url.replace('127.0.0.1', 'localhost')}/good/1")
    fetcher.fetch(f"{town.url}/leads-on", headers={"X-App-Token": "s3cret"}, now=NOON)
    assert [request.get("X-App-Token") for request in town.seen[-3:]] == ["s3cret", "s3cret", None]


def test_a_key_does_not_go_to_another_port_of_the_same_host(town: Site, fetcher: Fetcher) -> None:
    with site() as neighbor:
        town.pages["leads-away"] = redirect(f"{neighbor.url}/good/1")
        fetcher.fetch(f"{town.url}/leads-away", headers={"X-App-Token": "s3cret"}, now=NOON)
        assert "X-App-Token" not in neighbor.seen[-1]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "ftp://feeds.example/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://",
        "http://[::1",
        "http://a b/",
        "http://\u0000/",
        "https://exa\nmple/",
        "//x/",
        "http://dana:secret@127.0.0.1/",
    ],
)
def test_what_is_no_address_is_a_sentence_and_no_request(fetcher: Fetcher, url: str) -> None:
    outcome = fetcher.fetch(url, now=NOON)
    assert isinstance(outcome, Failed)
    assert outcome.kind is Failure.ADDRESS
    assert "secret" not in outcome.sentence


def test_a_closed_port_is_a_site_that_is_down(fetcher: Fetcher) -> None:
    with site() as closed:
        url = closed.url
    outcome = fetcher.fetch(url, now=NOON)
    assert isinstance(outcome, Failed)
    assert outcome.kind is Failure.REFUSED


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key with a certificate of its own authority for localhost, in one file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOON.replace(year=2020))
        .not_valid_after(NOON.replace(year=2090))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture(scope="module")
def secure(certificate: Path) -> Iterator[str]:
    """A site over TLS: /feed, /slow, and /down which leads to plain http."""

    class Request(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Silent."""

        def do_GET(self) -> None:
            if self.path == "/slow":
                self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                for _ in range(40):
                    self.wfile.write(b"z")
                    time.sleep(0.1)
            elif self.path == "/down":
                redirect("http://localhost:1/feed")(self)
            else:
                Page(rss("secure")).send(self)

    class Server(HTTPServer):
        def handle_error(self, *_: object) -> None:
            """A client that goes away is what is tested."""

    server = Server(("127.0.0.1", 0), Request)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"https://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_site_whose_authority_is_known_is_read_over_tls(secure: str, certificate: Path) -> None:
    with Fetcher(loopback=True, authorities=str(certificate)) as fetcher:
        for _ in range(2):
            outcome = fetcher.fetch(f"{secure}/feed", now=NOON)
            assert isinstance(outcome, Fetched)
            assert outcome.body == rss("secure")


def test_a_certificate_nobody_vouches_for_is_refused(secure: str, fetcher: Fetcher) -> None:
    outcome = fetcher.fetch(f"{secure}/feed", now=NOON)
    assert isinstance(outcome, Failed)
    assert outcome.kind is Failure.TLS


def test_a_certificate_of_another_name_is_refused(secure: str, certificate: Path) -> None:
    with Fetcher(loopback=True, authorities=str(certificate)) as fetcher:
        outcome = fetcher.fetch(secure.replace("localhost", "127.0.0.1"), now=NOON)
    assert isinstance(outcome, Failed)
    assert outcome.kind is Failure.TLS


def test_a_secure_address_never_leads_to_an_insecure_one(secure: str, certificate: Path) -> None:
    with Fetcher(loopback=True, authorities=str(certificate)) as fetcher:
        outcome = fetcher.fetch(f"{secure}/down", now=NOON)
    assert isinstance(outcome, Failed)
    assert outcome.kind is Failure.REDIRECT


def test_the_deadline_holds_over_tls_too(secure: str, certificate: Path) -> None:
    with Fetcher(loopback=True, authorities=str(certificate)) as fetcher:
        began = time.monotonic()
        outcome = fetcher.fetch(f"{secure}/slow", limits=QUICK, now=NOON)
    assert isinstance(outcome, Failed)
    assert outcome.kind is Failure.TIMEOUT
    assert time.monotonic() - began < QUICK.seconds + 0.5
