"""Sign in, sign out, and the invitation that lets a person set their own password."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

from starlette.responses import Response

from comms import links, partnership
from comms.joining import authenticator, invitations, sessions
from comms.people import SEAT_NAMES, Account, Actor, Refused, account, accounts
from comms.settings import settings
from comms.store import moment, stamp
from comms.web import second
from comms.web.identity import device_cookie, devices_of, forget_session, keep_device, keep_session
from comms.web.pages import Visit, go, html, own_path, told

HALF, HALF_HOLDS = "half signed in", timedelta(minutes=5)
"""The password was right; this long the code may follow."""


def sign_in_page(visit: Visit) -> Response:
    """The form; someone already signed in is sent on."""
    wanted = own_path(visit.query.get("next", "/"))
    if visit.account:
        return go(wanted)
    return _sign_in_form(visit, wanted)


def sign_in(visit: Visit) -> Response:
    """Check the password, open a session, go on to where the person wanted to be."""
    wanted = own_path(visit.form.get("next", "/"))
    email, password = visit.form.get("email", ""), visit.form.get("password", "")
    errors = {
        field: sentence
        for field, value, sentence in (
            ("email", email.strip(), "Type the e-mail address your administrator used for you."),
            ("password", password, "Type your password."),
        )
        if not value
    }
    if errors:
        return _sign_in_form(visit, wanted, email, errors, 400)
    try:
        account_id = sessions.password_of(visit.store, email, password, visit.now, devices_of(visit.cookies))
        if authenticator.enrolled(visit.store, account_id):
            half = {"account": account_id, "until": stamp(visit.now + HALF_HOLDS)}
            return _code_form(visit, links.sign(visit.data, HALF, half), wanted)
        token = sessions.open_session(visit.store, account_id, visit.now, "signed in")
    except Refused as refusal:
        return _sign_in_form(visit, wanted, email, {"password": str(refusal)}, 403)
    return _welcome(visit, token, wanted)


def sign_in_code(visit: Visit) -> Response:
    """The second half of signing in: the code of the person's authenticator."""
    wanted = own_path(visit.form.get("next", "/"))
    half = visit.form.get("half", "")
    known = links.read(visit.data, HALF, half) or {}
    until = moment(known.get("until"))
    if until is None or until <= visit.now:
        return _sign_in_form(
            visit, wanted, errors={"password": "That took too long. Type your password again."}
        )
    trouble = second.not_them(visit, account(visit.store, int(known["account"])))
    if trouble:
        return _code_form(visit, half, wanted, {"code": trouble}, 403)
    token = sessions.open_session(visit.store, int(known["account"]), visit.now, "signed in with a code")
    return _welcome(visit, token, wanted)


def _code_form(
    visit: Visit, half: str, wanted: str, errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    return html(
        "sign-in-code.html", status, half=half, wanted=wanted, errors=errors or {}, second=second.CODE
    )


def sign_in_as(visit: Visit) -> Response:
    """Demo only: become one of the invented people by their button."""
    if not settings().demo:
        return told(
            "There is nothing here", "People can be picked only in the demo. Sign in with your password.", 404
        )
    chosen = visit.form.get("account", "")
    person = next((p for p in accounts(visit.store) if str(p.id) == chosen), None)
    if person is None:
        return go("/sign-in")
    token = sessions.open_session(visit.store, person.id, visit.now, "signed in (demo)")
    return _welcome(visit, token, own_path(visit.form.get("next", "/")))


def _welcome(visit: Visit, token: str, wanted: str) -> Response:
    """A fresh session each time: the one this browser had before ends, so that no old cookie lives on."""
    if visit.actor:
        sessions.sign_out(visit.store, visit.actor, visit.now)
    response = keep_session(go(wanted), token)
    actor = sessions.session_of(visit.store, token, visit.now)
    return _know_device(visit, response, actor) if actor else response


def _know_device(visit: Visit, response: Response, actor: Actor) -> Response:
    known = visit.cookies.get(device_cookie(actor.account_id), "")
    if known and sessions.knows_device(visit.store, actor.account_id, known):
        return response
    token = sessions.remember_device(visit.store, actor.account_id, visit.now)
    return keep_device(response, actor.account_id, token)


def _sign_in_form(
    visit: Visit, wanted: str, email: str = "", errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    people = [_person(p) for p in accounts(visit.store)] if settings().demo else []
    organisations = [o.name for o in partnership.organisations(visit.store)]
    return html(
        "sign-in.html",
        status,
        wanted=wanted,
        email=email,
        errors=errors or {},
        people=people,
        partnership=" and ".join(organisations),
    )


def _person(person: Account) -> dict[str, str]:
    return {
        "id": str(person.id),
        "called": person.called,
        "seat": f"{SEAT_NAMES[person.seat]}, {person.organisation}",
    }


def sign_out_page(visit: Visit) -> Response:
    """Two buttons: here, or everywhere. A GET signs nobody out, so that no foreign picture can."""
    return html("sign-out.html", person=visit.account) if visit.account else go("/sign-in")


def sign_out(visit: Visit) -> Response:
    """End this session, or all of this person's."""
    if visit.actor:
        sessions.sign_out(
            visit.store, visit.actor, visit.now, everywhere=visit.form.get("where") == "everywhere"
        )
    return forget_session(go("/sign-in"))


def invitation_page(visit: Visit) -> Response:
    """Who is invited, to which seat, and a field for their own password."""
    return _invitation(visit)


def invitation(visit: Visit) -> Response:
    """Set the password and go in."""
    first, again = visit.form.get("password", ""), visit.form.get("again", "")
    if first != again:
        return _invitation(visit, {"again": "The two are not the same. Type your new password twice."})
    try:
        token = invitations.accept(visit.store, visit.data, visit.path["token"], first, visit.now)
    except Refused as refusal:
        return _invitation(visit, {"password": str(refusal)})
    return _welcome(visit, token, "/")


def _invitation(visit: Visit, errors: dict[str, str] | None = None) -> Response:
    try:
        person = invitations.invited(visit.store, visit.data, visit.path["token"], visit.now)
    except Refused as refusal:
        return told("This invitation cannot be used", str(refusal), 410, link=("/sign-in", "Sign in"))
    return html(
        "invitation.html",
        400 if errors else 200,
        person=person,
        seat=SEAT_NAMES[person.seat],
        least=sessions.PASSWORD_LEAST,
        errors=errors or {},
        address=quote(visit.path["token"], safe=""),
    )
