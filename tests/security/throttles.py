"""Throttles punish the guilty (issue 12, 3)."""
import stack
from case import case, own_gateway
from client import Client


def statuses(gateway, path, n, method="GET", **fields):
    who = Client(gateway.base)
    who.patient = False
    body = {"json": {}} if method == "POST" else {}
    return [who.send(method, path, headers=fields, **body).status_code for _ in range(n)]


@case("behind a trusted proxy everybody has his own rate, and nobody else is believed")
def proxies():
    slow = {"address_rate": 1, "address_burst": 10}
    with own_gateway(**slow, trusted_proxies="127.0.0.0/8") as gateway:
        assert 429 in statuses(gateway, "/v1/config", 15, **{"X-Forwarded-For": "198.51.100.1"})
        assert 429 not in statuses(gateway, "/v1/config", 5, **{"X-Forwarded-For": "198.51.100.2"})
        assert 429 in statuses(gateway, "/v1/config", 5, **{"X-Forwarded-For": "198.51.100.3, 198.51.100.1"})
        assert 429 in statuses(gateway, "/v1/config", 15, Forwarded="for=198.51.100.9"), "that field nobody wrote"
    with own_gateway(**slow, trusted_proxies="127.0.0.1", proxy_field="Forwarded") as gateway:
        assert 429 in statuses(gateway, "/v1/config", 15, Forwarded="for=198.51.100.1;proto=https")
        assert 429 not in statuses(gateway, "/v1/config", 5, Forwarded='for="[2001:db8::1]:80"')
    with own_gateway(**slow) as gateway:
        seen = [status for i in range(15) for status in
                statuses(gateway, "/v1/config", 1, **{"X-Forwarded-For": f"198.51.100.{i}"})]
        assert 429 in seen, "without a setting it counts for nothing"


@case("health, sign-in, refresh and junk have buckets of their own")
def buckets():
    with own_gateway(address_rate=1, address_burst=10) as gateway:
        assert 429 in statuses(gateway, "/v1/nothing", 15)
        assert 429 in statuses(gateway, "/v1/auth/login", 15, "POST")
        assert 429 not in statuses(gateway, "/v1/auth/refresh", 5, "POST")
        assert 429 not in statuses(gateway, "/healthz", 5)
        assert 429 not in statuses(gateway, "/v1/config", 5)
