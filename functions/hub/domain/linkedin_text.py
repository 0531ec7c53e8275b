r"""LinkedIn's "little text", in which the commentary of a post is written.

https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/little-text-format,
read 2026-11. These characters are reserved and written with a backslash before them, "even if those
characters are not used in one of the supported elements": `\ | { } @ [ ] ( ) < > # * _ ~`. A text
with one of them unescaped is taken, and cut off there without an error. A hashtag is the template
`{hashtag|\#|word}`, a mention `@[name](urn:li:organization:1)`.
"""

import re

RESERVED = r"\|{}@[]()<>#*_~"
"""The characters that need a backslash."""

_MENTION = re.compile(r"@\[([^\[\]\n]{1,200})\]\((urn:li:(?:person|organization):[\w-]{1,64})\)")
# A word of letters and digits with at least one letter. Not inside a word or a link (`a#b`, `/#b`),
# not before an underscore: what LinkedIn would make of those is not documented.
_HASHTAG = re.compile(r"(?<![\w&/#＃])([#＃])(?=\d*[^\W\d_])([^\W_]+)(?![\w#＃])")
_ESCAPED = re.compile(r"\\(.)|\{hashtag\|\\?([#＃])\|([^{}|]*)\}", re.DOTALL)
_SPECIAL = re.compile(f"[{re.escape(RESERVED)}]")


def little_text(text: str) -> str:
    """A plain text as commentary: hashtags and mentions stay what they are, the rest is literal."""
    parts: list[str] = []
    at = 0
    for mention in _MENTION.finditer(text):
        parts.append(_with_hashtags(text[at : mention.start()]))
        parts.append(f"@[{_escaped(mention.group(1))}]({mention.group(2)})")
        at = mention.end()
    parts.append(_with_hashtags(text[at:]))
    return "".join(parts)


def plain_text(commentary: str) -> str:
    """The plain text of a commentary: what `little_text` was given."""

    def plain(match: re.Match[str]) -> str:
        return match.group(1) if match.group(1) else f"{match.group(2)}{match.group(3)}"

    return _ESCAPED.sub(plain, commentary)


def _with_hashtags(text: str) -> str:
    parts: list[str] = []
    at = 0
    for tag in _HASHTAG.finditer(text):
        parts.append(_escaped(text[at : tag.start()]))
        parts.append(f"{{hashtag|{_escaped(tag.group(1))}|{tag.group(2)}}}")
        at = tag.end()
    parts.append(_escaped(text[at:]))
    return "".join(parts)


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda match: "\\" + match.group(), text)
