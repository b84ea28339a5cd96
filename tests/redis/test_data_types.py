"""What docs/redis/data-types.md promises."""

import json
import re

import pytest
import redis
from redis._parsers import Encoder


def needs(server, command: str, version: str) -> None:
    """Skip on a server that lacks `command`, which Redis got in `version`."""
    if not server.client().command_list(pattern=command.lower()):
        pytest.skip(f"needs {command} (Redis {version} or newer)")


def rows(*cells: tuple[object, ...]) -> str:
    """The text of a .table file."""
    return "\n".join(" | ".join(map(str, row)) for row in cells)


def test_redis_cli_tour_of_the_five_everyday_types(terminal, redis_server):
    terminal("redis/data_types/tour.redis")
    client = redis_server.client()
    assert client.smembers("order:7:tags") == {"gift", "express"}, "a set holds each member once"
    assert client.lrange("emails:waiting", 0, -1) == ["welcome:1", "invoice:7"]


def test_incr_counts_and_refuses_text_without_changing_it(run_script, redis_server):
    run_script("redis/data_types/strings.py")
    client = redis_server.client()
    assert client.get("greeting") == "Assalamualaikum"
    assert client.get("orders:today") == "42"
    assert client.config_get("proto-max-bulk-len") == {"proto-max-bulk-len": str(512 * 1024 * 1024)}


def test_hash_list_set_and_sorted_set_from_python(run_script, redis_server):
    run_script("redis/data_types/everyday_types.py")
    client = redis_server.client()
    assert client.lrange("emails:waiting", 0, -1) == ["invoice:7"]
    client.lpop("emails:waiting")
    assert client.exists("emails:waiting") == 0, "an empty collection is no key"


def test_reading_a_stream_takes_nothing_away(run_script, redis_server):
    run_script("redis/data_types/streams.py")
    assert redis_server.client().xlen("signups") == 3


def test_hyperloglog_counts_within_two_percent_in_a_fraction_of_the_set(workspace, captured, redis_server):
    workspace.copy("redis/data_types")
    output = workspace.run("python", "visitors.py")
    seen = {
        key: (int(count), int(size)) for key, count, size in re.findall(r"(\S+): (\d+) visitors, (\d+) bytes", output)
    }
    assert seen["visitors:set"][0] == seen["visitors:bits"][0] == 10_000
    assert seen["visitors:hll"][0] == pytest.approx(10_000, rel=0.02)
    assert seen["visitors:hll"][1] < 15_000, "a HyperLogLog stays near 12 KB however much it counts"
    assert seen["visitors:set"][1] > 20 * seen["visitors:hll"][1]
    if redis_server.version.startswith("8.0"):
        names = {
            "visitors:set": "set: exact, knows who",
            "visitors:hll": "HyperLogLog: about, knows only how many",
            "visitors:bits": "bitmap: exact, for small dense numbers",
        }
        cells = [(names[key], count, size) for key, (count, size) in seen.items()]
        captured("redis/data_types/visitors.table", rows(("10 000 visitors in a", "Counted", "Bytes"), *cells))


def test_one_bit_at_a_large_offset_costs_more_than_a_megabyte(run_script, redis_server):
    run_script("redis/data_types/bitmap_by_id.py")
    assert redis_server.client().memory_usage("today:bits") > 1_250_000


def test_set_with_one_large_number_stays_small(run_script, redis_server):
    run_script("redis/data_types/set_by_id.py")
    assert redis_server.client().object("ENCODING", "today:set") == "intset"


def test_bitfield_counters_saturate_instead_of_wrapping(run_script, redis_server):
    run_script("redis/data_types/bitfields.py")


def test_distance_between_two_shops(run_script, redis_server):
    run_script("redis/data_types/geo.py")
    assert redis_server.client().zrange("shops", 0, -1) == ["Catania"]


def test_nearest_vector_is_the_element_itself(run_script, redis_server):
    needs(redis_server, "VADD", "8.0")
    run_script("redis/data_types/vectors.py")


