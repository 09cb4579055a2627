"""Limits on one member and one address (API.md, Numbers)."""
import concurrent.futures
import http.client
import time
import urllib.parse

from client import Client, assert_problem


def burst(client, path, n):
    client.patient = False
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        return list(pool.map(lambda _: client.get(path), range(n)))


def test_a_member_who_is_too_fast_waits(base_url, login, token_of):
    client = Client(base_url, token_of(login("exempt-10B")["card_number"]))
    answers = burst(client, "/v1/me", 120)
    refused = [answer for answer in answers if answer.status_code == 429]
    assert 50 <= len(answers) - len(refused) <= 90 and {answer.status_code for answer in answers} == {200, 429}
    assert_problem(refused[0], 429, "rate_limited")
    assert int(refused[0].headers["Retry-After"]) >= 1


def statuses_until(base_url, wanted, seconds):
    """Of one kept connection, without what `requests` costs: an address may send 200 a second for ever."""
    connection, seen = http.client.HTTPConnection(urllib.parse.urlsplit(base_url).netloc, timeout=20), set()
    until = time.monotonic() + seconds
    while wanted not in seen and time.monotonic() < until:
        connection.request("GET", "/v1/me", headers={"Authorization": "Bearer bad"})
        answer = connection.getresponse()
        answer.read()
        seen.add(answer.status)
    connection.close()
    return seen


def test_an_address_with_bad_tokens_is_slowed_down(base_url):
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        seen = set().union(*pool.map(lambda _: statuses_until(base_url, 429, 60), range(4)))
    assert 429 in seen and seen <= {401, 429}, seen
