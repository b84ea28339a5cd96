import redis

r = redis.Redis(decode_responses=True)
ids = [r.xadd("orders", {"number": number}) for number in range(10)]
r.xgroup_create("orders", "mailers", id="0")
r.xreadgroup("mailers", "worker-1", {"orders": ">"}, count=4)


def lag() -> int | None:
    [group] = r.xinfo_groups("orders")
    return group["lag"]


print("lag:", lag())
#> lag: 6
r.xdel("orders", ids[7])
print("after an XDEL in the part that was not delivered:", lag())
#> after an XDEL in the part that was not delivered: None
last = r.xinfo_groups("orders")[0]["last-delivered-id"]
print("entries behind the group:", len(r.xrange("orders", min=f"({last}")))
#> entries behind the group: 5