def test_server_says_which_types_it_has(workspace, redis_server):
    workspace.copy("redis/data_types")
    output = workspace.run("python", "which_types.py")
    found = dict(line.split(": ") for line in output.splitlines())
    client = redis_server.client()
    for name, command in (("vector set", "VADD"), ("JSON", "JSON.SET"), ("Bloom filter", "BF.ADD")):
        assert found[name] == ("yes" if client.command_list(pattern=command.lower()) else "no")


def test_answers_shown_are_those_of_redis_8_as_debian_builds_it(workspace, captured, redis_server):
    workspace.copy("redis/data_types")
    client = redis_server.client()
    if not client.command_list(pattern="vadd"):
        pytest.skip("needs VADD (Redis 8.0 or newer) for the answers shown")
    if client.command_list(pattern="json.set"):
        pytest.skip("the answers shown are those of a server built without the JSON module, as Debian's is")
    captured("redis/data_types/which_types.txt", workspace.run("python", "which_types.py"))


def test_hash_changes_its_encoding_when_it_grows(workspace, captured, redis_server):
    workspace.copy("redis/data_types")
    output = workspace.run("python", "encodings.py")
    cells = re.findall(r"(\d+) fields: (\w+), (\d+) bytes", output)
    encoding = {int(fields): name for fields, name, _ in cells}
    limit = int(redis_server.client().config_get("hash-max-listpack-entries")["hash-max-listpack-entries"])
    assert encoding == {fields: "listpack" if fields <= limit else "hashtable" for fields in (16, 128, 512, 1000)}
    per_field = {int(fields): int(size) / int(fields) for fields, _, size in cells}
    assert per_field[1000] > 2 * per_field[128], "a large hash pays more for each field"
    if redis_server.version.startswith("8.0"):
        shown = [(fields, f"`{name}`", size) for fields, name, size in cells]
        captured("redis/data_types/encodings.table", rows(("Fields in the hash", "Encoding", "Bytes"), *shown))


def test_wrong_type_is_refused_but_set_replaces_a_list(run_script, redis_server):
    run_script("redis/data_types/wrong_type.py")
    assert redis_server.client().type("cart:2") == "string", "the list is lost"


def test_nested_values_are_refused_and_str_stores_what_json_cannot_read(run_script, redis_server):
    run_script("redis/data_types/nested_value.py")
    with pytest.raises(json.JSONDecodeError):
        json.loads(redis_server.client().hget("user:1", "address"))


def test_flat_fields_and_json_text_come_back_as_they_were(run_script, redis_server):
    run_script("redis/data_types/flat.py")


def test_scores_above_two_to_the_53_collide_and_members_do_not(run_script, redis_server):
    run_script("redis/data_types/score_ids.py")
    client = redis_server.client()
    assert client.zscore("seen", "order B") == 2**53
    assert client.zcard("seen:by-time") == 2


def test_without_hiredis_the_error_names_the_type_of_the_value():
    expected = "Invalid input of type: 'dict'. Convert to a bytes, string, int or float first."
    with pytest.raises(redis.DataError, match=f"^{re.escape(expected)}$"):
        Encoder("utf-8", "strict", decode_responses=True).encode({"city": "Tunis"})


def test_hash_stays_compact_up_to_512_fields(redis_server):
    client = redis_server.client()
    assert client.config_get("hash-max-listpack-entries") == {"hash-max-listpack-entries": "512"}
    client.hset("h", mapping={str(n): n for n in range(512)})
    assert client.object("ENCODING", "h") == "listpack"
    client.hset("h", "512", 512)
    assert client.object("ENCODING", "h") == "hashtable"


def test_hyperloglogs_of_several_days_count_a_visitor_once(redis_server):
    client = redis_server.client()
    client.pfadd("day:1", "Amina", "Bilal")
    client.pfadd("day:2", "Amina", "Chen")
    assert client.pfcount("day:1", "day:2") == 3
