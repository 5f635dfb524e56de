"""Copy-ready packages: each text for the district's own notification system as plain text and CSV, and the whole as
PDF and DOCX under both letterheads. Made from what was released, and from nothing else."""

from __future__ import annotations

import csv
import io
import unicodedata
import zipfile
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt
from fpdf import FPDF
from fpdf.enums import XPos, YPos

from comms import clocks, partnership
from comms.saying.cap import in_xml
from comms.wording import channels
from comms.wording.library import LANGUAGES
from comms.workspace import incidents
from comms.workspace.released import Released, released
from comms.workspace.statements import Variant
from monitors.database import Store

FONT, ENCODING = "helvetica", "windows-1252"
"""A font every PDF reader has; its alphabet holds all of English and Spanish."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What stands above and below a text: who speaks, which text of which incident, when it went out, whom to call."""

    speakers: tuple[str, ...]
    title: str
    line: str
    contact: str
    drill: bool


def letterhead(store: Store, out: Released) -> Letterhead:
    """The letterhead of a release."""
    incident = incidents.incident(store, out.statement.incident_id)
    profile, ours = partnership.profile(store), partnership.district(store)
    partner = next((a for a in partnership.agencies(store) if a.id == incident.partner_id), None)
    names = {"district": ours.name if ours else "", "police": partner.name if partner else ""}
    voice = out.statement.voice
    call = f"Questions: {profile.media_contact or names['district']}, {profile.media_phone or (ours.phone if ours else '')}"
    without = f" · released without {out.without}" if out.without else ""
    return Letterhead(
        tuple(name for side, name in names.items() if name and voice in {side, "joint"}),
        out.statement.title,
        f"{incident.number}, text {out.number} · {clocks.full(out.at, profile.timezone)}{without}",
        call.rstrip(", "),
        incident.drill,
    )


def package(store: Store, release_id: int) -> bytes:
    """Everything of a release as one ZIP file; the same release gives the same bytes."""
    out = released(store, release_id)
    head, zone = letterhead(store, out), partnership.profile(store).timezone
    drill = "DRILL-" if head.drill else ""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for text in out.texts:
            stem = f"{drill}{out.slug}-{text.channel}-{text.language}"
            _put(archive, f"{stem}.txt", plain(text).encode(), out.at, zone)
            _put(archive, f"{stem}.csv", table([text]), out.at, zone)
        _put(archive, f"{drill}{out.slug}-all.csv", table(out.texts), out.at, zone)
        for language in dict.fromkeys(t.language for t in out.texts):
            stem = f"{drill}{out.slug}-{language}"
            _put(archive, f"{stem}.pdf", pdf(head, out, language), out.at, zone)
            _put(archive, f"{stem}.docx", docx(head, out, language), out.at, zone)
    return buffer.getvalue()


def _put(archive: zipfile.ZipFile, name: str, content: bytes, at: datetime, zone: ZoneInfo) -> None:
    local = at.astimezone(zone)
    info = zipfile.ZipInfo(name, (local.year, local.month, local.day, local.hour, local.minute, local.second))
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, content)


def plain(text: Variant) -> str:
    """A text ready to be pasted: the subject, an empty line, the words."""
    subject = text.newest.subject
    return f"{subject}\n\n{text.newest.text}\n" if subject else f"{text.newest.text}\n"


