"""A PostgreSQL server of one's own, for tests and benches: found, started in a new folder, and stopped.

Looks for an installed server (pg_config, PATH, /usr/lib/postgresql). The server refuses to run as root: then it runs as
the user "nobody". Nobody else can reach it: it listens on a socket in its own folder.
"""

import os
import shutil
import subprocess
import tempfile
from itertools import count
from pathlib import Path

MISSING = "there is no PostgreSQL server here: install one, such as Debian's package postgresql"


def binaries() -> Path | None:
    """The folder with initdb, pg_ctl and psql; None where there is no server."""
    told = shutil.which("pg_config")
    folders = [Path(subprocess.check_output([told, "--bindir"], text=True).strip())] if told else []
    folders += [Path(one).parent for one in [shutil.which("initdb")] if one]
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((one for one in folders if all((one / name).exists() for name in ("initdb", "pg_ctl", "psql"))), None)


class PostgresServer:
    """A server; `durable` keeps the promises of a real one, else it is faster and forgets when the machine stops."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self.folder = folder
        self._bin = folder
        self._durable = durable
        self._user = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
        self._names = count()

    @classmethod
    def started(cls, *, durable: bool = False) -> "PostgresServer":
        """Makes a server in a new folder and starts it. Raises FileNotFoundError where none is installed."""
        found = binaries()
        if not found:
            raise FileNotFoundError(MISSING)
        # pytest's own folders are closed to other users; the server may be another user.
        server = cls(Path(tempfile.mkdtemp(prefix="postgres-")), durable=durable)
        server._bin = found
        if server._user:
            shutil.chown(server.folder, "nobody", "nogroup")
        server._run("initdb", "-D", "data", "-U", "tutor", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        server.start()
        return server

    def start(self) -> None:
        """Starts the server and waits until it answers."""
        fast = "" if self._durable else " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        options = f"-c listen_addresses='' -c unix_socket_directories={self.folder} -c max_connections=60{fast}"
        self._run("pg_ctl", "-D", "data", "-l", "log", "-w", "-o", options, "start")

    def stop(self) -> None:
        """Stops it as a crash would: connections break off."""
        self._run("pg_ctl", "-D", "data", "-m", "immediate", "-w", "stop")

    def remove(self) -> None:
        """Stops it and deletes everything."""
        subprocess.run(
            [self._bin / "pg_ctl", "-D", "data", "-m", "immediate", "-w", "stop"],
            cwd=self.folder,
            capture_output=True,
            check=False,
            **self._user,
        )
        shutil.rmtree(self.folder, ignore_errors=True)

    def new_database(self, template: str = "template0") -> str:
        """The DATABASE_URL of a new database."""
        name = f"d{next(self._names)}"
        self.sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def url(self, name: str) -> str:
        """The DATABASE_URL of a database, in the spelling that hosters give."""
        return f"postgres://tutor@/{name}?host={self.folder}"

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Runs a statement; returns what it prints."""
        return self._run("psql", "-h", str(self.folder), "-U", "tutor", "-d", database, "-qAtc", statement)

    def _run(self, program: str, *arguments: str) -> str:
        environment = {**os.environ, "LC_ALL": "C", "HOME": str(self.folder)}
        with tempfile.TemporaryFile("w+") as out:  # a pipe would be held open by the server that pg_ctl leaves behind
            done = subprocess.run(
                [self._bin / program, *arguments],
                cwd=self.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                check=False,
                **self._user,
            )
            out.seek(0)
            text = out.read()
        if done.returncode:
            raise RuntimeError(f"{program}: {text}")
        return text
