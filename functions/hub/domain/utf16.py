"""Text lengths as JavaScript and many platforms count them: in UTF-16 code units."""


def utf16_length(text: str) -> int:
    """UTF-16 code units of a text: an emoji is two of them."""
    return len(text) + sum(letter > "\uffff" for letter in text)
