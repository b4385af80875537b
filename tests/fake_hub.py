"""A model hub on this machine for tests: its listing, and files by byte range, sound or cut off or altered."""

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

COMMIT = "5" * 40
_CODES = {401: "RepoNotFound", 403: "GatedRepo", 404: "RepoNotFound"}


@dataclass(slots=True)
class FakeHub:
    """Serves `files` as the repository Maker/Tiny. Files of weights are listed with sha256, the others with git's sum.

    `cut_after` closes the connection after so many bytes of weights and answers 503 from then on; `altered` sends other
    bytes than were listed. `asked` records (file, first byte) of each request for a file.
    """

    files: dict[str, bytes]
    cut_after: int | None = None
    altered: bool = False
    status: int = 200
    url: str = ""
    asked: list[tuple[str, int]] = field(default_factory=list)
    _is_down: bool = False

    def listing(self) -> bytes:
        """What the hub's API says of the repository."""
        siblings = [self._listed(name, body) for name, body in self.files.items()]
        return json.dumps({"_id": "1", "id": "Maker/Tiny", "sha": COMMIT, "siblings": siblings}).encode()

    def _listed(self, name: str, body: bytes) -> dict[str, object]:
        blob = hashlib.sha1(f"blob {len(body)}\0".encode() + body).hexdigest()
        listed: dict[str, object] = {"rfilename": name, "size": len(body), "blobId": blob}
        if name.endswith(".safetensors"):
            listed["lfs"] = {"sha256": hashlib.sha256(body).hexdigest(), "size": len(body), "pointerSize": 130}
        return listed

    def mend(self) -> None:
        """From now on all is well."""
        self.cut_after, self.altered, self.status, self._is_down = None, False, 200, False

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Answers one GET."""
        file = re.fullmatch(rf"/Maker/Tiny/resolve/{COMMIT}/(.+)", request.path)
        if self.status != 200 or self._is_down:
            _send(request, self.status if self.status != 200 else 503, b"{}")
        elif request.path.startswith("/api/models/Maker/Tiny"):
            _send(request, 200, self.listing())
        elif file and file[1] in self.files:
            self._send_file(request, file[1])
        else:
            _send(request, 404, b"{}")

    def _send_file(self, request: BaseHTTPRequestHandler, name: str) -> None:
        body = self.files[name]
        if self.altered and name.endswith(".safetensors"):
            body = bytes(byte ^ 1 for byte in body)
        asked = re.fullmatch(r"bytes=(\d+)-", request.headers.get("Range", ""))
        first = int(asked[1]) if asked else 0
        self.asked.append((name, first))
        rest = body[first:]
        if self.cut_after is not None and name.endswith(".safetensors"):
            self._is_down = True
            _send(request, 200, rest, sent=self.cut_after)
        elif asked:
            _send(request, 206, rest, content_range=f"bytes {first}-{len(body) - 1}/{len(body)}")
        else:
            _send(request, 200, rest)


def _send(
    request: BaseHTTPRequestHandler, status: int, body: bytes, sent: int | None = None, content_range: str = ""
) -> None:
    request.send_response(status)
    request.send_header("Content-Length", str(len(body)))
    if status in _CODES:
        request.send_header("X-Error-Code", _CODES[status])
    if content_range:
        request.send_header("Content-Range", content_range)
    request.end_headers()
    request.wfile.write(body[:sent])
    request.close_connection = True


@contextmanager
def serving(hub: FakeHub) -> Iterator[FakeHub]:
    """The hub on a free port of this machine, at `hub.url`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hub.answer(self)

        def log_message(self, *_: object) -> None:  # type: ignore[override]
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        hub.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield hub
        finally:
            server.shutdown()
