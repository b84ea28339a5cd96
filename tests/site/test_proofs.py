"""Every block on the built site is proven: counted and compared without any code of the page build."""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from harness import ROOT
from harness.proof.runners import compare
from harness.site import sitecheck


def record() -> dict[str, Any]:
    """The record the site was built from."""
    file = Path(os.environ.get("GUIDE_RECORD") or ROOT / "verification.json")
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return content


def recorded() -> dict[str, str]:
    """Its digests, by source."""
    groups = record()["blocks"].items()
    return {f"{folder}/{name}": proof["digest"] for folder, group in groups for name, proof in group["proofs"].items()}


def listed(kind: str, key: str) -> set[str]:
    """Of the list of what no test can execute: the entries of one kind ("block" or "passage") by their key."""
    file = ROOT / "tests" / "not-executed.toml"
    if not file.exists():
        return set()
    return {entry[key] for entry in tomllib.loads(file.read_text(encoding="utf-8")).get(kind, [])}


def test_every_block_shows_what_was_verified(pages: list[sitecheck.Page]) -> None:
    assert any(page.blocks for page in pages), "the site shows no block at all"
    faults = sitecheck.unproven_blocks(pages, recorded(), listed("block", "source"))
    assert not faults, "\n".join(faults)


def test_every_block_says_so_in_words_and_links_to_file_and_test(pages: list[sitecheck.Page]) -> None:
    faults = []
    for page in pages:
        for block in page.blocks:
            verified = block.attributes.get("data-status") == "verified"
            wanted = ["Verified", "whole file", "test"] if verified else ["Not executed here:"]
            faults += [f"{page.path}: {block.name}: no {text!r} under it" for text in wanted if text not in block.proof]
    assert not faults, "\n".join(faults)


def test_every_measured_number_shows_its_day(pages: list[sitecheck.Page]) -> None:
    groups = record()["blocks"].items()
    proofs = {f"{folder}/{name}": proof for folder, group in groups for name, proof in group["proofs"].items()}
    faults, count = [], 0
    for page in pages:
        for block in page.blocks:
            if block.attributes["data-kind"] == "python" or not compare.measured(block.code):
                continue  # the numbers of a Python block are compared to the letter
            count += 1
            day = proofs.get(block.name, {}).get("measured", "no day")
            if day not in block.proof:
                faults.append(f"{page.path}: {block.name}: {day} is not under it: {block.proof.strip()}")
    assert count, "no block shows a measured number"
    assert not faults, "\n".join(faults)


def test_every_passage_that_is_not_executed_is_marked_and_nothing_else_is(pages: list[sitecheck.Page]) -> None:
    mark = "not-executed-"
    marked = {name.removeprefix(mark): page for page in pages for name in page.ids if name.startswith(mark)}
    assert marked.keys() == listed("passage", "name")
    for page in marked.values():
        assert "Not executed here" in page.main


def test_record_has_the_published_format(site: Path) -> None:
    schema = json.loads((site / "assets" / "verification.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    faults = [f"{fault.json_path}: {fault.message}" for fault in Draft202012Validator(schema).iter_errors(record())]
    assert not faults, "\n".join(faults)
