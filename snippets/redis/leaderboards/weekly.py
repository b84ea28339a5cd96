from datetime import date

import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)


def board(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"weekly:{year}-W{week:02}"


client.zincrby(board(date(2026, 12, 31)), 30, "amina")
client.zincrby(board(date(2027, 1, 1)), 20, "amina")  # the same ISO week
client.zincrby(board(date(2027, 1, 4)), 5, "amina")
client.zincrby(board(date(2027, 1, 4)), 70, "bilal")
weeks = sorted(client.scan_iter(match="weekly:*"))
print(weeks)
#> ['weekly:2026-W53', 'weekly:2027-W01']

client.zunionstore("season", weeks)  # adds up the points
client.expire("season", 300)
print(client.zrange("season", 0, -1, desc=True, withscores=True))
#> [('bilal', 70.0), ('amina', 55.0)]
client.close()
