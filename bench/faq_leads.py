"""Asks the glossary's own FAQ questions, cold and right after their entry, and its follow-ups from the card they stand on.

    python bench/faq_leads.py [COUNT]

Prints how often that very FAQ leads, how often another one does, and how often a follow-up shows a card that differs
from the one before. COUNT questions are drawn with a fixed seed (default 600).
"""

import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from bot import compose, settings
from bot.tutor.about import Commands
from bot.tutor.dialogue import Answer, Question
from bot.tutor.planning import Planner
from corpus.entry import Level, Section


def lead_of(answer: Answer) -> tuple[str, str]:
    """The section and the first words of an answer's first part."""
    if not answer.parts or not answer.citations:
        return "", ""
    return answer.citations[answer.parts[0].citation - 1].section.value if answer.parts[
        0
    ].citation else "", answer.parts[0].text


def main() -> None:
    index = compose.index(settings.read()).current
    planner = Planner(index, Level.PLAIN, "", Commands())
    entries = [index.entry(head.slug) for head in index.headwords()]
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 600
    pairs = random.Random(0).sample([(entry, faq) for entry in entries for faq in entry.faq], count)
    right = {"cold": 0, "after its entry": 0}
    other = dict.fromkeys(right, 0)
    for entry, faq in pairs:
        turn = planner.prepare(Question(entry.term), writes=False).turn
        for name, history in (("cold", ()), ("after its entry", (turn,))):
            answer = planner.prepare(Question(faq.question, history=history), writes=False)
            section, text = lead_of(answer)
            same = text[:60] == faq.answer.replace("](", "").strip()[:60] or text[:40] == faq.answer[:40]
            right[name] += same
            other[name] += section == Section.FAQ.value and not same
    for name, leads in right.items():
        wrong = other[name] / count
        print(f"FAQ word for word, {name}: it leads in {leads / count:.3f}, another FAQ in {wrong:.3f}")
    follow_ups = random.Random(1).sample(
        [(entry, question) for entry in entries for question in entry.follow_ups], count
    )
    same_card = declined = 0
    for entry, question in follow_ups:
        first = planner.prepare(Question(entry.term), writes=False)
        answer = planner.prepare(Question(question, history=(first.turn,)), writes=False)
        same_card += answer.text == first.text
        declined += not answer.terms
    print(f"follow-ups: the same card again {same_card / count:.3f}, declined {declined / count:.3f}")


if __name__ == "__main__":
    main()
