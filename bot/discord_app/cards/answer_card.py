"""An answer as a card: blocks of text and formulas, and rows of controls. Pure values; components.py makes Discord's out of them.

What fits one message is decided here; a longer answer has pages.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz

from bot.discord_app.cards import texts
from bot.discord_app.cards.custom_id import Action, Press
from bot.discord_app.discord_text import sanitize
from bot.discord_app.discord_text.inline import FormulaBlock
from bot.discord_app.discord_text.render import Block, TextBlock, blocks
from bot.discord_app.discord_text.split import clip, split
from bot.discord_app.limits import MAX_ALT_TEXT, MAX_BUTTON_LABEL, MAX_OPTION_LABEL, MAX_SELECT_OPTIONS, byte_size, size
from bot.tutor.dialogue import Answer, Citation, Origin, Part
from corpus.entry import Level
from corpus.glossary import folded

PAGE_CHARACTERS = 2_800
"""Text of one page; what is left of Discord's 4,000 is for headline, note, names and sources."""

PAGE_BYTES = 6_500
"""Likewise of Discord's 10,170 bytes."""

PAGE_FORMULAS = 4
FOLLOW_UPS = 3
TITLE = 150
LINE = 250
"""Characters of a line of small print: sources, other names, a note."""

MAX_RELATED = 8
MAX_OTHER_NAMES = 3
SAME_NAME = 75
"""rapidfuzz's ratio, 0 to 100, from which two names are one in another spelling."""

MODEL_NAME = 60
LISTED_SOURCE = 300

_OPENS_BLOCK = re.compile(r"(?:[-*+]|\d{1,9}[.)]|>|#{1,3}|-#)[ \t]|```")
_MARK = re.compile(r"\[(\d{1,3})\]")
_WRITING = "-# writing …"


