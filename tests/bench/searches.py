"""Searches among many passages: made of the words of tests/corpus/passages and of others that are rare, and asked for
as people do, a few words that stand together, mostly without accents."""
import functools
import itertools
import json
import random
import re
import subprocess
import tempfile
import unicodedata
from collections import Counter
from pathlib import Path
from urllib.parse import quote

import city
import cpu
import wrk
from city import stack

documents = 100000  # tests/bench/run --documents
SENTENCE, SECONDS, READERS, A_ROUND = 12, 10, 200, 20000
CLIENTS = 1  # one less than the service's query_threads: so many searches does it answer at once
BARE = wrk.PEERS / "search_bare"
ONSETS = "b c ch d đ g h kh l m n ng nh ph s t th tr v x".split()
RIMES = "an ăn ân ang ương iên oan uân ôi ơi ưu ach êch ot ôp um inh ong oc at".split()
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")


# --- what there is to find ---

def words():
    """The most frequent first: those of real texts, and then what a city also writes, names and slips."""
    texts = [file.read_text(encoding="utf-8") for file in (stack.ROOT / "tests/corpus/passages").glob("*.txt")]
    found = Counter(itertools.chain.from_iterable(re.findall(r"[^\W\d_]+", text.lower()) for text in texts))
    common = [word for word, _ in sorted(found.items(), key=lambda item: (-item[1], item[0])) if len(word) <= 7]
    others = [unicodedata.normalize("NFC", f"{onset}{rime[0]}{tone}{rime[1:]}")
              for tone, rime, onset in itertools.product(TONES, RIMES, ONSETS)]
    return list(dict.fromkeys(common + others))


@functools.cache
def sentences():
    """As many as documents: each is in eighty passages, and a rare word in a few of them."""
    chance, known = random.Random(20261130), words()
    weights = list(itertools.accumulate(1 / (rank + 3) for rank in range(len(known))))
    return [chance.choices(known, cum_weights=weights, k=SENTENCE) for _ in range(max(documents, 1000))]


def make():
    """Once in the life of a stack; minutes."""
    if int(city.sql("document", "SELECT count(*) FROM document WHERE title LIKE 'Văn bản %'")) >= documents:
        return
    lines = [" ".join(sentence) for sentence in sentences()]
    vectors = subprocess.run([BARE, "words"], input="\n".join(lines), capture_output=True, text=True, check=True)
    rows = "".join(f"{n}\t{text}\t{words}\n" for n, (text, words) in enumerate(zip(lines, vectors.stdout.splitlines())))
    subprocess.run([*city.PSQL, "-d", "document", "-v", f"documents={documents}", "-v", f"sentences={len(lines)}",
                    "-f", Path(__file__).with_name("passages.sql")], input=rows, text=True, check=True,
                   env=city.PG_ENV, stdout=subprocess.DEVNULL)


# --- who asks for what ---

def bare(text):
    parts = unicodedata.normalize("NFD", text.replace("đ", "d"))
    return "".join(part for part in parts if not unicodedata.combining(part))


def question(chance):
    sentence = chance.choice(sentences())
    n = chance.choice((2, 2, 3, 4))
    at = chance.randrange(SENTENCE - n + 1)
    asked = " ".join(sentence[at:at + n])
    return asked if chance.random() < 0.3 else bare(asked)


def slipped(asked, chance):
    at = chance.randrange(len(asked) + 1)
    return f"{asked[:at]}z{asked[at:]}"


def slip(chance):
    """A question with a letter too many: it finds nothing, and what was meant is looked for."""
    return slipped(question(chance), chance)


def apart(chance):
    """The usual miss: words that are all there, and not together. Some find something all the same."""
    return " ".join(bare(chance.choice(chance.choice(sentences()))) for _ in range(8))


@functools.cache
def readers():
    """[(member, branch, token)] of members without a position, of as many branches as there are."""
    rows = city.sql("document", "SELECT DISTINCT ON (m.branch_id) m.id, m.branch_id FROM directory_member m"
                    " WHERE m.status = 0 AND NOT EXISTS (SELECT 1 FROM directory_position p WHERE p.member_id = m.id)"
                    f" ORDER BY m.branch_id, m.id LIMIT {READERS}").splitlines()
    found = dict(row.split("|") for row in rows)
    ids = ", ".join(f"'{member}'" for member in found)
    cards = dict(row.split("|") for row in city.sql(
        "auth", f"SELECT id, card_number FROM member WHERE id IN ({ids})").splitlines())
    return [(member, found[member], token) for member, token in zip(cards, city.tokens(list(cards.values())))]


def rounds_of(make_question=question):
    """Endless: questions that nobody has asked before, each as the gateway's clients send it and as the peer does."""
    chance, asked = random.Random(20261130), set()
    while True:
        requests, rows = [], []
        while len(rows) < A_ROUND:
            member, branch, token = chance.choice(readers())
            q = make_question(chance)
            if (member, q) not in asked:
                asked.add((member, q))
                requests.append(f"/v1/search?q={quote(q)} {token}")
                rows.append(f"{member}\t{branch}\t{q}")
        yield requests, rows


# --- measuring ---

def ours(server, requests):
    base, gateway = server
    before, gateway_us = cpu.spent(), cpu.spent_us(gateway.pid)
    with wrk.lines_in_file(requests) as lines:
        found = wrk.latency(base, lines, SECONDS, CLIENTS, threads=1)
    assert found["answers"] < A_ROUND, "questions were asked twice"
    asked = {"gateway asked": cpu.spent_us(gateway.pid) - gateway_us}
    return {**found, "cpu_us": cpu.each(before, found["answers"], **asked)}


def alone(rows):
    conninfo = f"host={city.PG_HOST} port={stack.SETTINGS['port.postgres']} user=postgres dbname=document"
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as file:
        file.writelines(f"{row}\n" for row in rows)
        file.flush()
        answer = subprocess.run([BARE, "ask", conninfo, file.name, str(CLIENTS), str(SECONDS)], capture_output=True,
                                text=True, timeout=SECONDS + 60, env=city.PG_ENV)
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def pair(server, questions):
    requests, rows = questions
    return ours(server, requests), alone(rows)


def warm_up(server, asked):
    """Pages into memory, plans, tokens that are verified once."""
    for _ in range(2):
        pair(server, next(asked))


def check(base):
    """What is asked for is there: most questions find something, and most slips in those are put right; most questions
    of words that are apart find nothing."""
    chance, found, misses = random.Random(1), [], 0
    for _, _, token in readers()[:50]:
        asked, client = question(chance), stack.Client(base, token)
        if answer_to(client, asked)["total"] > 0:
            found.append(answer_to(client, slipped(asked, chance)))
        misses += answer_to(client, apart(chance))["total"] == 0
    assert len(found) > 25 and misses > 25, (len(found), misses)
    assert sum(bool(answer["suggestions"]) for answer in found) > len(found) / 2, found[:2]


def answer_to(client, asked):
    return client.get("/v1/search", params={"q": asked}).json()
