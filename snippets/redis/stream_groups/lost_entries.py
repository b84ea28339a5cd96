import redis

r = redis.Redis(decode_responses=True)
r.xadd("refunds", {"number": 17})
r.xgroup_create("refunds", "mailers", id="0")
r.xreadgroup("mailers", "pod-1", {"refunds": ">"})  # then pod-1 dies

print("entries that it had:", r.xgroup_delconsumer("refunds", "mailers", "pod-1"))
#> entries that it had: 1
print("new for pod-2:", r.xreadgroup("mailers", "pod-2", {"refunds": ">"}))
#> new for pod-2: []
print("abandoned:", r.xautoclaim("refunds", "mailers", "pod-2", min_idle_time=0)[1])
#> abandoned: []
[(lost, fields)] = r.xrange("refunds")
print("in the stream, and in no list of pending entries:", fields)
#> in the stream, and in no list of pending entries: {'number': '17'}

# The repair: FORCE makes an entry pending that was not.
print(r.xclaim("refunds", "mailers", "pod-2", 0, [lost], force=True)[0][1])
#> {'number': '17'}
