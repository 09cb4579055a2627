"""Limits on one member and one address (API.md, Numbers)."""
import concurrent.futures

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


def test_an_address_with_bad_tokens_is_slowed_down(base_url):
    answers = burst(Client(base_url, "bad"), "/v1/me", 900)
    assert 429 in {answer.status_code for answer in answers}
