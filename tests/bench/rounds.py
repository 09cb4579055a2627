"""Rounds: each measures the sides of a comparison in turn, so that they meet the same machine. And the line that comes
of them."""
import json
import statistics

count = 5
warm_up_s = 30


def in_turn(*sides):
    """What each side returned, round by round."""
    return [[side() for side in sides] for _ in range(count)]


def line(bench, pairs, peer_name, unit, **more):
    """`pairs`: (ours, peer) of each round. The figures are medians, and so is the ratio: that of each round stands in
    `ratios`."""
    ratios = [round(ours / peer, 3) for ours, peer in pairs]
    ours, peer = (round(statistics.median(side), 3) for side in zip(*pairs))
    print(json.dumps({"bench": bench, "ours": ours, "peer": peer, "peer_name": peer_name,
                      "ratio": statistics.median(ratios), "unit": unit, "ratios": ratios, **more}, ensure_ascii=False),
          flush=True)


def medians(found):
    """Of dictionaries that name the same things, or some of them."""
    names = sorted({name for one in found for name in one})
    return {name: round(statistics.median(one.get(name, 0) for one in found), 1) for name in names}
