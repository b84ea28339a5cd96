"""A real Bugsink: it speaks the protocol of Sentry's SDKs and keeps error events, which tests read back."""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
import urllib.error
import urllib.request
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode
from uuid import UUID

from harness.lab.provision import Provision
from harness.lab.servers.base import Server, ServerError, healthy

# What belongs to the installation rather than to one test.
_KEPT = ("django_", "auth_", "users_", "bsmain_authtoken", "phonehome_installation", "sqlite_")


@dataclass(frozen=True)
class Project:
    """A project on a Bugsink server; `dsn` is what an application passes to `sentry_sdk.init`."""

    server: Bugsink
    id: int
    name: str
    dsn: str

    def issues(self) -> list[dict[str, Any]]:
        """Issues of this project, newest first (id, calculated_type, calculated_value, digested_event_count, ...)."""
        return self.server.listed("issues", project=self.id, sort="last_seen", order="desc")

    def events(self, issue: dict[str, Any] | str | None = None) -> list[dict[str, Any]]:
        """Events of one issue, or of all issues, oldest first; key "data" holds the event as the SDK sent it."""
        found = []
        for one in [issue] if issue else self.issues():
            number = one["id"] if isinstance(one, dict) else one
            for event in self.server.listed("events", issue=number, order="asc"):
                found.append(self.server.api("GET", f"events/{event['id']}/"))
        return sorted(found, key=lambda event: (event["ingested_at"], event["digest_order"]))


class Bugsink(Server):
    """Bugsink at http://localhost:PORT, digesting at once: an accepted event can be read back immediately.

    User admin@example.org, password admin. Calls nobody outside.
    """

    name = "Bugsink"
    process_name = "python"
    start_timeout = 60.0

    def __init__(self, port: int = 9000, *, data: Path | None = None) -> None:
        super().__init__(port, data=data)
        self._installed = Provision.from_env().bugsink
        self.token = (self._installed / "template" / "token").read_text().strip()

    def command(self) -> list[str | Path]:
        options = [
            "--workers=1",
            "--threads=8",
            "--worker-tmp-dir",
            str(self._folder),
            "--no-control-socket",
            "--graceful-timeout=1",
        ]
        python = self._installed / "venv" / "bin" / "python"
        return [python, "-m", "gunicorn", f"--bind=127.0.0.1:{self.port}", *options, "bugsink.wsgi"]

    def environment(self) -> dict[str, str]:
        return {
            "DJANGO_SETTINGS_MODULE": "bugsink_settings",
            "PYTHONPATH": str(self._installed / "template"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "BUGSINK_BASE": str(self.data),
            "BUGSINK_PORT": str(self.port),
        }

    def start(self, timeout: float | None = None) -> Self:
        if not (self.data / "db.sqlite3").exists():
            shutil.copytree(self._installed / "template", self.data, dirs_exist_ok=True)
        return super().start(timeout)

    def ready(self) -> bool:
        return healthy(f"http://localhost:{self.port}/health/ready")

    def project(self, name: str = "shop", key: str | None = None) -> Project:
        """Create a project. `key`: the public part of its DSN, 32 hexadecimal digits; None for a random one."""
        teams = self.listed("teams")
        team = teams[0] if teams else self.api("POST", "teams/", {"name": "team"})
        with closing(self._database()) as database:
            before = {row[0] for row in database.execute("SELECT id FROM projects_project")}
            self.api("POST", "projects/", {"name": name, "team": team["id"]})
            number = next(row[0] for row in database.execute("SELECT id FROM projects_project") if row[0] not in before)
            if key:  # a server chooses keys itself; a page needs one that is the same on each run
                with database:
                    database.execute("UPDATE projects_project SET sentry_key = ? WHERE id = ?", (UUID(key).hex, number))
        return Project(self, number, name, self.api("GET", f"projects/{number}/")["dsn"])

    def listed(self, what: str, **query: Any) -> list[dict[str, Any]]:
        """All entries of one of the API's lists, following its pages."""
        answer = self.api("GET", f"{what}/?{urlencode(query)}")
        found = list(answer["results"])
        while answer.get("next"):
            answer = self.api("GET", answer["next"])
            found += answer["results"]
        return found

    def api(self, method: str, path: str, json_body: Any = None) -> Any:
        """Call the REST API, for instance `api("GET", "events/ID/")`; the decoded answer.

        Raises ServerError with the server's answer for any status from 400 on.
        """
        url = path if path.startswith("http") else f"http://localhost:{self.port}/api/canonical/0/{path}"
        request = urllib.request.Request(
            url,
            method=method,
            data=None if json_body is None else json.dumps(json_body).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                body = response.read()
        except urllib.error.HTTPError as error:
            raise ServerError(f"{method} {url}: {error.code} {error.read(300).decode(errors='replace')}") from None
        return json.loads(body) if body else None

    def reset(self) -> None:
        """Make the server as new for the next test: no projects, issues or events; ids start at 1 again."""
        with closing(self._database()) as database, database:
            tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for table in tables:
                if not table.startswith(_KEPT):
                    database.execute(f'DELETE FROM "{table}"')
                    database.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))

    def debug_files(self) -> int:
        """How many uploaded files (scripts and source maps) it has unpacked, after the upload."""
        with contextlib.closing(self._database()) as database:
            return int(database.execute("SELECT count(*) FROM files_filemetadata").fetchone()[0])

    def _database(self) -> sqlite3.Connection:
        return sqlite3.connect(self.data / "db.sqlite3", timeout=20)

    @property
    def version(self) -> str:
        found = list((self._installed / "venv" / "lib").glob("python*/site-packages/bugsink-*.dist-info"))
        return found[0].name.removeprefix("bugsink-").removesuffix(".dist-info")
