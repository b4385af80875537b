"""A server's own entries: what each command changes, tells and refuses, over a real database and a real index."""

import asyncio
import io
import stat
import zipfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.discord_app.features.server_glossary import upload
from bot.discord_app.features.server_glossary.entry_form import (
    ENTRY_BYTES,
    FIELD,
    MAX_NAMES,
    Form,
    Refused,
    cleaned,
    entry_from,
    form_of,
    problems,
    readable,
)  # fmt: skip
from bot.discord_app.features.server_glossary.loader import FILE, loader, watch
from bot.discord_app.features.server_glossary.report import LONGEST, Report
from bot.discord_app.features.server_glossary.service import ServerGlossaryService
from bot.discord_app.features.server_glossary.upload import Upload, packed, unpack
from bot.state.database import Database
from bot.state.database_url import address
from bot.state.errors import Conflict, StorageOff
from corpus.entry import Entry, Faq, Source
from corpus.native_format import read as native
from corpus.native_format import write
from index.hot_reload import LiveIndex
from index.per_server import Shelves
from index.search import SearchIndex

GUILD, OTHER, ANN, BEN = 1_100_000_000_000_000_001, 1_100_000_000_000_000_002, 81, 82
ZEBRA = Form(
    "zebra rule", "Zebras dance in the sun.", "Zebras dance.\nStudent: Formally they dance.", "stripes", "dropout"
)


async def read_here(name: str, data: bytes) -> Upload:
    """What the process for uploads does, in this one."""
    folder = Path(pytest.tmp) / str(len(list(Path(pytest.tmp).iterdir())))  # type: ignore[attr-defined]
    folder.mkdir()
    unpack(name, data, folder)
    found = upload.imported(folder)
    return Upload(tuple(map(native.entry, found["entries"])), tuple(found["left_out"]), tuple(found["notes"]))


async def no_advice(entries: Sequence[Entry], others: Sequence[Entry]) -> list[str]:
    return []


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    made = Database(address(f"sqlite:///{tmp_path / 'memory.sqlite'}", tmp_path))
    yield made
    await made.close()


@pytest.fixture
def shelves(small_index: SearchIndex) -> Shelves:
    return Shelves(LiveIndex(small_index))


