"""How X counts a text, and when two texts are the same post.

After X's "Counting characters" (https://docs.x.com/fundamentals/counting-characters, read 2026-11)
and the weights of twitter-text's configuration 3: the text is normalized to NFC; Latin, Greek,
Cyrillic, Arabic and their like weigh 1, everything else 2; an emoji weighs 2 however many code
points it has; a link weighs 23, because X puts a t.co link in its place.
"""

import html
import re
import unicodedata

MAX_WEIGHT = 280
"""What a post of an account without long posts may weigh."""

URL_WEIGHT = 23
_LIGHT = ((0, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))

# Domains are links without https:// too, if they end in a top-level domain. These are the ones of
# countries and the commonest others; X's list is longer. One that is missing here is counted as the
# letters it has, and X itself refuses a post that is too long then: nothing is published.
_COUNTRIES = (
    "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs "
    "bt bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee "
    "eg er es et eu fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk "
    "hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la "
    "lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my "
    "mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro "
    "rs ru rw sa sb sc sd se sg sh si sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk "
    "tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw"
)
_OTHERS = (
    "com org net edu gov mil int info biz name pro mobi app dev page blog shop store online site "
    "website tech xyz cloud news media agency studio design digital live life world today email "
    "social events group team company solutions services academy club fun art link zone space"
)
_TOP = "|".join(sorted((_COUNTRIES + " " + _OTHERS).split(), key=len, reverse=True))
_LABEL = r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)"
_LATIN = r"a-z0-9\u00c0-\u024f"
_LATIN_LABEL = rf"(?:[{_LATIN}](?:[{_LATIN}-]{{0,61}}[{_LATIN}])?\.)"
# Letters of one script, so that a text without spaces ends a link as it ends in X.
_ANY_TOP = r"(?:xn--[a-z0-9-]+|[a-z]{2,63}|(?:(?![\x00-\x7f\d_])\w){2,63})"
_IN_PATH = _LATIN + r"\u0400-\u04ff!*';:=+,.$/%#\[\]\u2013_~@|&-"
_QUERY = r"(?:\?[a-z0-9!?*'@();:&=+$/%#\[\]_.,~|-]*)?"
_PATH = rf"(?::\d+)?(?:/(?:[{_IN_PATH}]|\([{_IN_PATH}]*\))*)?{_QUERY}"
_URL = re.compile(
    rf"(?<![a-z0-9@$#＠＃])(?:https?://{_LABEL}+{_ANY_TOP}{_PATH}"
    rf"|(?<![-_./]){_LATIN_LABEL}+(?:{_TOP})(?![a-z0-9@+-]){_PATH})",
    re.IGNORECASE,
)
# What cannot end a link belongs to the sentence around it.
_SENTENCE = ".,;:!?*'()]~@"

_PICTURE = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u25fe\u2600-\u27bf"
    "\u2934\u2935\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
_TONE = "\U0001f3fb-\U0001f3ff"
_ONE = f"[{_PICTURE}](?:\ufe0f|[{_TONE}])?"
_EMOJI = re.compile(
    "[0-9#*]\ufe0f?\u20e3"
    "|[\U0001f1e6-\U0001f1ff]{2}"
    "|\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f"
    f"|{_ONE}(?:\u200d{_ONE})*"
)
_PLAIN_SIGNS = "\u00a9\u00ae"
_AMPERSANDS = re.compile(r"&(?:amp;)+")
_LINKISH = re.compile(r"https?://|[^\W_]\.[^\W\d_]{2}", re.IGNORECASE)


def weighted_length(text: str) -> int:
    """The length of a post in X's characters; a post may have 280."""
    normal = unicodedata.normalize("NFC", text)
    weight = at = 0
    for start, end in _links(normal):
        weight += _weight(normal[at:start]) + URL_WEIGHT
        at = end
    return weight + _weight(normal[at:])


def comparable(text: str) -> str:
    """What remains the same of a text when X shows it again.

    X puts t.co links in the place of links, adds one for media, and writes `&` as `&amp;`. So words
    with a link in them are left out, and white space is evened out. Empty for a text that is only
    a link: such texts cannot be told apart.
    """
    # However often it was written so: a text may hold `&amp;` itself.
    normal = unicodedata.normalize("NFC", html.unescape(_AMPERSANDS.sub("&", text)))
    return " ".join(word for word in normal.split() if not _LINKISH.search(word))


def _links(text: str) -> list[tuple[int, int]]:
    return [
        (match.start(), match.start() + len(_without_sentence(match.group())))
        for match in _URL.finditer(text)
    ]


def _without_sentence(url: str) -> str:
    while url[-1] in _SENTENCE and not (url[-1] == ")" and url.count("(") >= url.count(")")):
        url = url[:-1]
    return url


def _weight(text: str) -> int:
    weight = at = 0
    for match in _EMOJI.finditer(text):
        # A lone © is a letter; only with the emoji selector after it is it a picture.
        if match.group() in _PLAIN_SIGNS:
            continue
        weight += sum(map(_letter, text[at : match.start()])) + 2
        at = match.end()
    return weight + sum(map(_letter, text[at:]))


def _letter(letter: str) -> int:
    return 1 if any(first <= ord(letter) <= last for first, last in _LIGHT) else 2
