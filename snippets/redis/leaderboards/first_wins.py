import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
WEEK = 7 * 24 * 3600  # seconds; the score is points * WEEK + seconds left


def score(points: int, second: int) -> int:
    return points * WEEK + (WEEK - 1 - second)


def points_of(score: float) -> int:
    return int(score) // WEEK


client.zadd("race", {"a": score(10, 50), "b": score(20, 100), "c": score(20, 200)})
board = client.zrange("race", 0, -1, desc=True, withscores=True)
print([(name, points_of(value)) for name, value in board])
#> [('b', 20), ('c', 20), ('a', 10)]
print(f"exact up to {2**53 // WEEK:,} points")
#> exact up to 14,892,855,910 points
client.close()
