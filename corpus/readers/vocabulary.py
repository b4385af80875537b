"""The words by which glossaries name their parts: headings, labels, columns and keys -> slots.

One vocabulary for every format, since authors use the same words as a heading, a column or a front-matter key.
Knows no format.
"""

import re
from enum import StrEnum
from functools import lru_cache


class Slot(StrEnum):
    """What a piece of a foreign page is. Slots that are also sections of an entry have the section's value."""

    TERM = "term"
    DEFINITION = "definition"
    SUMMARY = "summary"
    ELI5 = "eli5"
    PLAIN = "plain"
    STUDENT = "student"
    PRACTITIONER = "practitioner"
    EXPERT = "expert"
    EXAMPLE = "example"
    WHY_IT_MATTERS = "why it matters"
    FAQ = "faq"
    FOLLOW_UPS = "follow-ups"
    ANSWERS = "answers"
    RELATED = "related"
    PREREQUISITES = "prerequisites"
    ALIASES = "aliases"
    CATEGORY = "category"
    TAGS = "tags"
    SOURCES = "sources"
    NAVIGATION = "navigation"


TEXTS = (
    Slot.DEFINITION,
    Slot.SUMMARY,
    Slot.ELI5,
    Slot.PLAIN,
    Slot.STUDENT,
    Slot.PRACTITIONER,
    Slot.EXPERT,
    Slot.EXAMPLE,
    Slot.WHY_IT_MATTERS,
)
"""The slots that hold prose about the term."""

