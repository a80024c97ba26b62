"""Access tokens made by the suite: to forge, the suite signs with the run's own secret."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

HASHES = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}


class Tokens:
    """Takes tokens apart and signs others."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def read_header(self, token: str) -> dict[str, Any]:
        """Return the header of a token."""
        return decode(token.split(".")[0])

    def read_claims(self, token: str) -> dict[str, Any]:
        """Return the claims of a token."""
        return decode(token.split(".")[1])

    def sign(self, header: Mapping[str, Any], claims: Mapping[str, Any]) -> str:
        """Return a token signed with the run's secret, by the algorithm its header names."""
        return self.sign_with(self._secret, header, claims)

    def sign_with(self, secret: str, header: Mapping[str, Any], claims: Mapping[str, Any]) -> str:
        """Return a token signed with another secret. Unknown algorithms get no signature."""
        signed = f"{encode(header)}.{encode(claims)}"
        hashing = HASHES.get(str(header.get("alg")))
        if hashing is None:
            return f"{signed}."
        digest = hmac.new(secret.encode(), signed.encode(), hashing).digest()
        return f"{signed}.{to_base64url(digest)}"

    def sign_segments(self, header: str, claims: str) -> str:
        """Return a token of two segments as they are, signed by HS256."""
        signed = f"{header}.{claims}"
        digest = hmac.digest(self._secret.encode(), signed.encode(), hashlib.sha256)
        return f"{signed}.{to_base64url(digest)}"

    def has_signed(self, token: str) -> bool:
        """Tell whether a token is signed by HS256 with the run's secret."""
        return self.sign_segments(*token.split(".")[:2]) == token

    def with_claims(self, token: str, **changes: Any) -> str:
        """Return the token with some claims changed, signed again."""
        return self.sign(self.read_header(token), {**self.read_claims(token), **changes})

    def with_header(self, token: str, **changes: Any) -> str:
        """Return the token with some header members changed, signed again."""
        return self.sign({**self.read_header(token), **changes}, self.read_claims(token))

    def without_claim(self, token: str, name: str) -> str:
        """Return the token without one claim, signed again."""
        claims = self.read_claims(token)
        del claims[name]
        return self.sign(self.read_header(token), claims)

    def without_header(self, token: str, name: str) -> str:
        """Return the token without one header member, signed again."""
        header = self.read_header(token)
        del header[name]
        return self.sign(header, self.read_claims(token))


def to_base64url(data: bytes) -> str:
    """Return base64url without padding (RFC 7515 §2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def encode(part: Mapping[str, Any]) -> str:
    """Return a header or claims as one segment of a token."""
    return to_base64url(json.dumps(part).encode())


def decode(segment: str) -> dict[str, Any]:
    """Return what one segment of a token says."""
    padded = segment + "=" * (-len(segment) % 4)
    told: dict[str, Any] = json.loads(base64.urlsafe_b64decode(padded))
    return told
