"""A small real OpenID provider on loopback: discovery, a page to say yes on, codes with PKCE, signed tokens, and every lie a test asks for."""

from __future__ import annotations

import base64
import hashlib
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from joserfc import jwk, jwt
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse
from starlette.routing import Route

CLIENT, KEPT = "common-ground", "what only the two know"


class Provider:
    """An OpenID provider: discovery, authorisation code with PKCE, RS256. `lie` changes what it puts into the token, `sign` with which key.

    `asks`: a person presses a button there first, as in life. `state`: what it says instead of the state it was given.
    """

    def __init__(self):
        self.key = jwk.RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
        self.other = jwk.RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
        self.codes = {}
        self.reset()

    def reset(self):
        self.lie, self.header, self.sign, self.about = {}, {"alg": "RS256", "kid": "one"}, self.key, {}
        self.subject, self.methods, self.no_token, self.asked = "subject-1", None, False, []
        self.asks, self.state = False, ""

    async def discovery(self, request):
        found = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            "code_challenge_methods_supported": ["S256"],
        }
        return JSONResponse(found | self.about)

    async def keys(self, request):
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    async def authorize(self, request):
        """Where the person says yes, if the test wants a person; else the way back at once."""
        asked = dict(request.query_params)
        self.asked.append(asked)
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        if self.asks:
            return HTMLResponse(f'<h1>City login</h1><form method="post" action="/yes"><button name="code" value="{code}">Continue</button></form>')
        return self._back(code)

    async def yes(self, request):
        return self._back(str((await request.form())["code"]))

    def _back(self, code):
        """The browser goes back with the code and the state it came with, or another one."""
        asked = self.codes[code]
        return RedirectResponse(f"{asked['redirect_uri']}?code={code}&state={self.state or asked['state']}", status_code=302)

    async def token(self, request):
        form = await request.form()
        asked = self.codes.pop(str(form.get("code")), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(str(form.get("code_verifier", "")).encode()).digest()).decode().rstrip("=")
        given = base64.b64encode(f"{CLIENT}:{KEPT}".encode()).decode()
        fits = asked and challenge == asked.get("code_challenge") and form.get("redirect_uri") == asked["redirect_uri"]
        if not fits or request.headers.get("authorization") != f"Basic {given}":
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        now = int(time.time())
        claims = {"iss": self.issuer, "sub": self.subject, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims |= {"amr": self.methods} if self.methods else {}
        claims = {name: value for name, value in (claims | self.lie).items() if value is not None}
        algorithms = [self.header["alg"]]
        signed = jwt.encode(self.header, claims, self.sign, algorithms=algorithms)
        return JSONResponse({"access_token": "a", "token_type": "Bearer", "expires_in": 300} | ({} if self.no_token else {"id_token": signed}))

    def app(self):
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.discovery),
                Route("/keys", self.keys),
                Route("/authorize", self.authorize),
                Route("/yes", self.yes, methods=["POST"]),
                Route("/token", self.token, methods=["POST"]),
            ]
        )


@contextmanager
def providing(host: str = "127.0.0.1") -> Iterator[Provider]:
    """A provider that listens on a free port of this machine and goes by this host name."""
    one = Provider()
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    one.issuer = f"http://{host}:{listener.getsockname()[1]}"
    server = uvicorn.Server(uvicorn.Config(one.app(), log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield one
    finally:
        server.should_exit = True
        thread.join(10)
