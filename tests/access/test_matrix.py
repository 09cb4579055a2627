"""Every route × actor × thing answers as matrix.csv says; what an actor may not see answers as what is not there."""
import pytest

import matrix
from asking import bytes_of
from calls import CALLS


def test_every_route_has_a_row_and_every_row_a_route(world):
    paths = world.actors[0].client.get("/openapi.json").json()["paths"]
    published = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    assert published == {route.partition("?")[0] for route in matrix.ROUTES}


def test_every_route_is_called():
    assert set(CALLS) == set(matrix.ROUTES)


@pytest.mark.parametrize("route", matrix.ROUTES)
def test_who_may_what(answers, route):
    asked = [each for each in answers if each.route == route]
    assert asked
    wrong = [str(each) for each in asked if each.given != each.expected]
    assert not wrong, f"{len(wrong)} of {len(asked)}:\n" + "\n".join(wrong)


@pytest.mark.parametrize("route", [route for route in matrix.ROUTES
                                   if CALLS[route].things != "nothing" and route not in matrix.PUBLIC])
def test_what_is_unseen_answers_as_a_random_id(answers, route):
    unseen = [each for each in answers if each.route == route and each.status == 404]
    assert unseen
    told = [str(each) for each in unseen if bytes_of(each.answer) != bytes_of(each.absent)]
    assert not told, "\n".join(told)
