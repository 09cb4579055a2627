"""What the tests of the gateway share: meetings of 10B, and tokens that auth did not sign."""
import base64
import hashlib
import hmac
import json
import subprocess
import time
import uuid
from datetime import datetime, timedelta, timezone


def meeting_of(branch_id, **changes):
    """A thematic meeting: any number of them fit into a month."""
    starts_at = datetime.now(timezone.utc) + timedelta(days=20)
    return {"organization_id": branch_id, "kind": "thematic", "starts_at": starts_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "place": "Nhà văn hóa",
            "agenda": [{"title": "Một", "minutes": 30, "document_ids": []}], "publish": True, **changes}


def encode(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def parts(token):
    """Header and claims of a token."""
    head, claims, _ = token.split(".")
    return json.loads(decode(head)), json.loads(decode(claims))


def signing_input(head, claims):
    return ".".join(encode(json.dumps(part).encode()) for part in (head, claims))


def sign_hs256(key, head, claims):
    text = signing_input({**head, "alg": "HS256"}, claims)
    return f"{text}.{encode(hmac.digest(key, text.encode(), hashlib.sha256))}"


def sign_es256(private_key_file, head, claims):
    text = signing_input({**head, "alg": "ES256"}, claims)
    der = subprocess.run(["openssl", "dgst", "-sha256", "-sign", private_key_file], input=text.encode(),
                         capture_output=True, check=True).stdout
    return f"{text}.{encode(raw_signature(der))}"


def raw_signature(der):
    """DER's SEQUENCE of two INTEGERs as the 64 bytes of RFC 7518."""
    at, numbers = 2, []
    for _ in range(2):
        size = der[at + 1]
        numbers.append(int.from_bytes(der[at + 2:at + 2 + size], "big").to_bytes(32, "big"))
        at += 2 + size
    return b"".join(numbers)


def claims_of(token, **changes):
    return {**parts(token)[1], "exp": int(time.time()) + 600, **changes}


def new_key():
    return str(uuid.uuid4())
