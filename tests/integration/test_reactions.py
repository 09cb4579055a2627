"""What members think of the targets that a resolution sets."""
import uuid

import pytest
from client import assert_problem
from meetings import if_match, random_id
from test_documents import draft, path, publish, withdraw

TARGETS = [{"text": "Kết nạp 3 đảng viên"}, {"text": "Thu đủ đảng phí"}]


@pytest.fixture()
def resolution(api, login):
    return publish(api, draft(api, login, targets=TARGETS))


def reactions(api, document, use="member-10B"):
    answer = api(use).get(path(document, "/reactions"))
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def react(api, document, value, use="member-10B", target=None, **said):
    target = target or document["targets"][0]["id"]
    return api(use).put(path(document, f"/targets/{target}/reaction"), json={"value": value, **said})


def counts(**n):
    return {"too_high": 0, "about_right": 0, "too_low": 0, "unclear": 0, **n}


def test_each_thinks_one_thing_of_a_target_at_a_time(api, resolution, eventually):
    targets = [target["id"] for target in resolution["targets"]]
    assert reactions(api, resolution) == [{"target_id": each, "counts": counts(), "mine": None} for each in targets]
    answer = react(api, resolution, "too_high")
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"target_id": targets[0], "counts": counts(too_high=1), "mine": "too_high"}
    assert react(api, resolution, "too_high").json() == answer.json()
    assert react(api, resolution, "unclear", "exempt-10B").json()["counts"] == counts(too_high=1, unclear=1)
    assert react(api, resolution, "about_right").json()["counts"] == counts(about_right=1, unclear=1)
    eventually(lambda: [each["mine"] for each in reactions(api, resolution)] == ["about_right", None])
    assert [each["mine"] for each in reactions(api, resolution, "exempt-10B")] == ["unclear", None]
    assert api("member-10B").get(path(resolution)).json()["version"] == resolution["version"]


def test_what_was_thought_of_a_target_goes_with_it(api, resolution):
    first, second = (target["id"] for target in resolution["targets"])
    assert react(api, resolution, "too_low", target=second).status_code == 200
    answer = api("secretary-10B").patch(path(resolution), json={"targets": [{"text": "Trồng 100 cây"}, TARGETS[1]]},
                                        headers=if_match(resolution))
    assert answer.status_code == 200, answer.text
    answer = api("secretary-10B").patch(path(resolution), json={"targets": [TARGETS[1], {"text": "Trồng 100 cây"}]},
                                        headers=if_match(answer.json()))
    assert answer.status_code == 200, answer.text
    assert [target["text"] for target in answer.json()["targets"]] == [TARGETS[1]["text"], "Trồng 100 cây"]
    assert answer.json()["targets"][0]["id"] == second != first
    seen = [(each["target_id"], each["counts"]) for each in reactions(api, resolution, "secretary-10B")]
    assert seen == [(second, counts(too_low=1)), (answer.json()["targets"][1]["id"], counts())]


def test_what_is_said_beside_it_is_a_comment(api, resolution):
    text = f"Khó đạt {uuid.uuid4()}"
    for _ in range(2):
        assert react(api, resolution, "too_high", comment=text).status_code == 200
    said = [item["text"] for item in api("secretary-10B").items(path(resolution, "/comments"))]
    assert said == [text]


def test_a_target_must_be_one_of_the_documents(api, login, resolution):
    assert_problem(react(api, resolution, "unclear", target=random_id()), 404, "not_found")
    assert_problem(react(api, resolution, "unclear", "member-4"), 404, "not_found")
    assert_problem(react(api, publish(api, draft(api, login)), "unclear", target=random_id()), 404, "not_found")


def test_what_was_withdrawn_has_no_reactions(api, resolution):
    withdraw(api, resolution)
    assert_problem(react(api, resolution, "unclear"), 410, "withdrawn")
    assert_problem(api("member-10B").get(path(resolution, "/reactions")), 410, "withdrawn")


def test_a_member_takes_them_with_him(api, resolution):
    assert react(api, resolution, "too_low", "exempt-10B").status_code == 200
    made = api("exempt-10B").post("/v1/me/data-exports")
    data = api("exempt-10B").get(api("exempt-10B").get(made.headers["Location"]).json()["resource_url"]).json()
    own = [each for each in data["reactions"] if each["document_id"] == resolution["id"]]
    assert [(each["target_id"], each["value"]) for each in own] == [(resolution["targets"][0]["id"], "too_low")]
