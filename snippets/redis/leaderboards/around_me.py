import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
client.zadd("board", {f"player{number:03}": number * 10 for number in range(1, 501)})


def around(player: str, each_side: int = 2) -> list[tuple[int, str, int]]:
    """(rank, player, points) of a player and the neighbours; empty if unknown."""
    rank = client.zrevrank("board", player)
    if rank is None:
        return []
    first = max(0, rank - each_side)
    rows = client.zrange("board", first, rank + each_side, desc=True, withscores=True)
    return [
        (first + place, name, int(points))
        for place, (name, points) in enumerate(rows, start=1)
    ]


for row in around("player250"):
    print(row)
    #> (249, 'player252', 2520)
    #> (250, 'player251', 2510)
    #> (251, 'player250', 2500)
    #> (252, 'player249', 2490)
    #> (253, 'player248', 2480)
print(around("player500")[0], around("nobody"))
#> (1, 'player500', 5000) []
client.close()
