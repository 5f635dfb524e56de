"""The public page's own few words in each language; everything else on it was approved by people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Leads:
    """How the library's web text begins the two paragraphs that get a place of their own on the page."""

    todo: str
    owners: str


LEADS = {
    "en": Leads("What to do:", "Who says what:"),
    "es": Leads("Qué hacer:", "Quién dice qué:"),
}

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "and": "and",
        "joint": "Joint statement, approved by both",
        "joint without": "Joint statement",
        "district": "Statement of {speaker}",
        "police": "Statement of {speaker}",
        "todo": "What you need to do",
        "next": "Next update by {time}",
        "earlier": "Earlier",
        "without": "Released without: {seat}.",
        "corrected": "Corrected at {time}; read the correction above. These words no longer stand.",
        "withdrawn": "Withdrawn at {time}. These words no longer stand.",
        "withdrawal": "withdrawn at {time}",
        "file": "{words} ({name}, {size} kB)",
        "who": "Who says what",
        "owners": "Police facts come from {police}. School facts come from {district}. Both approved this text.",
        "families": "Families",
        "reporters": "Reporters",
        "changes": "Changes to this page",
        "version": "version {number}",
        "correction": "corrected at {time}",
        "languages": "Other languages:",
        "feed": "Follow by feed",
        "print": "Plain print",
        "all": "All statements",
        "whole": "You are reading version {number} alone, as it went out.",
        "back": "Read the page as it is now",
        "kind H": "First statement",
        "kind U": "Update",
        "kind R": "Last update",
        "kind C": "Correction",
        "kind F": "Follow-up",
    },
    "es": {
        "and": "y",
        "joint": "Comunicado conjunto, aprobado por ambos",
        "joint without": "Comunicado conjunto",
        "district": "Comunicado de {speaker}",
        "police": "Comunicado de {speaker}",
        "todo": "Qué debe hacer usted",
        "next": "Próximo aviso antes de las {time}",
        "earlier": "Antes",
        "without": "Publicado sin: {seat}.",
        "corrected": "Se corrigió a las {time}; lea la corrección de arriba. Estas palabras ya no valen.",
        "withdrawn": "Se retiró a las {time}. Estas palabras ya no valen.",
        "withdrawal": "retirada a las {time}",
        "file": "{words} ({name}, {size} kB)",
        "who": "Quién dice qué",
        "owners": "Los datos de la policía vienen de {police}. Los datos de la escuela vienen de {district}. Ambos aprobaron este texto.",
        "families": "Familias",
        "reporters": "Prensa",
        "changes": "Cambios en esta página",
        "version": "versión {number}",
        "correction": "corregida a las {time}",
        "languages": "Otros idiomas:",
        "feed": "Seguir por canal Atom",
        "print": "Para imprimir",
        "all": "Todos los comunicados",
        "whole": "Usted lee solo la versión {number}, como se publicó.",
        "back": "Lea la página como está ahora",
        "kind H": "Primer aviso",
        "kind U": "Nuevo aviso",
        "kind R": "Último aviso",
        "kind C": "Corrección",
        "kind F": "Seguimiento",
    },
}

_DAYS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
_MONTHS = (
    *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
    *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
)


def public_day(at: datetime, zone: ZoneInfo, language: str) -> str:
    """A date as families read it: Tuesday, March 10 · martes 10 de marzo."""
    local = at.astimezone(zone)
    if language == "es":
        return f"{_DAYS[local.weekday()]} {local.day} de {_MONTHS[local.month - 1]}"
    return f"{local:%A}, {local:%B} {local.day}"
