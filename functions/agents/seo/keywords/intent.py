"""What a searcher wants, told from the words of the query.

Four intents, as search marketing has them: informational (know), navigational (go), commercial
(compare before buying) and transactional (do). A query without a telling word is taken to be
informational, and the reason says so. Word lists for English, German, French and Spanish.
"""

from collections.abc import Sequence

from agents.seo.models import SearchIntent
from agents.seo.words import words

type _Lists = dict[str, tuple[str, ...]]

_EN: _Lists = {
    "question": ("how", "what", "why", "when", "who", "which", "where", "is", "are", "can", "does"),
    "navigational": ("login", "log in", "sign in", "website", "homepage", "customer service"),
    "transactional": (
        "where to buy",
        "buy",
        "order",
        "price",
        "prices",
        "pricing",
        "cheap",
        "coupon",
        "discount",
        "deal",
        "deals",
        "for sale",
        "shop",
        "subscribe",
        "download",
        "hire",
        "near me",
        "free trial",
        "quote",
    ),
    "commercial": (
        "best",
        "top",
        "review",
        "reviews",
        "vs",
        "versus",
        "compare",
        "comparison",
        "alternative",
        "alternatives",
        "rating",
        "ratings",
    ),
    "informational": (
        "guide",
        "tutorial",
        "example",
        "examples",
        "meaning",
        "definition",
        "tips",
        "ideas",
        "benefits",
        "checklist",
        "template",
        "for beginners",
    ),
}
_DE: _Lists = {
    "question": ("wie", "was", "warum", "wann", "wer", "welche", "welcher", "wo", "ist", "sind"),
    "navigational": ("anmelden", "einloggen", "login", "webseite", "startseite", "kundenservice"),
    "transactional": (
        "kaufen",
        "bestellen",
        "preis",
        "preise",
        "kosten",
        "günstig",
        "billig",
        "gutschein",
        "rabatt",
        "angebot",
        "shop",
        "herunterladen",
        "in der nähe",
    ),
    "commercial": ("beste", "bester", "bestes", "besten", "test", "vergleich", "vs", "alternative"),
    "informational": ("anleitung", "beispiel", "beispiele", "bedeutung", "tipps", "ideen"),
}
_FR: _Lists = {
    "question": ("comment", "pourquoi", "quand", "qui", "quel", "quelle", "où", "est-ce"),
    "navigational": ("connexion", "se connecter", "site officiel", "service client"),
    "transactional": (
        "acheter",
        "commander",
        "prix",
        "tarif",
        "pas cher",
        "promo",
        "réduction",
        "télécharger",
        "près de moi",
        "devis",
    ),
    "commercial": ("meilleur", "meilleure", "meilleurs", "avis", "comparatif", "vs", "alternative"),
    "informational": ("guide", "exemple", "exemples", "définition", "conseils", "idées"),
}
_ES: _Lists = {
    "question": ("cómo", "como", "qué", "por qué", "cuándo", "quién", "cuál", "dónde"),
    "navigational": ("iniciar sesión", "acceder", "sitio web", "atención al cliente"),
    "transactional": (
        "comprar",
        "pedir",
        "precio",
        "precios",
        "barato",
        "descuento",
        "oferta",
        "tienda",
        "descargar",
        "cerca de mí",
    ),
    "commercial": ("mejor", "mejores", "opiniones", "comparativa", "vs", "alternativa"),
    "informational": ("guía", "ejemplo", "ejemplos", "significado", "consejos", "ideas"),
}
LISTS: dict[str, _Lists] = {"en": _EN, "de": _DE, "fr": _FR, "es": _ES}
"""Telling words by language; a language that is missing has English ones."""

_FUNCTION_WORDS = {
    "en": "a an and at by do for from i in it my of on or the to with your",
    "de": "am auf das der die ein eine einen für im in ist mein mit oder und von zu zum zur",
    "fr": "à au aux d de des du en et l la le les mon ou par pour sur un une",
    "es": "a al con de del el en es la las los mi o para por su un una y",
}
_ORDER: tuple[SearchIntent, ...] = ("navigational", "transactional", "commercial")


def lists_of(language: str) -> _Lists:
    """The telling words of a language."""
    return LISTS.get(language, _EN)


def function_words(language: str) -> frozenset[str]:
    """Words that say nothing of a topic."""
    return frozenset(_FUNCTION_WORDS.get(language, _FUNCTION_WORDS["en"]).split())


def telling_words(language: str) -> frozenset[str]:
    """Single words that tell an intent, not a topic."""
    every = (word for listed in lists_of(language).values() for word in listed)
    return frozenset(word for phrase in every for word in phrase.split())


def intent_of(
    query: str, language: str, brand_terms: Sequence[str] = ()
) -> tuple[SearchIntent, str]:
    """The intent of a query and the reason for it, in words."""
    said = f" {' '.join(words(query))} "
    known = lists_of(language)
    if " where to buy " in said:
        return "transactional", "“where to buy” shows the wish to buy"
    question = next((word for word in known["question"] if said.startswith(f" {word} ")), None)
    if question:
        return "informational", f"it begins with “{question}”, so it asks to know something"
    for intent in _ORDER:
        word = _named(said, known[intent])
        if word:
            return intent, f"“{word}” shows {_WISH[intent]}"
    brand = _named(said, [" ".join(words(term)) for term in brand_terms])
    if brand:
        return "navigational", f"“{brand}” is your own name: it looks for you"
    word = _named(said, known["informational"])
    if word:
        return "informational", f"“{word}” shows the wish to know"
    return "informational", "no word of it tells a wish to buy, compare or go somewhere: assumed"


_WISH = {
    "navigational": "the wish to get to a certain place",
    "transactional": "the wish to buy or do something",
    "commercial": "the wish to compare before choosing",
}


def _named(said: str, phrases: Sequence[str]) -> str | None:
    return next((phrase for phrase in phrases if phrase and f" {phrase} " in said), None)
