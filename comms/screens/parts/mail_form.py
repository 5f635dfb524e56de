"""How e-mail leaves, with "Send me a test"."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from comms import entered, typed
from comms.joining import partners, setup, setup_fields
from comms.partnership import Mail
from comms.screens.parts.fields import Form
from comms.screens.parts.page import Here, do

FIELDS = ("mail_host", "mail_port", "mail_security", "mail_username", "mail_sender")


def block(at: Here, primary: bool = False) -> None:
    """The settings and two buttons; the district's side sets them, the other reads one sentence."""
    if at.account.side != "district":
        st.text("Mail leaves by the district's server; the district sets it.")
        return
    mail = at.profile.mail
    known = {
        "mail_host": mail.host,
        "mail_port": str(mail.port),
        "mail_security": mail.security,
        "mail_username": mail.username,
        "mail_sender": mail.sender,
    }
    form = Form("mail", typed.kept(at.store, typed.of_account(at.account.id)), known)
    left, right = st.columns(2, gap="large")
    with left:
        form.text("Mail server", "mail_host", example="smtp.district.example")
        form.text("Port", "mail_port")
        form.choice("Protection", "mail_security", partners.MAIL_SECURITY)
    with right:
        form.text("Sender's address", "mail_sender", helps="What people see as From.")
        form.text("User name at the server", "mail_username", helps="Empty when it asks for none.")
        st.caption("Its password is never typed here: the operator sets ONE_VOICE_SMTP_PASSWORD.")
    with st.container(horizontal=True):
        st.button(
            "Save mail settings",
            type="primary" if primary else "secondary",
            on_click=save,
            args=(form,),
        )
        st.button("Send me a test", icon=":material/mail:", on_click=test, args=(form,))


def save(form: Form) -> None:
    """Callback: save what stands there."""
    saved(form)


def saved(form: Form) -> bool:
    """Save what stands there; True when it was."""
    fields = form.values(FIELDS)
    refused: setup_fields.Refusals = {}
    port = setup_fields.tried(refused, "mail_port", entered.port, fields["mail_port"])
    mail = Mail(
        fields["mail_host"],
        port or 0,
        fields["mail_security"],
        fields["mail_username"],
        fields["mail_sender"],
    )
    for name, rule in RULES.items():
        setup_fields.tried(refused, name, rule, mail)
    form.refuse(refused)
    if refused:
        return False
    if not do("Mail settings are saved.", lambda at: partners.change_mail(at.store, at.actor, mail, at.now)):
        return False
    form.saved(FIELDS)
    return True


RULES: dict[str, Callable[[Mail], object]] = {
    "mail_host": lambda mail: entered.host(mail.host),
    "mail_sender": lambda mail: entered.email(mail.sender, "The sender's address"),
}


def test(form: Form) -> None:
    """Callback: save, then send one message to the person who asks for it, now."""
    if saved(form):
        do(
            "A test is on its way to you. Look into your mailbox.",
            lambda at: setup.test_mail(at.store, at.actor, "", at.now),
        )
