"""The words by which glossaries name their parts: headings, labels, columns and keys -> roles.

One vocabulary for every format, since authors use the same words as a heading, a column or a front-matter key.
Knows no format.
"""

import re
from enum import StrEnum
from functools import lru_cache


class Field(StrEnum):
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
    Field.DEFINITION,
    Field.SUMMARY,
    Field.ELI5,
    Field.PLAIN,
    Field.STUDENT,
    Field.PRACTITIONER,
    Field.EXPERT,
    Field.EXAMPLE,
    Field.WHY_IT_MATTERS,
)
"""The roles that hold prose about the term."""

_WORDS = {
    Field.TERM: """
        اصطلاح, واژه, term, terms, name, word, title, headword, head word, lemma, concept, keyword, phrase, expression,
        entry, front, question, key, pref label, skos pref label, preferred label, preferred term, rdfs label,
        schema name, expression term, headword term, begriff, fachbegriff, begriffe, terme, acronym term,
        vocabulary, glossary term, parola, palabra, mot, wort, pojem, termin, термин, термін, понятие, слово,
        用語, 用语, 术语, 術語, 词条, 名词, 名詞, 词语, 单词, 単語, 概念, 용어, 단어, 개념, คำ, คำศัพท์, ศัพท์, מונח, مصطلح, المصطلح,
        शब्द, thuật ngữ, istilah, terim, ord, begrep, woord, pojęcie, όρος, termino, término, nome, nombre
    """,
    Field.DEFINITION: """
        تعریف, شرح, definition, definitions, def, skos definition, schema description, rdfs comment, skos scope note,
        defn, description, desc, meaning, explanation, text, body, content, contents, back, answer, value,
        gloss, explain, details text, overview, introduction, intro, what it is, what is it, what is this,
        what does it mean, bedeutung, beschreibung, erklärung, erläuterung, définition, definición,
        definizione, explanations, descriptions, meanings, translation, translations, übersetzung, traduction,
        traducción, traduccion, tradução, traduzione, vertaling, перевод, 翻訳, signification, significado,
        definicija, definicja, definitie, betekenis, betydning, definisjon, значение, определение, описание,
        визначення, 定義, 定义, 释义, 解释, 解釋, 説明, 说明, 說明, 意味, 含义, 翻译, 정의, 설명, 뜻, ความหมาย,
        คำอธิบาย, นิยาม, הגדרה,
        تعريف, التعريف, अर्थ, परिभाषा, định nghĩa, nghĩa, arti, definisi, tanım, anlam, ορισμός, definição,
        significados
    """,
    Field.SUMMARY: """
        summary, hover text, tooltip, teaser, short, brief, short definition, short description,
        brief definition, tldr, tl dr, in short,
        in brief, in a nutshell, in one sentence, one liner, key takeaway, abstract, at a glance, quick
        definition, zusammenfassung, kurzfassung, kurzdefinition, résumé, resumen
    """,
    Field.ELI5: """
        eli5, eli 5, explain like im five, explain like i am five, explain like im 5, for kids, for children,
        kids, like im five, for a child
    """,
    Field.PLAIN: """
        plain, plain english, in plain english, plain language, in plain language, in plain words, in simple
        terms, simple terms, simple, simply put, simple definition, simple explanation, simple description,
        beginner, beginners, for beginners, laymans terms, in laymans terms, layman, non technical, basic,
        easy, einfach erklärt
    """,
    Field.STUDENT: """
        student, students, for students, in depth, indepth, in depth explanation, detailed explanation,
        detailed definition, detailed description, details, detail, detailed, long, long definition, long
        description, full definition, full description, deep dive, intermediate, how it works, how does it
        work, technical definition, technical explanation, technical, technical details, formal definition,
        vertiefung, im detail, funktionsweise
    """,
    Field.PRACTITIONER: """
        practitioner, practitioners, for practitioners, in practice, practical, practical tips, best
        practices, engineer, for engineers, developers, for developers, implementation, in der praxis
    """,
    Field.EXPERT: "expert, experts, for experts, advanced, for researchers, research, mathematical definition",
    Field.EXAMPLE: """
        example, examples, an example, for example, example usage, usage, use case, use cases, real world
        example, real world examples, example sentence, code example, applications, beispiel, beispiele,
        exemple, exemples, ejemplo, ejemplos, analogy
    """,
    Field.WHY_IT_MATTERS: """
        why it matters, why this matters, why does it matter, why is it important, importance, significance,
        relevance, why it is important, why its important, why you should care, why use it, benefits,
        motivation, problem it addresses, problem it solves, the problem it solves, how it helps, what problem
        it solves, why, warum es wichtig ist, welches problem es löst, wie es das problem löst, pourquoi cest
        important, por qué importa
    """,
    Field.FAQ: """
        faq, faqs, frequently asked questions, questions and answers, common questions, q and a, qa, q a,
        people also ask, häufige fragen, questions fréquentes, preguntas frecuentes
    """,
    Field.FOLLOW_UPS: """
        follow ups, follow up, follow up question, follow up questions, followups, next questions, further
        questions, questions, questions to ask, discussion questions, check your understanding, suggested
        questions
    """,
    Field.ANSWERS: "answers, answers to follow up questions, answers to the questions, answers to follow ups",
    Field.RELATED: """
        relations, relation, cross references, cross reference, xref, skos related, skos broader,
        skos narrower, broader, narrower, broader term, narrower term, related,
        related terms, related term, related concepts, related topics, related entries, related words, related
        pages, related content, related links, related articles, see also, see, also see, siehe auch, similar
        terms, similar, linked terms, verwandte begriffe, voir aussi, términos relacionados, véase también,
        compare, cf, connections
    """,
    Field.PREREQUISITES: """
        prerequisites, prerequisite, requires, required knowledge, before you read, you should know,
        voraussetzungen, depends on
    """,
    Field.ALIASES: """
        longform, long form, aliases, alias, also known as, also called, also known, aka, a k a, synonyms, synonym, other names,
        other name, alternative names, alternative name, alternate names, alternate terms, abbreviation,
        abbreviations, abbr, acronym, acronyms, short form, short name, full form, full name, stands for,
        variants, alt names, alt, synonyme, abkürzung, abkürzungen, auch bekannt als, abréviation, sinónimos
    """,
    Field.CATEGORY: """
        category, categories, topic, domain, field, subject, area, group, kategorie, catégorie, categoría,
        discipline, theme
    """,
    Field.TAGS: "tags, tag, keywords, labels",
    Field.SOURCES: """
        source, sources, reference, references, citation, citations, bibliography, further reading, read more,
        learn more, external links, more information, more info, resources, additional resources, footnotes,
        quellen, quelle, literatur, références, referencias, url, link, links, website, source url
    """,
    Field.NAVIGATION: """
        navigation, menu, table of contents, contents list, toc, on this page, share, share this, comments,
        subscribe, newsletter, about the author, previous, next, back to top, license, licence, contributing,
        contributors, copyright, cookies
    """,
}
_FIELDS = {" ".join(words.split()): role for role, listed in _WORDS.items() for words in listed.split(",")}
_PATTERNS = (
    (re.compile(r"explain.* like .*\b(5|five)\b"), Field.ELI5),
    (re.compile(r"why (is|are|do|does) .*\b(important|matters?|needed|used|useful)"), Field.WHY_IT_MATTERS),
    (re.compile(r"(\S+ ){1,2}(definition|description|meaning|explanation)"), Field.DEFINITION),
    (re.compile(r"importance of .*"), Field.WHY_IT_MATTERS),
    (re.compile(r"what (is|are) [^?]*"), Field.DEFINITION),
    (re.compile(r"how (does|do) .* work"), Field.STUDENT),
    (re.compile(r"answers? to .*questions?"), Field.ANSWERS),
    (re.compile(r"(\S+ ){0,2}(follow up|follow on) questions?( for .*)?"), Field.FOLLOW_UPS),
    (re.compile(r"follow up question \d+ .*"), Field.FOLLOW_UPS),
    (re.compile(r"(real world |code |worked |practical |common |some )?examples?( (of|in|for) .*)?"), Field.EXAMPLE),
    (re.compile(r"frequently asked questions .*"), Field.FAQ),
)
_SAYS_SO = re.compile(
    r"glossa|glosar|lexikon|lexicon|\blexique|vocab|terminolog|dictionary|w[öo]rterbuch|diccionario|dictionnaire|dizionario|"
    r"\bterms\b|\bdefinitions\b|jargon|\blingo\b|key concepts|\bconcepts\b|begriff|acronym|abbreviation|abkürzung|"
    r"nomenclature|flash ?cards|\bwords\b|cheat ?sheet|t[ée]rminos|termes|słownik|ordlist|ordbok|sözlük|\bdefs?\b|"
    r"用語|术语|術語|词汇|詞彙|용어|словар|глоссари|термин|อภิธาน|ศัพท์|מונחים|معجم|مصطلح|शब्द",
    re.IGNORECASE,
)
LANGUAGES = frozenset(
    """
    englisch französisch spanisch italienisch portugiesisch russisch chinesisch japanisch anglais allemand espagnol inglés inglês
    alemán francés english deutsch german français french francais español spanish espanol italiano italian português portuguese
    nederlands dutch polski polish русский russian українська ukrainian 中文 chinese 英文 英语 日本語 japanese 英語 한국어 korean
    العربية arabic עברית hebrew türkçe turkish svenska swedish norsk norwegian dansk danish suomi finnish čeština czech
    magyar hungarian ελληνικά greek latin latein हिन्दी hindi ไทย thai vietnamese indonesian română romanian català catalan
    english term german term en de fr es it pt nl pl ru zh ja ko ar tr sv
    """.split()
)
"""Names of languages: columns of a list of words and their translations."""

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
def field_of(label: str) -> Field | None:
    """What a heading, label, column or key of these words holds, None when the words say nothing."""
    if len(label) > 120:
        return None
    words = words_of(label)
    if exact := _FIELDS.get(words) or _FIELDS.get(_COUNTED.sub("", words)):
        return exact
    return next((role for pattern, role in _PATTERNS if pattern.fullmatch(words)), None)


def says_glossary(words: str) -> bool:
    """Return whether a title or a file's name says that it is a glossary or a list of terms."""
    return bool(_SAYS_SO.search(re.sub(r"[-_]", " ", words)))
