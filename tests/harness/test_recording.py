"""Recordings of sessions: made by a run, keyed by the text, refused when stale."""

import json
from pathlib import Path

from harness.proof import recording
from harness.proof.runners import compare
from harness.proof.runners.terminal import FOLDER

SESSION = "$ echo one; sleep 0.3; echo two\none\ntwo\n$ pwd\n" + FOLDER + "\n"


def test_update_records_a_session_with_its_pauses(terminal, monkeypatch, tmp_path):
    session = tmp_path / "snippets" / "pauses.console"
    session.parent.mkdir()
    session.write_text(SESSION)
    file = session.with_suffix(".cast")
    file.write_text("")
    monkeypatch.setattr("harness.proof.runners.terminal.ROOT", tmp_path)
    terminal("pauses.console")
    assert file.read_text() == "", "only an update records"

    monkeypatch.setenv(compare.UPDATE, "1")
    terminal("pauses.console")
    head, *events = [json.loads(line) for line in file.read_text().splitlines()]
    assert (head["version"], head["width"], head["height"]) == (2, 60, 6)
    assert recording.fault(file) is None
    shown = [(when, text) for when, _, text in events]
    assert "".join(text for _, text in shown) == SESSION.replace("\n", "\r\n"), "what the page shows, and no path"
    when = {text.strip(): seconds for seconds, text in shown}
    assert when["two"] - when["one"] > 0.29
    assert when["$ pwd"] - when["two"] > recording.TYPING - 0.01, "each is rounded to a millisecond"

    before = file.read_bytes()
    terminal("pauses.console")
    assert file.read_bytes() == before, "a recording of the present text stays"


def test_recording_of_another_text_is_refused(tmp_path: Path) -> None:
    session = tmp_path / "snippets" / "redis" / "kill.console"
    session.parent.mkdir(parents=True)
    session.write_text(SESSION)
    file = session.with_suffix(".cast")
    recorder = recording.Recorder(lambda text: text.replace("\r\n", "\n"))
    recorder.typed(5.0, "$ ", "echo one")
    recorder.shown(5.5, "on")
    recorder.shown(5.51, "e\r\n\x1d0\x1e")
    assert list(recorder.events()) == [(1.0, "$ echo one\r\n"), (1.5, "one\r\n")]
    recorder.save(session, SESSION)
    assert recording.problems(tmp_path) == []
    session.write_text(SESSION.replace("two", "three"))
    stale = "kill.cast is not a recording of the present kill.console: `make update` records it anew"
    assert recording.problems(tmp_path) == [f"snippets/redis/kill.cast: {stale}"]
    file.write_text("[]")
    assert recording.problems(tmp_path) == [f"snippets/redis/kill.cast: {stale}"]
    session.unlink()
    (problem,) = recording.problems(tmp_path)
    assert problem.endswith("kill.cast has no session kill.console beside it: delete it")
