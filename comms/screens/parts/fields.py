"""Fields that lose nothing: what is typed is kept as it is typed, and a refusal stands directly under its field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import streamlit as st

from comms import typed
from comms.screens.parts import words
from comms.screens.parts.page import here

Keep = Callable[[Mapping[str, str]], None]


def keep_mine(fields: Mapping[str, str]) -> None:
    """Into the draft of whoever is signed in."""
    with here() as at:
        typed.keep(at.store, typed.of_account(at.account.id), fields)


@dataclass(frozen=True, slots=True)
class Form:
    """Fields that are saved together. `name` begins their keys; `known` is what they show when nothing was typed."""

    name: str
    kept: Mapping[str, str]
    known: Mapping[str, str] = field(default_factory=dict)
    keep: Keep = keep_mine

    def key(self, name: str) -> str:
        """The widget's key in the session."""
        return f"{self.name} {name}"

    def _seed(self, name: str) -> str:
        key = self.key(name)
        if key not in st.session_state:
            st.session_state[key] = self.kept.get(name, self.known.get(name, ""))
        return key

    def text(
        self,
        label: str,
        name: str,
        *,
        helps: str = "",
        example: str = "",
        fills: str = "off",
        kind: Literal["default", "email", "phone", "url", "password"] = "default",
    ) -> None:
        """One line. `fills` is what the browser may fill in; `example` never stands for the label."""
        st.text_input(
            label,
            key=self._seed(name),
            help=helps or None,
            placeholder=example or None,
            autocomplete=fills,
            type=kind,
            live=True,
            on_change=self.typed,
            args=(name,),
        )
        self.refusal(name)

    def area(self, label: str, name: str, *, helps: str = "", example: str = "", height: int = 120) -> None:
        """Several lines."""
        st.text_area(
            label,
            key=self._seed(name),
            help=helps or None,
            placeholder=example or None,
            height=height,
            on_change=self.typed,
            args=(name,),
        )
        self.refusal(name)

    def choice(self, label: str, name: str, options: Mapping[str, str], *, helps: str = "") -> None:
        """One of a few; nothing is chosen for the person unless it is known."""
        key = self._seed(name)
        if st.session_state[key] not in options:
            st.session_state[key] = None
        st.selectbox(
            label,
            list(options),
            key=key,
            index=None,
            format_func=lambda option: options.get(option, option),
            help=helps or None,
            placeholder="Choose",
            on_change=self.typed,
            args=(name,),
        )
        self.refusal(name)

    def typed(self, name: str) -> None:
        """Callback: keep the field, and take its refusal away; it is judged again when it is saved."""
        st.session_state.get(f"refused {self.name}", {}).pop(name, None)
        self.values([name])

    def value(self, name: str) -> str:
        """What stands in a field now."""
        shown = st.session_state.get(self.key(name))
        return self.kept.get(name, self.known.get(name, "")) if shown is None else str(shown)

    def put(self, name: str, text: str) -> None:
        """From a callback: write into a field in the person's place."""
        st.session_state[self.key(name)] = text
        self.values([name])

    def values(self, names: Iterable[str]) -> dict[str, str]:
        """What stands in these fields now, kept on the way."""
        now = {name: self.value(name) for name in names}
        self.keep({n: text for n, text in now.items() if n in self.kept or text != self.known.get(n, "")})
        return now

    def refuse(self, refusals: Mapping[str, str]) -> None:
        """From a callback: sentences that will stand under their fields."""
        st.session_state[f"refused {self.name}"] = dict(refusals)
        if refusals:
            st.session_state.pop("outcome", None)  # "saved" of the act before would speak against it

    def refusal(self, name: str) -> None:
        """The sentence under a field, if there is one."""
        sentence = st.session_state.get(f"refused {self.name}", {}).get(name)
        if sentence:
            st.error(words.literal(sentence), icon=":material/error:")

    def saved(self, names: Iterable[str]) -> None:
        """From a callback: what was typed is saved, so the draft is no longer needed and fields show what is saved."""
        names = list(names)
        self.refuse({})
        for name in names:
            st.session_state.pop(self.key(name), None)
        with here() as at:
            typed.forget(at.store, typed.of_account(at.account.id), names)
