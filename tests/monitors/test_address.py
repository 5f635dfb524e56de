"""Where a monitor may connect: judged on the address the socket is given, whatever it was spelled as."""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Iterable

import pytest

from monitors import address
from monitors.address import ForbiddenAddressError, Target
from monitors.fetch import Fetcher
from monitors.outcomes import Failed, Failure
from tests.monitors.hostile import NOON

FORBIDDEN = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.254",
    "100.64.0.1",
    "100.127.255.254",
    "127.0.0.1",
    "127.1.2.3",
    "127.255.255.254",
    "169.254.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.254",
    "192.0.0.1",
    "192.0.0.170",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "192.168.255.254",
    "198.18.0.1",
    "198.19.255.254",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "233.252.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::8.8.8.8",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:8.8.8.8",
    "::ffff:0:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::10.0.0.1",
    "64:ff9b::169.254.169.254",
    "64:ff9b:1::a00:1",
    "100::1",
    "2001::1",
    "2001:0:53aa:64c:0:0:80ff:fffe",
    "2001:db8::1",
    "2001:10::1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "2002:c0a8:101::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456:789a::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
]
ALLOWED = [
    "8.8.8.8",
    "9.9.9.9",
    "93.184.215.14",
    "172.15.255.254",
    "172.32.0.1",
    "100.63.255.254",
    "100.128.0.1",
    "192.167.255.1",
    "2606:4700::1111",
    "2001:4860:4860::8888",
    "2a00:1450:4001::1",
]


@pytest.mark.parametrize("ip", FORBIDDEN)
def test_an_address_that_is_not_the_public_internet_is_forbidden_and_named(ip: str) -> None:
    assert address.forbidden(ip)


@pytest.mark.parametrize("ip", ALLOWED)
def test_a_public_address_is_allowed(ip: str) -> None:
    assert address.forbidden(ip) is None


@pytest.mark.parametrize("ip", FORBIDDEN)
def test_the_loopback_allowance_lets_through_this_machine_and_nothing_else(ip: str) -> None:
    mine = ipaddress.ip_address(ip.partition("%")[0]).is_loopback and not ip.startswith("::ffff")
    assert (address.forbidden(ip, loopback=True) is None) == mine


class Recorder:
    """Takes the place of the network: every connection is written down and none is made."""

    def __init__(self, *answers: str) -> None:
        self.answers, self.asked, self.dialed = list(answers), list[str](), list[str]()

    def resolve(self, host: str, port: int) -> Iterable[Target]:
        self.asked.append(host)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [_target(ip, port) for ip in answer.split()]

    def dial(self, sock: socket.socket, target: Target) -> None:
        self.dialed.append(str(target.sockaddr[0]))
        raise ConnectionRefusedError("recorded, not tried")


def _target(ip: str, port: int) -> Target:
    return Target(socket.AF_INET6, (ip, port, 0, 0)) if ":" in ip else Target(socket.AF_INET, (ip, port))


def connect(recorder: Recorder, host: str = "feeds.alderfalls.example") -> None:
    address.connect(host, 80, deadline=time.monotonic() + 5, resolve=recorder.resolve, dial=recorder.dial)


@pytest.mark.parametrize("ip", FORBIDDEN)
def test_a_name_that_leads_inward_is_never_dialed(ip: str) -> None:
    recorder = Recorder(ip.partition("%")[0])
    with pytest.raises(ForbiddenAddressError, match="leads to"):
        connect(recorder)
    assert recorder.dialed == []


def test_of_several_addresses_only_the_public_ones_are_dialed() -> None:
    recorder = Recorder("10.0.0.1 93.184.215.14 64:ff9b::7f00:1 2606:4700::1111")
    with pytest.raises(ConnectionRefusedError):
        connect(recorder)
    assert recorder.dialed == ["93.184.215.14", "2606:4700::1111"]


def test_a_name_is_asked_for_once_so_that_a_second_answer_cannot_lead_elsewhere() -> None:
    recorder = Recorder("93.184.215.14", "127.0.0.1")
    with pytest.raises(ConnectionRefusedError):
        connect(recorder)
    assert recorder.asked == ["feeds.alderfalls.example"]
    assert recorder.dialed == ["93.184.215.14"]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://0/",
        "http://localhost/",
        "https://10.0.0.1:8443/feed",
        "http://10.0.0.1\\@feeds.example/",
    ],
)
def test_no_spelling_of_an_inner_address_is_dialed(url: str) -> None:
    recorder = Recorder("127.0.0.1")
    outcome = Fetcher(dial=recorder.dial).fetch(url, now=NOON)
    assert isinstance(outcome, Failed)
    assert outcome.kind is Failure.FORBIDDEN
    assert "inside this network" in outcome.sentence
    assert recorder.dialed == []


def test_a_name_server_that_never_answers_costs_the_deadline_and_no_more() -> None:
    def never(host: str, port: int) -> list[Target]:
        time.sleep(3)
        return []

    began = time.monotonic()
    with pytest.raises(TimeoutError):
        address.connect("feeds.example", 80, deadline=began + 0.2, resolve=never)
    assert time.monotonic() - began < 1


def test_a_name_no_computer_can_have_is_an_unknown_name() -> None:
    with pytest.raises(socket.gaierror):
        address.connect("a" * 70 + ".example", 80, deadline=time.monotonic() + 5)
