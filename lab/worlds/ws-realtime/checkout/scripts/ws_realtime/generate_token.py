#!/usr/bin/env python3
"""Prints a JSON Web Token for the service ws-realtime, signed with HMAC-SHA256.

generate_token.py SECRET SUBJECT [--expires-in SECONDS]
generate_token.py - SUBJECT            the secret is read from WS_AUTH_SECRET, so that no list of processes shows it
"""

import argparse
import base64
import hashlib
import hmac
import json
import os
import sys
import time


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(secret: str, claims: dict) -> str:
    header = {"alg": "HS256", "typ": "JWT"}
    signed = ".".join(encoded(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims))
    signature = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{encoded(signature)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("secret")
    parser.add_argument("subject")
    parser.add_argument("--expires-in", type=int, default=3600, metavar="SECONDS")
    given = parser.parse_args()
    secret = os.environ.get("WS_AUTH_SECRET", "") if given.secret == "-" else given.secret
    if not secret:
        sys.exit("generate_token.py: WS_AUTH_SECRET is empty")
    now = int(time.time())
    print(token(secret, {"sub": given.subject, "iat": now, "exp": now + given.expires_in}))


main()
