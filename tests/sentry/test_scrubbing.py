"""What docs/sentry/scrubbing.md promises: Relay's own rules, run as the server runs them."""

from sentry_relay.processing import convert_datascrubbing_config

PAGE = "sentry/scrubbing"


def test_names_that_the_server_knows_are_scrubbed_and_addresses_only_with_their_switch(shop, captured):
    said = shop.run("python", "fields.py")
    captured(f"{PAGE}/fields.table", said)
    fields = {line.split(" | ")[0]: line.split(" | ")[1:] for line in said.splitlines()[1:]}
    addresses = {name for name, (before, after) in fields.items() if (before, after) == ("stored", "scrubbed")}
    assert {"user: ip_address", "request: REMOTE_ADDR", "access log line, breadcrumb"} <= addresses
    assert fields["access log line, event"] == fields["tag client"] == ["stored", "stored"]
    assert fields["user: email"] == fields["tag password"] == ["stored", "stored"]
    assert fields["local variable password"] == ["scrubbed", "scrubbed"]


def test_texts_are_scrubbed_depending_on_their_place(shop, captured):
    said = shop.run("python", "texts.py")
    captured(f"{PAGE}/texts.table", said)
    rows = dict(line.split(" | ", 1) for line in said.splitlines())
    assert rows["exception message"] == rows["tag"] == "stored | stored | stored"
    assert rows["log message"] == "masked | stored | stored"


def test_rules_for_a_sentry_log_do_not_name_ip_addresses():
    switches = {"scrubData": True, "scrubDefaults": True, "scrubIpAddresses": True}
    config = convert_datascrubbing_config({**switches, "sensitiveFields": [], "excludeFields": []})
    (rules,) = [rules for source, rules in config["applications"].items() if "$log.body" in source.split(" || ")]
    assert "@creditcard:replace" in rules
    assert not [rule for rule in rules if rule.startswith(("@ip", "@password", "@common", "@anything"))]


def test_advanced_rules_reach_what_the_default_rules_leave(run_script):
    run_script(f"{PAGE}/advanced.py")
