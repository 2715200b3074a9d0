"""Single sign-on by OpenID Connect: off to the provider and back, in front of the same sessions as every other door.

The flow and the checks of what comes back are Authlib's: state, nonce, PKCE (S256), signature, issuer, audience, time. What must survive the
way there and back travels in an encrypted cookie of this browser for ten minutes, so that nobody else's answer is taken.
"""

from __future__ import annotations

import json
import logging
from functools import cache
from typing import Any

from authlib.integrations.base_client import OAuthError
from authlib.integrations.starlette_client import OAuth
from httpx2 import HTTPError
from joserfc.errors import JoseError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from dashboard.access.address import behind_tls, public_url
from dashboard.access.by_provider import ProviderDoor, Told
from dashboard.access.door import sessions
from dashboard.access.provider import Provider, provider
from dashboard.access.sealed import Sealed
from dashboard.errors import CommonGroundError
from dashboard.web import plain
from dashboard.web.posted import our_place, posted, refused
from dashboard.web.security import set_session_cookie
from dashboard.web.sign_in import LONGEST_TOKEN, STEPS, gone_to, visit_of

LOG = logging.getLogger(__name__)
BACK = "/sign-in/provider/back"
MINUTES = 10
SIGNED = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")  # keys that only the provider holds


@cache
def _client(one: Provider) -> Any:
    """One client a provider: it keeps what the provider says about itself."""
    about = f"{one.issuer}/.well-known/openid-configuration"
    asked = {"scope": "openid", "code_challenge_method": "S256", "timeout": 10.0}
    return OAuth().register(
        "agency", client_id=one.client_id, client_secret=one.client_secret or None, server_metadata_url=about, client_kwargs=asked, overwrite=True
    )


async def _ready(one: Provider) -> Any:
    """The client, once the provider said about itself what we expect: its own name, and signatures that only it can make."""
    one.require_https()
    client = _client(one)
    about = await client.load_server_metadata()
    if str(about.get("issuer", "")).rstrip("/") != one.issuer:
        client.server_metadata.pop("_loaded_at", None)
        raise OAuthError("issuer", "the provider goes by another name")
    about["id_token_signing_alg_values_supported"] = [
        name for name in about.get("id_token_signing_alg_values_supported", ["RS256"]) if name in SIGNED
    ]
    return client


def _cookie() -> str:
    """The cookie that travels."""
    return "__Host-cg_provider" if behind_tls() else "cg_provider"


def _sealed() -> Sealed:
    """What encrypts it."""
    return Sealed(sessions().records, "provider")


def _failed(error: Exception) -> Response:
    """The provider's answer was not taken; the reason is for the log."""
    LOG.warning("single sign-on failed: %s", error)
    hint = "Try again; if it stays so, tell an administrator. The reason is in the server's log."
    return plain.message("Single sign-on did not work", "The answer of the sign-on service was not accepted.", hint=hint, status=401)


def _with(request: Request, flow: dict[str, Any]) -> Request:
    """The request with a place of its own for the flow; the pages' engine keeps its own session in the original."""
    return Request({**request.scope, "session": flow})


async def _leave(request: Request, travels: dict[str, str]) -> Response:
    """Off to the provider."""
    one = provider()
    if one is None:
        return plain.not_found()
    flow: dict[str, Any] = {}
    try:
        client = await _ready(one)
        base = public_url() or str(request.base_url).rstrip("/")
        there = (await client.authorize_redirect(_with(request, flow), f"{base}{BACK}")).headers["location"]
    except (OAuthError, HTTPError, JoseError, CommonGroundError, ValueError, RuntimeError) as error:
        return _failed(error)
    kept = await run_in_threadpool(lambda: _sealed().close(json.dumps({"flow": flow, **travels})))
    # A page that moves on, since browsers hold a redirect after a form to the form's own policy, which names no other site.
    response = plain.page("leave.html", name=one.name, address=there)
    response.set_cookie(_cookie(), kept, max_age=MINUTES * 60, httponly=True, samesite="lax", secure=behind_tls(), path="/")
    return response


async def leave(request: Request) -> Response:
    """POST /sign-in/provider"""
    form = await posted(request)
    return refused() if form is None else await _leave(request, {"to": our_place(form.get("to", "/"))})


async def leave_invited(request: Request) -> Response:
    """POST /welcome/{token}/provider: whoever comes back is the invited person."""
    link = str(request.path_params["token"])
    if len(link) > LONGEST_TOKEN or await posted(request) is None:
        return refused()
    return await _leave(request, {"to": "/", "invitation": link})


async def back(request: Request) -> Response:
    """GET /sign-in/provider/back: the provider sends the browser here; only an answer to what this very browser asked is taken."""
    one, cookie = provider(), request.cookies.get(_cookie(), "")
    if one is None:
        return plain.not_found()
    try:
        travels = json.loads(await run_in_threadpool(lambda: _sealed().open(cookie, MINUTES * 60)))
        client = await _ready(one)
        expected = {"iss": {"essential": True, "values": [client.server_metadata["issuer"]]}, "aud": {"essential": True, "values": [one.client_id]}}
        token = await client.authorize_access_token(_with(request, travels["flow"]), claims_options=expected, leeway=60)
        claims = token["userinfo"]
        methods = claims.get("amr") or ()
        told = Told(one.issuer, str(claims["sub"])[:255], tuple(map(str, methods)))
    except (OAuthError, HTTPError, JoseError, CommonGroundError, ValueError, RuntimeError, KeyError, TypeError, AttributeError) as error:
        return _forgotten(_failed(error))
    visit, invitation = visit_of(request), str(travels.get("invitation", ""))
    try:
        session, stage = await run_in_threadpool(lambda: ProviderDoor(sessions()).enter(told, visit, invitation))
    except CommonGroundError as error:
        return _forgotten(plain.message("Not let in", error.message, hint=error.hint, status=403))
    response = gone_to(STEPS.get(stage, str(travels.get("to", "/"))))
    set_session_cookie(response, session)
    return _forgotten(response)


def _forgotten(response: Response) -> Response:
    """The travelling cookie is of no more use."""
    response.delete_cookie(_cookie(), httponly=True, samesite="lax", secure=behind_tls(), path="/")
    return response


ROUTES: tuple[BaseRoute, ...] = (
    Route("/sign-in/provider", leave, methods=["POST"]),
    Route(BACK, back, methods=["GET"]),
    Route("/welcome/{token}/provider", leave_invited, methods=["POST"]),
)
