"""In which language a question is written, by its script and its commonest words. Pure; made for "is it English?".

It knows a few dozen words of each language and no grammar. What it gets wrong: very short questions, and code words.
"""

import re

_COMMON = {
    "English": "the is are what how why when which do does of to in and a an it for with i my you can explain between not on",
    "German": "was ist sind wie warum wann welche der die das ein eine und ich für mit nicht von zu wird werden erkläre bitte zwischen",
    "French": "qu est ce que quoi comment pourquoi quand quelle quel le la les un une des et je pour avec dans entre explique moi c",
    "Spanish": "qué que es son cómo como por cuándo cuál el la los las un una de y para con en entre explica explicame entre significa",
    "Portuguese": "o que é são como por quando qual a os as um uma de e para com em entre explique não do da significa",
    "Italian": "che cosa cos è sono come perché quando quale il lo la gli un una di e per con tra spiega mi non significa",
    "Dutch": "wat is zijn hoe waarom wanneer welke de het een en ik voor met niet van tussen leg uit",
    "Polish": "co to jest są jak dlaczego kiedy który i dla z nie w na między wyjaśnij czym",
    "Turkish": "nedir ne nasıl neden hangi bir ve için ile mi arasındaki fark açıkla",
    "Swedish": "vad är hur varför när vilken en ett och för med inte av mellan förklara",
    "Indonesian": "apa itu adalah bagaimana mengapa kapan dan untuk dengan tidak antara jelaskan yang",
}
_WORDS = {language: frozenset(words.split()) for language, words in _COMMON.items()}
_SCRIPTS = (
    ("Japanese", re.compile(r"[\u3040-\u30ff]")),
    ("Chinese", re.compile(r"[\u4e00-\u9fff]")),
    ("Korean", re.compile(r"[\uac00-\ud7af]")),
    ("Russian", re.compile(r"[\u0400-\u04ff]")),
    ("Arabic", re.compile(r"[\u0600-\u06ff]")),
    ("Hindi", re.compile(r"[\u0900-\u097f]")),
    ("Hebrew", re.compile(r"[\u0590-\u05ff]")),
    ("Greek", re.compile(r"[\u0370-\u03ff]{3}")),
    ("Thai", re.compile(r"[\u0e00-\u0e7f]")),
)
_MIN_WORDS = 2


def language_of(text: str) -> str:
    """Return the language that a text is probably written in, "" when its words do not tell.

    >>> language_of("was ist der Unterschied zwischen den beiden")
    'German'
    """
    for language, script in _SCRIPTS:
        if script.search(text):
            return language
    words = re.findall(r"[^\W\d_]+", text.casefold())
    counts = {language: sum(word in common for word in words) for language, common in _WORDS.items()}
    best = max(counts, key=lambda language: counts[language])
    if counts[best] < _MIN_WORDS or counts["English"] >= counts[best]:
        return "English" if counts["English"] >= _MIN_WORDS else ""
    return best