@pytest.fixture
def conversation(
    database: Database, shelves: Shelves, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> ServerGlossaryService:
    (tmp_path / "uploads").mkdir()
    monkeypatch.setattr(pytest, "tmp", tmp_path / "uploads", raising=False)
    return ServerGlossaryService(database.entries, shelves, read_here, no_advice)


async def texts(database: Database, guild: int = GUILD) -> dict[str, str]:
    return {row.slug: row.text for row in await database.entries.of(guild)}


def zipped(**files: str | bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


def test_a_form_becomes_an_entry_and_the_entry_the_form_again() -> None:
    form = Form(
        " zebra  rule ",
        "Zebras\ndance.",
        "They just dance.\n\n**ELI5:** Stripy horses dance.\n\nExample:\nOne danced here.\n\n"
        "Follow-ups:\n- What is dropout?\n- Why?",
        "stripes; stripy rule\nstripes",
        "dropout, overfitting",
    )
    made = entry_from(form)
    assert made == Entry(
        term="zebra rule", summary="Zebras dance.", plain="They just dance.", eli5="Stripy horses dance.",
        example="One danced here.", follow_ups=("What is dropout?", "Why?"), aliases=("stripes", "stripy rule"),
        related=("dropout", "overfitting"),
    )  # fmt: skip
    assert entry_from(form_of(made)) == made


def test_what_the_form_has_no_field_for_stays_when_an_entry_is_edited() -> None:
    before = Entry(
        term="zebra", summary="Old.", faq=(Faq("Why?", "So."),), sources=(Source("A book."),), category="animals"
    )
    made = entry_from(replace(form_of(before), summary="New."), before)
    assert made == replace(before, summary="New.")


def test_a_text_that_stands_twice_is_asked_about() -> None:
    with pytest.raises(Refused, match="“Student:” stands twice"):
        entry_from(Form("zebra", explanation="Student: one\nstudent: two"))


def test_an_entry_that_is_longer_than_a_form_is_edited_as_a_file() -> None:
    with pytest.raises(Refused, match="export"):
        form_of(Entry(term="zebra", plain="x " * FIELD))


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (Entry(term=""), "no term"),
        (Entry(term="zebra"), "explains nothing"),
        (Entry(term="the", plain="x"), "in every question"),
        (Entry(term="Difference between", plain="x"), "in every question"),
        (Entry(term="zebra", aliases=("!!!",), plain="x"), "in every question or in none"),
        (Entry(term="x" * 101, plain="x"), "100 characters"),
        (Entry(term="zebra", aliases=tuple(f"zebra {n}" for n in range(MAX_NAMES)), plain="x"), f"{MAX_NAMES} are allowed"),
        (Entry(term="zebra", aliases=("Zebra",), plain="x"), "stands twice"),
        (Entry(term="zebra", plain="word " * (ENTRY_BYTES // 5)), "20 kB are allowed"),
        (Entry(term="zebra", plain="[" * 500), "square brackets"),
        (Entry(term="zebra", plain="One.\n\n## Two\n\nThree."), "heading of its own"),
    ],
)  # fmt: skip
def test_what_cannot_be_an_entry_is_told_with_the_repair(entry: Entry, said: str) -> None:
    found = list(problems(entry))
    assert any(said in one for one in found)
    assert all(one.endswith(".") and (":" in one or "keep" in one) for one in found)


@given(st.builds(Form, *[st.text(max_size=60)] * 5))
@settings(max_examples=150, deadline=None)
def test_whatever_is_typed_is_refused_in_a_sentence_or_read_back_as_it_is(form: Form) -> None:
    try:
        made = cleaned(entry_from(form))
    except Refused:
        return
    if not list(problems(made)):
        assert native.entry(write.native(made)) == made
        assert cleaned(made) == made


def test_signs_that_control_or_turn_text_are_taken_out() -> None:
    assert readable("a\x00b\u202ec\ud83d\r\nd\u200b\u2028e \t") == "abc?\nd\ne"


async def test_what_was_added_is_found_at_once_and_by_this_server_only(
    conversation: ServerGlossaryService, shelves: Shelves, database: Database
) -> None:
    report = await conversation.add(GUILD, ANN, ZEBRA)
    assert report.text == (
        f"1 entry added. It is live now; `/glossary undo {report.change}` takes it back.\n- added **zebra rule**"
    )
    mine = shelves.fresh(str(GUILD))
    assert mine.search("what are stripes?").hits[0].passage.slug == "zebra-rule"
    assert mine.entry("zebra-rule").origin.file == FILE
    assert shelves.fresh(str(OTHER)).slugs_named("stripes") == []
    assert list(await texts(database)) == ["zebra-rule"]
    assert await texts(database, OTHER) == {}


async def test_adding_twice_points_to_editing(conversation: ServerGlossaryService) -> None:
    await conversation.add(GUILD, ANN, ZEBRA)
    with pytest.raises(Refused, match="edit"):
        await conversation.add(GUILD, ANN, ZEBRA)
    with pytest.raises(Refused, match="“stripes” already names “zebra rule” here"):
        await conversation.add(GUILD, ANN, Form("okapi", "It hides.", aliases="stripes"))


async def test_a_name_of_a_shared_entry_is_taken_and_the_report_says_so(
    conversation: ServerGlossaryService, shelves: Shelves
) -> None:
    report = await conversation.add(GUILD, ANN, Form("Kansas means", "Means in Kansas.", aliases="k-means"))
    assert "here “k-means” no longer means the shared entry “k-means clustering”." in report.text
    report = await conversation.add(GUILD, ANN, Form("dropout", "Somebody leaves."))
    assert "in the place of the shared entry" in report.text
    assert shelves.fresh(str(GUILD)).entry("dropout").summary == "Somebody leaves."


async def test_a_follow_up_that_nothing_answers_is_left_out(
    conversation: ServerGlossaryService, database: Database
) -> None:
    asked = ("What is underfitting?", "Where do penguins sleep at night in winter?", "What is the zebra rule?")
    explanation = "Zebras dance.\nFollow-ups:\n" + "\n".join(f"- {one}" for one in asked)
    report = await conversation.add(GUILD, ANN, replace(ZEBRA, explanation=explanation))
    assert "the follow-up “Where do penguins sleep" in report.text
    stored = native.entry((await texts(database))["zebra-rule"]).follow_ups
    assert stored == (asked[0], asked[2])


async def test_an_edit_changes_the_text_and_undo_brings_it_back(
    conversation: ServerGlossaryService, shelves: Shelves, database: Database
) -> None:
    await conversation.add(GUILD, ANN, ZEBRA)
    before = await texts(database)
    edited = await conversation.form(GUILD, "stripes")
    report = await conversation.edit(GUILD, BEN, replace(edited, form=replace(edited.form, summary="They rest.")))
    assert "changed **zebra rule**" in report.text
    assert shelves.fresh(str(GUILD)).entry("zebra-rule").summary == "They rest."
    undone = await conversation.undo(GUILD, ANN)
    assert shelves.fresh(str(GUILD)).entry("zebra-rule").summary == "Zebras dance in the sun."
    assert await texts(database) == before
    await conversation.undo(GUILD, ANN, undone.change)
    assert shelves.fresh(str(GUILD)).entry("zebra-rule").summary == "They rest."


async def test_an_edit_of_what_somebody_else_changed_meanwhile_is_not_applied(
    conversation: ServerGlossaryService, shelves: Shelves
) -> None:
    await conversation.add(GUILD, ANN, ZEBRA)
    one, other = await conversation.form(GUILD, "zebra rule"), await conversation.form(GUILD, "zebra-rule")
    await conversation.edit(GUILD, ANN, replace(one, form=replace(one.form, summary="First.")))
    with pytest.raises(Conflict):
        await conversation.edit(GUILD, BEN, replace(other, form=replace(other.form, summary="Second.")))
    assert shelves.fresh(str(GUILD)).entry("zebra-rule").summary == "First."


async def test_an_entry_with_another_term_moves(
    conversation: ServerGlossaryService, database: Database, shelves: Shelves
) -> None:
    await conversation.add(GUILD, ANN, ZEBRA)
    edited = await conversation.form(GUILD, "zebra rule")
    report = await conversation.edit(GUILD, ANN, replace(edited, form=replace(edited.form, term="okapi rule")))
    assert list(await texts(database)) == ["okapi-rule"]
    assert "added **okapi rule**" in report.text
    assert shelves.fresh(str(GUILD)).slugs_named("zebra rule") == []
    await conversation.undo(GUILD, ANN)
    assert list(await texts(database)) == ["zebra-rule"]


async def test_the_shared_entry_is_back_once_the_own_one_is_removed(
    conversation: ServerGlossaryService, shelves: Shelves
) -> None:
    await conversation.add(GUILD, ANN, Form("dropout", "Somebody leaves."))
    report = await conversation.remove(GUILD, ANN, "dropout")
    assert report.text.startswith("1 entry removed.")
    assert shelves.fresh(str(GUILD)) is shelves.current
    with pytest.raises(Refused, match="no entry “dropout” of its own"):
        await conversation.remove(GUILD, ANN, "dropout")


async def test_an_upload_takes_what_is_good_and_says_why_the_rest_is_not(
    conversation: ServerGlossaryService, shelves: Shelves, database: Database
) -> None:
    await conversation.add(GUILD, ANN, ZEBRA)
    table = "term,definition\nokapi,A shy relative of giraffes that hides in forests.\n"
    table += "the,A word that stands in every question about anything at all.\n"
    table += "stripes,What a zebra wears on every day of the week.\n"
    report = await conversation.upload(GUILD, ANN, "terms.csv", table.encode())
    assert report.text.startswith("1 entry added, 2 refused.")
    assert "refused **the**" in report.text
    assert "“stripes” already names “zebra rule”" in report.text
    assert set(await texts(database)) == {"zebra-rule", "okapi"}
    assert shelves.fresh(str(GUILD)).slugs_named("okapi") == ["okapi"]
    again = await conversation.upload(GUILD, ANN, "terms.csv", table.encode())
    assert again.text.startswith("Nothing has changed. 2 refused")
    assert again.change == 0


async def test_an_export_uploaded_elsewhere_gives_the_same_entries(
    conversation: ServerGlossaryService, database: Database
) -> None:
    await conversation.add(GUILD, ANN, ZEBRA)
    name, data = await conversation.export(GUILD)
    assert (name, data.decode()) == ("zebra-rule.md", (await texts(database))["zebra-rule"])
    await conversation.add(GUILD, ANN, Form("okapi", "It hides.", "An okapi hides in the forest and nobody sees it."))
    name, data = await conversation.export(GUILD)
    assert name == "glossary.zip"
    await conversation.upload(OTHER, BEN, name, data)
    assert await texts(database, OTHER) == await texts(database, GUILD)
    with pytest.raises(Refused, match="no entries of its own yet"):
        await conversation.export(3)


async def test_status_and_history_tell_what_there_is_and_who_did_it(conversation: ServerGlossaryService) -> None:
    assert "no entries of its own" in await conversation.status(GUILD)
    assert "Nothing has been changed" in await conversation.history(GUILD)
    first = await conversation.add(GUILD, ANN, ZEBRA)
    second = await conversation.remove(GUILD, BEN, "zebra rule")
    await conversation.undo(GUILD, ANN, second.change)
    said = await conversation.history(GUILD)
    assert said.index(f"`{second.change}`") < said.index(f"`{first.change}`")
    assert "removed zebra-rule" in said
    assert f"<@{BEN}>" in said
    assert await conversation.history(GUILD, "stripes") == said
    assert "1 entry of 500" in await conversation.status(GUILD)
    with pytest.raises(Refused, match="nothing to take back"):
        await conversation.undo(OTHER, ANN)
    with pytest.raises(Conflict):
        await conversation.undo(OTHER, ANN, second.change)


async def test_when_storing_fails_nothing_is_seen(
    conversation: ServerGlossaryService, database: Database, shelves: Shelves, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> None:
        raise StorageOff("What is kept cannot be reached just now. Try again in a minute.")

    await conversation.add(GUILD, ANN, ZEBRA)
    monkeypatch.setattr(database.entries, "write", fails)
    before = shelves.fresh(str(GUILD))
    with pytest.raises(StorageOff):
        await conversation.upload(
            GUILD, ANN, "t.csv", b"term,definition\nokapi,A shy relative of giraffes in forests.\n"
        )
    assert shelves.fresh(str(GUILD)) is before


async def test_many_changes_at_once_come_one_after_the_other(
    conversation: ServerGlossaryService, shelves: Shelves, database: Database
) -> None:
    forms = [Form(f"term {n}", f"Told {n}.") for n in range(8)]
    await asyncio.gather(*(conversation.add(guild, ANN, form) for form in forms for guild in (GUILD, OTHER)))
    for guild in (GUILD, OTHER):
        assert len(await texts(database, guild)) == 8
        assert all(shelves.fresh(str(guild)).slugs_named(form.term) for form in forms)


async def test_a_server_has_no_more_entries_than_allowed(
    conversation: ServerGlossaryService, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.discord_app.features.server_glossary.service.MAX_ENTRIES", 1)
    await conversation.add(GUILD, ANN, ZEBRA)
    with pytest.raises(Refused, match="Remove some first"):
        await conversation.add(GUILD, ANN, Form("okapi", "It hides."))
    assert len(await texts(database)) == 1


async def test_another_process_sees_a_change_and_a_damaged_row_hides_no_other(
    conversation: ServerGlossaryService, database: Database, small_index: SearchIndex
) -> None:
    elsewhere = Shelves(LiveIndex(small_index), loader(database.entries))
    assert (await elsewhere.opened(str(GUILD))).slugs_named("stripes") == []
    watching = asyncio.create_task(watch(database.entries, elsewhere, every_s=0.01))
    await conversation.add(GUILD, ANN, ZEBRA)
    await database.entries.write(GUILD, {"broken": "no entry at all"}, ANN)
    async with asyncio.timeout(20):
        while not (await elsewhere.opened(str(GUILD))).slugs_named("stripes"):
            await asyncio.sleep(0.01)
    watching.cancel()
    assert (await conversation.remove(GUILD, ANN, "broken")).change > 0


async def test_while_the_storage_is_away_the_shared_glossary_answers(small_index: SearchIndex) -> None:
    class Away:
        async def latest(self) -> dict[int, int]:
            raise StorageOff("away")

    shelves = Shelves(LiveIndex(small_index), loader(Away()))  # type: ignore[arg-type]
    assert await shelves.opened(str(GUILD)) is shelves.current


def test_a_long_report_goes_along_as_a_file_and_pings_nobody() -> None:
    report = Report("2 things.", tuple(f"line {n} " + "x" * 100 for n in range(50)))
    assert len(report.text) <= LONGEST
    assert "more lines are in the file" in report.text
    assert report.whole.count("\n") == 51
    assert Report("One.", ("a",)).whole == ""


async def test_what_was_typed_stands_in_a_report_without_acting(conversation: ServerGlossaryService) -> None:
    report = await conversation.add(
        GUILD, ANN, Form("@everyone zebra <@123>", "Zebras.", "x\nFollow-ups:\n- @everyone penguins asleep?")
    )
    assert "@everyone" not in report.text
    assert "<@123>" not in report.text


@pytest.mark.parametrize(
    "path", ["../out.md", "/etc/out.md", "a/../../out.md", "C:\\out.md", "..\\out.md", "a\\..\\..\\out.md"]
)
def test_a_path_that_leads_out_of_an_archive_is_refused(tmp_path: Path, path: str) -> None:
    (inner := tmp_path / "in" / "side").mkdir(parents=True)
    with pytest.raises(Refused, match="leads out of it"):
        unpack("a.zip", zipped(**{"good.md": "x", path: "x"}), inner)
    assert not list(tmp_path.rglob("out.md"))


def test_an_archive_bomb_is_stopped_by_what_comes_out_of_it(tmp_path: Path) -> None:
    bomb = zipped(**{f"{n}.md": b"\0" * 5_000_000 for n in range(5)})
    assert len(bomb) < 100_000
    with pytest.raises(Refused, match="larger than 20 MB"):
        unpack("a.zip", bomb, tmp_path)
    with pytest.raises(Refused, match="4000 are allowed"):
        unpack("a.zip", zipped(**{f"{n}.md": "" for n in range(4_001)}), tmp_path)
    with pytest.raises(Refused, match="too deep"):
        unpack("a.zip", zipped(**{"a/" * 20 + "b.md": ""}), tmp_path)


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04 and then nothing", zipped(**{"a.md": "x" * 500})[:-40], b"\x1f\x8bgz", b"Rar!"]
)
def test_a_damaged_or_foreign_archive_is_told_how_to_pack(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(Refused, match=r"plain \.zip"):
        unpack("a.zip", data, tmp_path)


def test_links_and_hidden_files_in_an_archive_are_passed_over(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("link.md")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr(".hidden.md", "x")
        archive.writestr("good.md", "x")
    unpack("a.zip", out.getvalue(), tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["good.md"]


@pytest.mark.parametrize("name", ["../../x.md", "..", "", "/", "a\x00b.md", "nested/terms.csv", ".env"])
def test_an_uploads_name_stays_in_its_folder(tmp_path: Path, name: str) -> None:
    unpack(name, b"x", tmp_path)
    assert len(list(tmp_path.iterdir())) == 1
    assert list(tmp_path.parent.glob("x.md")) == []


def test_the_same_entries_pack_to_the_same_bytes() -> None:
    entries = [Entry(term="b", plain="B."), Entry(term="a", plain="A.")]
    assert packed(entries) == packed(entries[::-1])


@pytest.mark.slow
async def test_an_upload_is_read_in_a_process_of_its_own() -> None:
    data = zipped(**{"a/zebra.md": write.native(Entry(term="zebra", plain="Zebras dance.")), "b.md": ""})
    found = await upload.read("a.zip", data)
    assert [one.term for one in found.entries] == ["zebra"]
    assert found.left_out == ("b.md:1: stub: the file is empty",)
    with pytest.raises(Refused, match="2 MB are allowed"):
        await upload.read("a.csv", b"x" * 2_000_001)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["a.md", "a.html", "a.csv", "a.json", "a.yaml", "a.rst", "a.txt"])
async def test_hostile_files_end_in_a_sentence_or_in_entries(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload, "READ_S", 20.0)
    bombs = (
        b"[" * 300_000,
        b"---\nterm: &a [x,x]\nrelated: &b [*a,*a,*a,*a]\naliases: [*b,*b,*b,*b]\n---\n## Plain\nx\n",
        b"<div>" * 50_000 + b"(a+)+$" * 1_000,
        bytes(range(256)) * 500,
    )
    for data in bombs:
        try:
            found = await upload.read(name, data)
        except Refused as sentence:
            assert str(sentence).endswith(".")  # noqa: PT017
        else:
            assert all(entry.term for entry in found.entries)


@pytest.mark.slow
async def test_a_process_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload, "READ_S", 0.01)
    with pytest.raises(Refused, match="takes too long"):
        await upload.read("a.md", b"x")


@pytest.mark.slow
async def test_advice_is_given_without_carrying_out_calculations() -> None:
    entry = Entry(term="zebra", eli5="Zebras dance.", related=("okapi", "nothing"), checks=("9**9**9**9 == 1",))
    said = await upload.advice([entry], [Entry(term="okapi", plain="Hides.")])
    assert 'zebra: "nothing" in related is no entry.' in said
    assert not any("okapi" in one or "9**9" in one for one in said)
