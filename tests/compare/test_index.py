"""What docs/compare/index.md promises: its table is made of what the drills on the other pages found."""

from harness import ROOT

HEAD = "What happens"
WAYS = {
    "Redis Pub/Sub": "Redis Pub/Sub",
    "Redis list": "Redis list",
    "Redis stream": "Redis stream",
    "RabbitMQ classic queue": "RabbitMQ classic",
    "RabbitMQ quorum queue": "RabbitMQ quorum",
    "RabbitMQ stream": "RabbitMQ stream",
}
IDLE = 5.0  # seconds; IDLE of redis_ways.py


def shown(relative: str) -> dict[str, list[str]]:
    """A table that a page shows: first cell -> the others. The test of that page proves it."""
    lines = (ROOT / "snippets" / relative).read_text(encoding="utf-8").splitlines()[1:]
    return {first: others for first, *others in (line.split(" | ") for line in lines)}


def takes_over(cell: str, late: str) -> str:
    """What a cell of the drill with the lost worker says, without its seconds; `late` says what was waited for."""
    if cell == "nobody":
        return cell
    seconds = float(cell.split()[2])
    return late if seconds > IDLE - 0.5 or late.endswith("heartbeats") else "another, at once"


def test_decision_table_says_what_the_drills_found(captured):
    listened = shown("compare/survives/nobody_listens.table")
    lost = shown("compare/survives/lost_worker.table")
    order = shown("compare/delivery/two_workers.table")
    fan_out = {name: int(count) for name, (count,) in shown("compare/delivery/fan_out.table").items()}
    servers = (ROOT / "snippets/compare/survives/killed_server.table").read_text(encoding="utf-8").splitlines()[1:]
    kept = {(way, server): int(left) for way, server, _, left in (line.split(" | ") for line in servers)}

    def survives(way: str) -> str:
        if way.startswith("RabbitMQ"):
            return "yes" if kept[way, "as installed"] else "no"
        with_log, without = kept[way, "`appendonly yes`"], kept[way, "without persistence"]
        return {(200, 0): "with the log", (0, 0): "no"}[with_log, without]

    def dead(way: str) -> str:
        found = takes_over(lost[way][0], "another, after the idle time")
        if found == "nobody":
            return "lost" if way == "Redis Pub/Sub" else "put aside, nobody looks"
        return "read again from its offset" if way == "RabbitMQ stream" else found

    def frozen(way: str) -> str:
        if way == "RabbitMQ stream":
            return "read again from its offset"
        late = "missed heartbeats" if way.startswith("RabbitMQ") else "the idle time"
        found = takes_over(lost[way][1], f"another, after {late}")
        return "it waits for the worker" if found == "nobody" else found

    def slow(way: str) -> str:
        if way in ("Redis Pub/Sub", "RabbitMQ stream"):
            return "readers do not share"
        return "left alone" if lost[way][2] == "nobody" else "given to another, too"

    def ten(way: str) -> str:
        if way in ("RabbitMQ classic queue", "RabbitMQ quorum queue"):
            assert fan_out["RabbitMQ fanout exchange, a queue for each"] == 10
            return "all, by an exchange"
        if way == "Redis stream":
            assert fan_out["Redis stream, a group for each"] == 10
            assert fan_out["Redis stream, one group"] == 1
            return "one of each group"
        return {1: "one", 10: "all"}[fan_out[way]]

    lines = {
        "Nobody listens yet": lambda way: {"0 of 3": "lost", "3 of 3": "it waits"}[listened[way][0]],
        "The worker is killed": dead,
        "The worker hangs": frozen,
        "The worker is slow, but alive": slow,
        "The server is killed": survives,
        "Read again when done": lambda way: {"0 of 3": "no", "3 of 3": "yes"}[listened[way][1]],
        "Two workers": lambda way: {
            "2 3 4 1": "share, order lost",
            "1 2 3 4 1": "each gets all, in order",
        }[order[way][0]],
        "Ten receivers": ten,
    }
    table = [" | ".join([HEAD, *WAYS.values()])]
    table += [" | ".join([name, *map(cell, WAYS)]) for name, cell in lines.items()]
    captured("compare/decision/failures.table", "\n".join(table) + "\n")