def table(texts: tuple[Variant, ...] | list[Variant]) -> bytes:
    """Texts as CSV (RFC 4180, UTF-8 with its mark, so that a spreadsheet keeps accents); no cell is a formula."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(("channel", "language", "subject", "text"))
    for text in texts:
        row = (
            channels.CHANNELS[text.channel].name,
            LANGUAGES[text.language],
            text.newest.subject,
            text.newest.text,
        )
        writer.writerow([_cell(each) for each in row])
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text


def _printed(out: Released, language: str) -> list[Variant]:
    """The texts of a printed sheet in one language: those with words for a page; the short ones come last."""
    mine = [t for t in out.texts if t.language == language]
    return sorted(mine, key=lambda t: (channels.CHANNELS[t.channel].automated or t.channel == "social", t.id))


# PDF ------------------------------------------------------------------------------------------------------------------


class _Sheet(FPDF):
    """A Letter page with the letterhead above and the page number, and DRILL where it is one, below."""

    def __init__(self, head: Letterhead, at: datetime, language: str) -> None:
        super().__init__(format="Letter")
        self.head = head
        self.core_fonts_encoding = ENCODING
        self.set_creation_date(at)
        self.set_title(_in_font(("DRILL " if head.drill else "") + head.title))
        self.set_author(_in_font(" and ".join(head.speakers)))
        self.set_lang({"en": "en-US", "es": "es-US"}[language])
        self.set_margins(22, 18, 22)
        self.set_auto_page_break(True, 22)
        self.add_page()

    def header(self) -> None:
        """Who speaks, on each page."""
        if self.head.drill:
            self.words("DRILL", 14, "B")
        self.words(" · ".join(self.head.speakers), 12, "B")
        self.words(self.head.line, 9)
        self.line(22, self.get_y() + 1, 194, self.get_y() + 1)
        self.ln(5)

    def footer(self) -> None:
        """Whom to call, and which page this is."""
        self.set_y(-18)
        drill = "DRILL · " if self.head.drill else ""
        self.words(f"{drill}{self.head.contact} · page {self.page_no()}", 9)

    def words(self, text: str, size: int, style: str = "") -> None:
        """A paragraph."""
        self.set_font(FONT, style, size)
        self.multi_cell(0, size * 0.53, _in_font(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def pdf(head: Letterhead, out: Released, language: str) -> bytes:
    """A release in one language as PDF."""
    sheet = _Sheet(head, out.at, language)
    for text in _printed(out, language):
        sheet.words(channels.CHANNELS[text.channel].name, 9, "B")
        if text.newest.subject:
            sheet.words(text.newest.subject, 13, "B")
        for paragraph in text.newest.text.split("\n\n"):
            sheet.words(paragraph, 11)
            sheet.ln(2)
        sheet.ln(5)
    return bytes(sheet.output())


def _in_font(text: str) -> str:
    """The words in the font's alphabet: a letter it lacks loses its mark, anything else becomes a question mark."""
    out = []
    for character in text:
        if _has(character):
            out.append(character)
            continue
        base = unicodedata.normalize("NFKD", character)[0]
        out.append(base if _has(base) else "?")
    return "".join(out)


def _has(character: str) -> bool:
    try:
        character.encode(ENCODING)
    except UnicodeEncodeError:
        return False
    return True


# DOCX -----------------------------------------------------------------------------------------------------------------


def docx(head: Letterhead, out: Released, language: str) -> bytes:
    """A release in one language as DOCX."""
    document = Document()
    document.styles["Normal"].font.size = Pt(11)
    about = document.core_properties
    about.title = ("DRILL " if head.drill else "") + in_xml(head.title)
    about.author = in_xml(" and ".join(head.speakers))
    about.language = {"en": "en-US", "es": "es-US"}[language]
    about.created = about.modified = out.at.replace(tzinfo=None)
    section = document.sections[0]
    top = section.header.paragraphs[0]
    top.text = ("DRILL\n" if head.drill else "") + in_xml(" · ".join(head.speakers))
    top.runs[0].bold = True
    bottom = section.footer.paragraphs[0]
    bottom.text = in_xml(f"{head.contact}{' · DRILL' if head.drill else ''}")
    bottom.alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph(in_xml(head.line))
    for text in _printed(out, language):
        document.add_heading(in_xml(text.newest.subject) or channels.CHANNELS[text.channel].name, 1)
        document.add_paragraph(channels.CHANNELS[text.channel].name)
        for paragraph in text.newest.text.split("\n\n"):
            document.add_paragraph(in_xml(paragraph))
    return _dated(document, out.at)


def _dated(document: DocxDocument, at: datetime) -> bytes:
    """The document as bytes; its parts bear the time of the release, not of the download, so it is the same each time."""
    saved, buffer = io.BytesIO(), io.BytesIO()
    document.save(saved)
    with zipfile.ZipFile(saved) as parts, zipfile.ZipFile(buffer, "w") as archive:
        for name in parts.namelist():
            _put(archive, name, parts.read(name), at, ZoneInfo("UTC"))
    return buffer.getvalue()