class Tone(StrEnum):
    """How a button looks."""

    QUIET = "quiet"
    CURRENT = "current"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Button:
    """A button: what it says and what pressing it asks for."""

    label: str
    custom_id: str
    tone: Tone = Tone.QUIET
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a select."""

    label: str
    value: str
    description: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Select:
    """A list to choose one from."""

    custom_id: str
    placeholder: str
    options: tuple[Option, ...]


Row = tuple[Button, ...] | Select


@dataclass(frozen=True, slots=True)
class Card:
    """What one message shows: a headline, the body, a footer in small print, and rows of controls."""

    headline: str
    body: tuple[Block, ...] = ()
    footer: str = ""
    rows: tuple[Row, ...] = ()


def notice(text: str, *rows: Row) -> Card:
    """Return a card that says one thing, in our own words."""
    return Card("", (TextBlock(_first_page(text)),), "", rows)


def streaming(terms: Sequence[str], text: str, answer_id: str) -> Card:
    """Return a card whose answer is still coming, with a button that stops it. Of a long one the last page is shown."""
    *_, body = paged([_unpictured(block) for block in blocks(text)])
    return Card(_named(terms), tuple(body), _WRITING if body else f"-# {texts.LOOKING}", ((_stop(answer_id),),))


def waiting(terms: Sequence[str], sentence: str, answer_id: str) -> Card:
    """Return a card that waits its turn."""
    return Card(_named(terms), (TextBlock(sentence),), "", ((_stop(answer_id),),))


def failed(sentence: str, answer_id: str) -> Card:
    """Return a card that could not be finished, with a button that tries again."""
    return notice(sanitize.answer(sentence), (Button("Retry", Press(Action.RETRY, answer_id).custom_id),))


def answered(
    answer: Answer,
    answer_id: str,
    slug: str = "",
    page: int = 0,
    public: bool = True,
    levels: Sequence[Level] = tuple(Level),
) -> Card:
    """Return the card of an answer.

    `slug` is its entry's, "" when it has none or several; `public`: others see it too; `levels`: those to choose from.
    """
    pages = list(paged(_body(answer)))
    page = max(0, min(page, len(pages) - 1))
    body = tuple(pages[page])
    turn = _Page(page, len(pages), public)
    rows = tuple(_rows(answer, _Presses(answer_id, slug), turn, levels))
    return Card(_headline(answer), body, _footer(answer, body, page), rows)


def sources(answer: Answer) -> Card:
    """Return the passages that an answer stands on and the papers and books that its entries name."""
    lines = [f"{citation.n}. {_place(citation, LISTED_SOURCE)}" for citation in _cited(answer)]
    # A source is no code: a backtick that is left open would pair with one of the next line, and free what that one hid.
    bare = (source.replace("`", "'") for source in answer.sources)
    lines += [f"- {sanitize.answer(clip(source, LISTED_SOURCE))}" for source in bare]
    if not lines:
        return notice(texts.NO_SOURCES)
    shown = _first_page("\n".join(lines)).count("\n") + 1
    more = f"-# and {len(lines) - shown} more" if shown < len(lines) else ""
    return Card("### Sources", (TextBlock("\n".join(lines[:shown])),), more)


def paged(body: Sequence[Block]) -> Iterator[list[Block]]:
    """Return the blocks in pages that each fit one message; at least one page."""
    page: list[Block] = []
    for block in _small(body):
        if page and not _fits([*page, block]):
            yield page
            page = []
        if page and isinstance(block, TextBlock) and isinstance(page[-1], TextBlock):
            page[-1] = TextBlock(f"{page[-1].markdown}\n\n{block.markdown}")
        else:
            page.append(block)
    yield page


def _small(body: Sequence[Block]) -> Iterator[Block]:
    for block in body:
        if isinstance(block, FormulaBlock) and size(block.latex) <= MAX_ALT_TEXT:
            yield block
        else:
            text = _text_of(block)
            yield from (TextBlock(piece) for piece in split(text, PAGE_CHARACTERS, PAGE_BYTES))


def _fits(page: Sequence[Block]) -> bool:
    text = "\n\n".join(map(_text_of, page))
    formulas = sum(isinstance(block, FormulaBlock) for block in page)
    return size(text) <= PAGE_CHARACTERS and byte_size(text) <= PAGE_BYTES and formulas <= PAGE_FORMULAS


def _text_of(block: Block) -> str:
    """Return the text of a block; a formula is code where its picture cannot be made."""
    if isinstance(block, TextBlock):
        return block.markdown
    latex = re.sub("`(?=``)", f"`{sanitize.BREAK}", block.latex)
    return f"```latex\n{latex}\n```"


def _unpictured(block: Block) -> TextBlock:
    return TextBlock(_text_of(block))


def _first_page(text: str) -> str:
    return next(iter(split(text, PAGE_CHARACTERS, PAGE_BYTES)), "…")


def _named(terms: Sequence[str]) -> str:
    return f"### {clip(sanitize.plain(', '.join(terms)), TITLE)}" if "".join(terms).strip() else ""


def _headline(answer: Answer) -> str:
    title = _named(answer.terms)
    model = clip(sanitize.plain(answer.model), MODEL_NAME)
    origin = {
        Origin.AUTHORED: "from the glossary",
        Origin.WRITTEN: f"written by {model} from {_counted(len(answer.citations), 'passage')}",
        Origin.DECLINED: "not in this glossary",
    }[answer.origin]
    shown = answer.level_given or answer.level
    level = texts.LEVELS[shown] + (
        "" if shown is answer.level else f" (no {texts.LEVELS[answer.level]} text was written)"
    )
    told = origin if answer.origin is Origin.DECLINED else f"{level} · {origin}" if title else ""
    said = f"-# {told}" if told else ""
    note = f"> {clip(sanitize.plain(answer.note), LINE)}" if answer.note.strip() else ""
    return "\n".join(filter(None, [title, said, note]))


def _body(answer: Answer) -> list[Block]:
    """Return the parts of the answer that are shown at once; the folded ones are left to their buttons."""
    return [block for part in answer.shown for block in _part(part, cited=answer.origin is not Origin.DECLINED)]


def _part(part: Part, cited: bool) -> list[Block]:
    """Return the blocks of one part: its heading before the first one, its mark behind the last."""
    made = list(blocks(part.text))
    stop = "" if part.heading.endswith(("?", "!", ".", ":")) else "."
    heading = f"**{clip(sanitize.plain(part.heading), LINE)}{stop}**" if part.heading.strip() else ""
    mark = f"[{part.citation}]" if part.citation and cited else ""
    if heading and made and isinstance(made[0], TextBlock):
        space = "\n" if _OPENS_BLOCK.match(made[0].markdown) else " "
        made[0] = TextBlock(f"{heading}{space}{made[0].markdown}")
    elif heading:
        made.insert(0, TextBlock(heading))
    if mark and made and isinstance(made[-1], TextBlock):
        # Behind a fence it would be taken for a part of it.
        space = "\n" if made[-1].markdown.endswith("```") else " "
        made[-1] = TextBlock(f"{made[-1].markdown}{space}{mark}")
    elif mark:
        made.append(TextBlock(mark))
    return made


def _footer(answer: Answer, body: Sequence[Block], page: int) -> str:
    """Other names on the first page, and on every page the places that its marks stand for."""
    lines = []
    if page == 0 and (names := other_names(answer.terms, answer.also_known_as)):
        lines.append(f"-# Also known as {clip(sanitize.plain(', '.join(names)), LINE)}")
    marks = {int(n) for block in body if isinstance(block, TextBlock) for n in _MARK.findall(block.markdown)}
    if cited := [f"[{citation.n}] {_place(citation, LINE)}" for citation in _cited(answer) if citation.n in marks]:
        lines.append(f"-# {clip(' · '.join(cited), LINE)}")
    return "\n".join(lines)


def other_names(terms: Sequence[str], names: Sequence[str]) -> list[str]:
    """Return up to MAX_OTHER_NAMES other names, without those that only spell or inflect a name before them.

    Likeness of letters tells them apart, so a true synonym that looks like the term is left out too.
    """
    kept: list[str] = []
    for name in names:
        before = [folded(known) for known in (*terms, *kept)]
        key = folded(name)
        if key and not any(fuzz.ratio(key, known) >= SAME_NAME or key in known.split() for known in before):
            kept.append(name)
    return kept[:MAX_OTHER_NAMES]


def _cited(answer: Answer) -> Sequence[Citation]:
    """Return the citations; a refusal has none, whatever it was made from."""
    return () if answer.origin is Origin.DECLINED else answer.citations


def _place(one: Citation, most: int) -> str:
    return f"{clip(sanitize.plain(one.term), most)} › {one.section}"


@dataclass(frozen=True, slots=True)
class _Presses:
    """Makes the custom_ids of one card."""

    answer_id: str
    slug: str

    def __call__(self, action: Action, argument: str = "") -> str:
        return Press(action, self.answer_id, argument, self.slug).custom_id


@dataclass(frozen=True, slots=True)
class _Page:
    number: int
    count: int
    public: bool


def is_small_talk(answer: Answer) -> bool:
    """Return whether an answer is about nothing: a greeting, thanks."""
    return answer.origin is Origin.AUTHORED and not (answer.terms or answer.citations or answer.follow_ups)


def _rows(answer: Answer, press: _Presses, page: _Page, levels: Sequence[Level]) -> Iterator[Row]:
    """Yield a row of the levels that exist, a row of follow-ups, and one menu with everything else."""
    if is_small_talk(answer):
        return
    shown = answer.level_given or answer.level
    if answer.terms and _cited(answer) and set(levels) - {shown}:
        offered = [level for level in Level if level in {*levels, shown}]
        yield tuple(
            Button(texts.LEVELS[level], press(Action.LEVEL, level), *_marked(level is shown)) for level in offered
        )
    follow_ups = [
        Button(said, press(Action.FOLLOW_UP, str(n)))
        for n, follow_up in enumerate(answer.follow_ups[:FOLLOW_UPS])
        if (said := label(follow_up, MAX_BUTTON_LABEL))
    ]
    if follow_ups:
        yield tuple(follow_ups)
    yield Select(press(Action.MORE), "More …", tuple(_more(answer, page)))


def _more(answer: Answer, page: _Page) -> Iterator[Option]:
    """Yield the choices of the menu; the value is the action, and behind a colon its argument."""
    if page.count > 1:
        following = (page.number + 1) % page.count
        yield Option(f"Page {following + 1} of {page.count}", f"{Action.PAGE}:{following}", "Turn the page")
    if answer.terms:
        yield Option("Why?", Action.WHY, "Why it matters")
        yield Option("Example", Action.EXAMPLE, "An example of it")
    if _cited(answer) or answer.sources:
        yield Option("Sources", Action.SOURCES, "What this answer stands on")
    yield Option("Ask your own …", Action.OWN_QUESTION, "Go on in your own words")
    if page.public and answer.terms:
        yield Option("At my level", Action.MY_LEVEL, "This, told privately at your own level")
    if answer.origin is not Origin.DECLINED:
        room = MAX_OPTION_LABEL - len(f"{Action.SEE_ALSO}:")
        related = dict.fromkeys(said for term in answer.see_also if (said := label(term, room)))
        for term in list(related)[:MAX_RELATED]:
            yield Option(term, f"{Action.SEE_ALSO}:{term}", "A related term")
    yield Option("👍", Action.HELPFUL, "This helped")
    yield Option("👎", Action.UNHELPFUL, "This did not help")
    yield Option("🗑", Action.DELETE, "Delete this card")


def label(text: str, most: int) -> str:
    """Return a text as it can stand on a control: one line of at most `most` characters; "" when nothing of it is visible."""
    line = clip(sanitize.one_line(text), most)
    return line if any(sign.isprintable() and not sign.isspace() for sign in line) else ""


def options_of(terms: Iterable[str]) -> tuple[Option, ...]:
    """Return terms as the choices of a select, each once, as many as it can offer."""
    labels = dict.fromkeys(said for term in terms if (said := label(term, MAX_OPTION_LABEL)))
    return tuple(Option(text, text) for text in labels)[:MAX_SELECT_OPTIONS]


def _marked(current: bool) -> tuple[Tone, bool]:
    return (Tone.CURRENT, True) if current else (Tone.QUIET, False)


def _stop(answer_id: str) -> Button:
    return Button("Stop", Press(Action.STOP, answer_id).custom_id, Tone.DANGER)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