_WORDS = {
    Slot.TERM: """
        term, terms, name, word, title, headword, head word, lemma, concept, keyword, phrase, expression,
        entry, front, question, key, begriff, fachbegriff, terme, termino, término, nome, nombre
    """,
    Slot.DEFINITION: """
        definition, definitions, def, defn, description, desc, meaning, explanation, text, body, content,
        contents, back, answer, value, gloss, explain, details text, overview, introduction, intro, what it
        is, what is it, what is this, what does it mean, bedeutung, beschreibung, erklärung, erläuterung,
        définition, definición, definizione, definição, significado
    """,
    Slot.SUMMARY: """
        summary, short, brief, short definition, short description, brief definition, tldr, tl dr, in short,
        in brief, in a nutshell, in one sentence, one liner, key takeaway, abstract, at a glance, quick
        definition, zusammenfassung, kurzfassung, kurzdefinition, résumé, resumen
    """,
    Slot.ELI5: """
        eli5, eli 5, explain like im five, explain like i am five, explain like im 5, for kids, for
        children, kids, like im five, for a child
    """,
    Slot.PLAIN: """
        plain, plain english, in plain english, plain language, in plain language, in plain words, in simple
        terms, simple terms, simple, simply put, simple definition, simple explanation, simple description,
        beginner, beginners, for beginners, laymans terms, in laymans terms, layman, non technical, basic,
        easy, einfach erklärt
    """,
    Slot.STUDENT: """
        student, students, for students, in depth, indepth, in depth explanation, detailed explanation,
        detailed definition, detailed description, details, detail, detailed, long, long definition, long
        description, full definition, full description, deep dive, intermediate, how it works, how does it
        work, technical definition, technical explanation, technical, technical details, formal definition,
        vertiefung, im detail, funktionsweise
    """,
    Slot.PRACTITIONER: """
        practitioner, practitioners, for practitioners, in practice, practical, practical tips, best
        practices, engineer, for engineers, developers, for developers, implementation, in der praxis
    """,
    Slot.EXPERT: "expert, experts, for experts, advanced, for researchers, research, mathematical definition",
    Slot.EXAMPLE: """
        example, examples, an example, for example, example usage, usage, use case, use cases, real world
        example, real world examples, example sentence, code example, applications, beispiel, beispiele,
        exemple, exemples, ejemplo, ejemplos, analogy
    """,
    Slot.WHY_IT_MATTERS: """
        why it matters, why this matters, why does it matter, why is it important, importance, significance,
        relevance, why it is important, why its important, why you should care, why use it, benefits,
        motivation, problem it addresses, problem it solves, the problem it solves, how it helps, what
        problem it solves, why, warum es wichtig ist, welches problem es löst, wie es das problem löst,
        pourquoi cest important, por qué importa
    """,
    Slot.FAQ: """
        faq, faqs, frequently asked questions, questions and answers, common questions, q and a, qa, q a,
        people also ask, häufige fragen, questions fréquentes, preguntas frecuentes
    """,
    Slot.FOLLOW_UPS: """
        follow ups, follow up, follow up question, follow up questions, followups, next questions, further
        questions, questions, questions to ask, discussion questions, check your understanding, suggested
        questions
    """,
    Slot.ANSWERS: "answers, answers to follow up questions, answers to the questions, answers to follow ups",
    Slot.RELATED: """
        related, related terms, related term, related concepts, related topics, related entries, related
        words, related pages, related content, related links, related articles, see also, see, also see,
        siehe auch, similar terms, similar, linked terms, verwandte begriffe, voir aussi, términos
        relacionados, véase también, compare, cf, connections
    """,
    Slot.PREREQUISITES: """
        prerequisites, prerequisite, requires, required knowledge, before you read, you should know,
        voraussetzungen, depends on
    """,
    Slot.ALIASES: """
        aliases, alias, also known as, also called, also known, aka, a k a, synonyms, synonym, other names,
        other name, alternative names, alternative name, alternate names, alternate terms, abbreviation,
        abbreviations, abbr, acronym, acronyms, short form, short name, full form, full name, stands for,
        variants, alt names, alt, synonyme, abkürzung, abkürzungen, auch bekannt als, abréviation, sinónimos
    """,
    Slot.CATEGORY: """
        category, categories, topic, domain, field, subject, area, group, kategorie, catégorie, categoría,
        discipline, theme
    """,
    Slot.TAGS: "tags, tag, keywords, labels",
    Slot.SOURCES: """
        source, sources, reference, references, citation, citations, bibliography, further reading, read
        more, learn more, external links, more information, more info, resources, additional resources,
        footnotes, quellen, quelle, literatur, références, referencias, url, link, links, website, source
        url
    """,
    Slot.NAVIGATION: """
        navigation, menu, table of contents, contents list, toc, on this page, share, share this, comments,
        subscribe, newsletter, about the author, previous, next, back to top, license, licence,
        contributing, contributors, copyright, cookies
    """,
}
_SLOTS = {" ".join(words.split()): slot for slot, listed in _WORDS.items() for words in listed.split(",")}
_PATTERNS = (
    (re.compile(r"explain.* like .*\b(5|five)\b"), Slot.ELI5),
    (re.compile(r"why (is|are|do|does) .*\b(important|matters?|needed|used|useful)"), Slot.WHY_IT_MATTERS),
    (re.compile(r"importance of .*"), Slot.WHY_IT_MATTERS),
    (re.compile(r"what (is|are) [^?]*"), Slot.DEFINITION),
    (re.compile(r"how (does|do) .* work"), Slot.STUDENT),
    (re.compile(r"answers? to .*questions?"), Slot.ANSWERS),
    (re.compile(r"(\S+ ){0,2}(follow up|follow on) questions?( for .*)?"), Slot.FOLLOW_UPS),
    (re.compile(r"follow up question \d+ .*"), Slot.FOLLOW_UPS),
    (re.compile(r"(real world |code |worked |practical |common |some )?examples?( (of|in|for) .*)?"), Slot.EXAMPLE),
    (re.compile(r"frequently asked questions .*"), Slot.FAQ),
)
_CAMEL = re.compile(r"(?<=[a-zäöü])(?=[A-ZÄÖÜ])")
_NUMBERED = re.compile(r"^\s*\d+[.)]\s+")
_COUNTED = re.compile(r"\s\d+$")


def words_of(label: str) -> str:
    """A label without what authors decorate it with: "**Related_Terms:**" and "relatedTerms" -> "related terms"."""
    bare = _CAMEL.sub(" ", label.replace("&", " and ")).casefold()
    bare = re.sub(r"['’`]", "", bare)
    bare = _NUMBERED.sub("", bare)
    return " ".join(re.sub(r"[\W_]+", " ", bare).split()) or " ".join(bare.split())


@lru_cache(maxsize=4096)
def slot_of(label: str) -> Slot | None:
    """What a heading, label, column or key of these words holds, None when the words say nothing."""
    if len(label) > 120:
        return None
    words = words_of(label)
    if exact := _SLOTS.get(words) or _SLOTS.get(_COUNTED.sub("", words)):
        return exact
    return next((slot for pattern, slot in _PATTERNS if pattern.fullmatch(words)), None)
