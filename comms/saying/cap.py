"""A released protective action as a CAP 1.2 document (OASIS Common Alerting Protocol), one info block a language.

It says nothing that the released texts do not say, and goes only where somebody fetches it: the public address beside
the statement.
"""

from __future__ import annotations

import re
from datetime import datetime
from xml.etree import ElementTree

from comms import partnership
from comms.partnership import Profile
from comms.saying import protective
from comms.wording import library
from comms.workspace import incidents
from comms.workspace.incidents import Incident
from comms.workspace.released import Released, of_incident
from comms.workspace.statements import Variant
from monitors.database import Store

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
RESPONSES = {
    "hold": "Avoid",
    "secure": "Avoid",
    "lockdown": "Avoid",
    "shelter": "Shelter",
    "evacuate": "Evacuate",
    "ended": "AllClear",
}
"""What families are asked to do: not to come, except where the action itself concerns them."""
LANGUAGES = {"en": "en-US", "es": "es-US"}


def document(store: Store, out: Released, base: str) -> bytes | None:
    """The CAP document of a release, or None when it is no protective action. `base` is scheme and host."""
    action = protective.action_of(store, out.statement.id)
    if not action:
        return None
    profile = partnership.profile(store)
    incident = incidents.incident(store, out.statement.incident_id)
    root = ElementTree.Element("alert", xmlns=NAMESPACE)
    before = _before(store, out)
    for tag, text in (
        ("identifier", _identifier(out)),
        ("sender", _sender(store)),
        ("sent", _time(out.at, profile)),
        ("status", "Exercise" if incident.drill else "Actual"),
        ("msgType", "Update" if before else "Alert"),
        ("scope", "Public"),
        (
            "references",
            f"{_sender(store)},{_identifier(before)},{_time(before.at, profile)}" if before else "",
        ),
        ("incidents", incident.number),
    ):
        _add(root, tag, text)
    for language in dict.fromkeys(t.language for t in out.texts):
        _info(store, root, out, incident, action, language, base, profile)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root)


def _before(store: Store, out: Released) -> Released | None:
    """The protective text before this one in the same incident."""
    earlier = (
        r for r in of_incident(store, out.statement.incident_id) if r.id < out.id and r.statement.cls == "A"
    )
    return next(earlier, None)


def _identifier(out: Released) -> str:
    return f"one-voice-{out.slug}"


def _sender(store: Store) -> str:
    ours = partnership.district(store)
    return (ours.email if ours else "") or partnership.profile(store).mail.sender or "one-voice.invalid"


def _time(at: datetime, profile: Profile) -> str:
    """CAP times carry their offset and never a Z."""
    return at.astimezone(profile.timezone).isoformat(timespec="seconds")


def _info(
    store: Store,
    root: ElementTree.Element,
    out: Released,
    incident: Incident,
    action: str,
    language: str,
    base: str,
    profile: Profile,
) -> None:
    texts = {t.channel: t for t in out.texts if t.language == language}
    long = texts.get("web") or texts.get("email") or next(iter(texts.values()))
    ours = partnership.district(store)
    school = next((s for s in partnership.schools(store) if s.name in long.newest.text), None)
    info = _add(root, "info")
    for tag, text in (
        ("language", LANGUAGES[language]),
        ("category", "Safety"),
        ("event", f"School safety: {library.ACTIONS[action]}"),
        ("responseType", RESPONSES[action]),
        ("urgency", "Past" if action == "ended" else "Immediate"),
        ("severity", "Minor" if action == "ended" else "Severe"),
        ("certainty", "Observed"),
        ("expires", _time(out.statement.next_update_at, profile) if out.statement.next_update_at else ""),
        ("senderName", ours.name if ours else ""),
        ("headline", long.newest.subject or long.newest.text.splitlines()[0]),
        ("description", long.newest.text),
        ("instruction", _instruction(long)),
        ("web", f"{base}/s/{incident.number}" if "web" in texts else ""),
        ("contact", profile.families_phone or (ours.phone if ours else "")),
    ):
        _add(info, tag, text)
    area = _add(info, "area")
    where = ", ".join(filter(None, [school.name, school.place] if school else [ours.name if ours else ""]))
    _add(area, "areaDesc", f"{where}, {profile.place}, {profile.state}".strip(", "))


def _instruction(text: Variant) -> str:
    """What to do: the sentence the library's texts begin with."""
    first = text.newest.text.partition("\n")[0]
    return first.partition(":")[2].strip() if ":" in first[:20] else ""


def _add(parent: ElementTree.Element, tag: str, text: str | None = None) -> ElementTree.Element:
    """An element; one whose text is empty is left out of the document."""
    child = ElementTree.Element(tag)
    child.text = text if text is None else in_xml(text)
    if text != "":
        parent.append(child)
    return child


_BREAKS, _NOT_IN_XML = re.compile("[\x0b\x0c]"), re.compile("[\x00-\x08\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def in_xml(text: str) -> str:
    """Text as an XML document can hold it: a line break of a word processor is one, other control signs are left out."""
    return _NOT_IN_XML.sub("", _BREAKS.sub("\n", text))
