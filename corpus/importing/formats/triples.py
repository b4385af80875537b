"""SKOS vocabularies in Turtle, N-Triples, RDF/XML -> records: labels, definitions, broader and related concepts. Needs rdflib.

No address in a file is ever fetched. JSON-LD is read as JSON (records.py), since its context could lie elsewhere.
"""

from typing import Any

from corpus.errors import MalformedEntry
from corpus.importing.formats.extra import needed
from corpus.importing.formats.records import Record
from corpus.native_format.page import Page
from corpus.native_format.tree import Node

_SKOS = "http://www.w3.org/2004/02/skos/core#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_SCHEMA = ("https://schema.org/", "http://schema.org/")
_NAMES = (f"{_SKOS}prefLabel", *(f"{one}name" for one in _SCHEMA), f"{_RDFS}label")
_TEXTS = (
    f"{_SKOS}definition", "http://purl.org/dc/terms/description", *(f"{one}description" for one in _SCHEMA),
    f"{_SKOS}scopeNote", f"{_SKOS}note", f"{_RDFS}comment", "http://purl.obolibrary.org/obo/IAO_0000115",
)  # fmt: skip
_ALIASES = (f"{_SKOS}altLabel", *(f"{one}alternateName" for one in _SCHEMA))
_RELATED = (f"{_SKOS}related", f"{_SKOS}broader", f"{_SKOS}narrower")
_FORMATS = {".ttl": "turtle", ".n3": "n3", ".nt": "nt", ".trig": "trig"}


def recognises(page: Page) -> bool:
    """Return whether an XML text is RDF."""
    return "<rdf:RDF" in page.text[:5_000]


def read(page: Page) -> list[Record]:
    """Return a record for each thing that has a name and a text. Raises MalformedEntry for a file that is broken."""
    rdflib = needed("rdflib", page)
    graph = rdflib.Graph()
    if "<!ENTITY" in page.text and page.text.count("<!ENTITY") > 50:
        raise MalformedEntry("XML with so many entities is not read.", file=page.path, line=1, repair="Write them out.")
    try:
        graph.parse(data=page.text, format=_FORMATS.get(page.suffix, "xml"))
    except Exception as error:  # rdflib's parsers raise errors of a dozen unrelated classes
        said = str(error).strip().splitlines()
        line = getattr(error, "lines", 0) or 1
        problem = f"This is no RDF that can be read ({said[0][:120] if said else type(error).__name__})."
        raise MalformedEntry(
            problem, file=page.path, line=int(line), repair="Mend it, or save it as Turtle."
        ) from error
    found = [_record(graph, rdflib, subject, page.text) for subject in sorted(set(graph.subjects()), key=str)]
    return sorted((one for one in found if one), key=lambda one: one.line)


def _record(graph: Any, rdflib: Any, subject: Any, source: str) -> Record | None:
    names = _values(graph, rdflib, subject, _NAMES)
    texts = _values(graph, rdflib, subject, _TEXTS)
    is_concept = (subject, rdflib.RDF.type, rdflib.URIRef(f"{_SKOS}Concept")) in graph
    if not names or not (texts or is_concept):
        return None
    related = [
        name
        for predicate in _RELATED
        for other in graph.objects(subject, rdflib.URIRef(predicate))
        for name in _values(graph, rdflib, other, _NAMES)[:1]
    ]
    aliases: list[Node] = [*_values(graph, rdflib, subject, _ALIASES)]
    place = max(source.find(f'"{names[0]}"'), source.find(f">{names[0]}<"), 0)
    values: dict[str, Node] = {"term": names[0], "definition": texts[0] if texts else "", "aliases": aliases}
    return Record({**values, "related": [*dict.fromkeys(sorted(related))]}, 1 + source.count("\n", 0, place))


def _values(graph: Any, rdflib: Any, subject: Any, predicates: tuple[str, ...]) -> list[str]:
    """Return the texts of the first of these properties that has some: the English ones, else those of one language."""
    for predicate in predicates:
        found = [one for one in graph.objects(subject, rdflib.URIRef(predicate)) if isinstance(one, rdflib.Literal)]
        if found:
            languages = sorted({one.language or "" for one in found})
            own = next((code for code in languages if code.startswith("en")), languages[0])
            return sorted(str(one) for one in found if (one.language or "") == own)
    return []
