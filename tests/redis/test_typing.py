"""What docs/redis/typing.md promises."""

PAGE = "redis/typing"
USE = """
import asyncio
import greeting, redis, redis.asyncio, typed

r = typed.r
r.set("user:17", "Amina"); r.set("visits:/", 9); r.hset("cart:17", "item", "3"); r.rpush("jobs", "a")
print(typed.greeting(17), typed.greeting(18), typed.visits("/"), typed.visits("/new"), typed.cart(17))
print(typed.first_job())

async def main():
    async with redis.asyncio.Redis() as client:
        print("counted", await typed.count(client, "/"))

asyncio.run(main())
try:
    typed.text(redis.Redis().get("user:17"))
except TypeError as error:
    print(error)
print(repr(greeting.greeting(17)), repr(greeting.visits("/")), greeting.cart(17))
greeting.greeting(18)
"""
MORE = """
import redis
r = redis.Redis(decode_responses=True)
def f(client: redis.Redis[str]) -> None: ...
def g() -> str:
    name = r.get("user:17")
    return name.upper() if name else ""
reveal_type(r.pipeline().execute())
reveal_type(r.ttl("x"))
reveal_type(r.xlen("x"))
from redis.asyncio.sentinel import Sentinel
Sentinel([("localhost", 26379)])
"""


def test_mypy_finds_replies_that_may_be_none_or_bytes(terminal, shop):
    terminal(f"{PAGE}/mypy.console", fails=["python -m mypy --strict greeting.py"])
    (shop.path / "more.py").write_text(MORE)  # in the same folder, which has mypy's cache
    said = shop.run("python", "-m", "mypy", "--strict", "more.py", status=1)
    assert '"Redis" expects no type arguments, but 1 given' in said
    assert 'Incompatible return value type (got "bytes | str", expected "str")' in said
    assert said.count('Revealed type is "int"') == 2
    assert 'Revealed type is "list[Any]"' in said
    assert 'Call to untyped function "Sentinel" in typed context' in said


def test_typed_functions_return_what_they_say(shop, redis_server):
    (shop.path / "use.py").write_text(USE)
    said = shop.run("python", "use.py", status=1)
    assert "Hello Amina Hello stranger 9 0 {'item': '3'}\na\ncounted 10\n" in said
    assert "the client needs decode_responses=True" in said
    assert "'Hello Amina' '10' {'item': '3'}" in said, "the number is a text"
    assert "AttributeError: 'NoneType' object has no attribute 'title'" in said
