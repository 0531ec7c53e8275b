"""Finishes `generate-sequence`: puts mails together, checks them, and makes the steps that send."""

import html
from collections.abc import Sequence
from datetime import datetime

from agents.email import facts, markup, placeholders
from agents.email.models import (
    SEND,
    Mail,
    MailWarning,
    Send,
    SequenceInput,
    SequenceOutput,
    WrittenMail,
    WrittenSequence,
)
from agents.email.scoring import DESKTOP, PLACEHOLDER_LENGTH, PREVIEW, characters, shouted
from agents.email.spam import spam_words
from hub.agent_kit.grounding import Sources
from hub.agent_kit.text import one_line
from hub.domain.errors import InvalidOutputError
from hub.domain.model import Json
from hub.domain.run import Step

LONG_MAIL = 200
"""Words of a mail beyond which it is worth a second look."""


def finish_sequence(
    given: SequenceInput,
    written: WrittenSequence,
    sources: Sources,
    times: Sequence[datetime],
    engine: str,
) -> SequenceOutput:
    """The sequence with its link, sender and unsubscribe text, its counts and warnings.

    `times` are the moments of sending, empty when nothing is sent. InvalidOutputError, naming the
    field, for a placeholder not declared, a link or source there is not, another number of mails
    than asked for, and, when the mails are to be sent, for a number that nothing given says.
    """
    if len(written.mails) != len(given.days):
        raise InvalidOutputError(
            f"output.mails: {len(given.days)} mails were asked for and {len(written.mails)} written"
        )
    material = _material(given, sources)
    regular = [_cleaned(mail) for mail in written.mails]
    warnings: list[MailWarning] = []
    for index, mail in enumerate(regular):
        warnings += _checked(given, mail, index, sources, material)
    mails = tuple(
        _mail(given, mail, day, times[index] if times else None)
        for index, (mail, day) in enumerate(zip(regular, given.days, strict=True))
    )
    warnings += [warning for index, mail in enumerate(mails) for warning in _noticed(mail, index)]
    used = {number for mail in mails for number in mail.sources}
    return SequenceOutput(
        engine=engine,
        summary=_summary(given, mails),
        mails=mails,
        document=_document(mails),
        warnings=(*_of_all(given, mails), *sorted(warnings, key=lambda item: item.mail or 0)),
        citations=sources.citations(sorted(used)),
    )


def counted(count: int, noun: str) -> str:
    """`1 mail`, `2 mails`."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def send_steps(send: Send, mails: Sequence[Mail], first: int) -> tuple[Step, ...]:
    """One step a mail and recipient, in order of time; ids count on from `first`.

    A mail of day 0 without a start has no time: it goes out at once.
    """
    pairs = [(mail, index) for mail in mails for index in range(len(send.to))]
    return tuple(
        Step(
            id=f"step_{number}",
            name=".".join(SEND),
            connector=SEND[0],
            action=SEND[1],
            connection_id=send.connection_id,
            not_before=None if mail.day == 0 and send.start_at is None else mail.send_at,
            payload=_payload(send, mail, index),
        )
        for number, (mail, index) in enumerate(pairs, first)
    )


def _payload(send: Send, mail: Mail, index: int) -> dict[str, Json]:
    """A recipient's own copy: the placeholders filled, in HTML escaped."""
    recipient = send.to[index]
    payload: dict[str, Json] = {
        "to": [recipient.address],
        "subject": placeholders.filled(mail.subject, recipient.values),
        "text": placeholders.filled(mail.body_text, recipient.values),
        "html": placeholders.filled(mail.body_html, recipient.values, html.escape),
    }
    if send.list_unsubscribe:
        payload["listUnsubscribe"] = send.list_unsubscribe
    return payload


def _cleaned(mail: WrittenMail) -> WrittenMail:
    """Headers in one line, and sources cited in the texts moved into `sources`."""
    texts = {name: getattr(mail, name) for name in ("subject", "preview", "body")}
    cited = {int(number) for text in texts.values() for number in facts.SOURCE_MARK.findall(text)}
    bare = {name: facts.SOURCE_MARK.sub("", text).strip() for name, text in texts.items()}
    return mail.model_copy(
        update={
            "subject": one_line(bare["subject"]),
            "preview": one_line(bare["preview"]),
            "greeting": one_line(mail.greeting),
            "body": bare["body"],
            "closing": one_line(mail.closing),
            "sources": tuple(sorted({*mail.sources, *cited})),
        }
    )


def _material(given: SequenceInput, sources: Sources) -> tuple[str, ...]:
    """All texts that a mail's numbers may come from."""
    own = (given.brief, given.goal, given.audience, given.call_to_action, given.unsubscribe_text)
    passages = (*sources.facts, *sources.voice)
    return (*(text for text in own if text), *(f"{p.title}\n{p.text}" for p in passages))


def _checked(
    given: SequenceInput,
    mail: WrittenMail,
    index: int,
    sources: Sources,
    material: Sequence[str],
) -> list[MailWarning]:
    """Refuses what must not go out, and warns of numbers that nothing given says."""
    allowed = [link for text in (given.brief, given.goal or "") for link in facts.links(text)]
    allowed += [given.link] if given.link else []
    allowed += [passage.url for passage in sources.facts if passage.url]
    warnings: list[MailWarning] = []
    for name in ("subject", "preview", "greeting", "body", "closing"):
        field, text = f"output.mails.{index}.{name}", getattr(mail, name)
        placeholders.check_written(field, text, given.personalization)
        if not text and name in ("subject", "body"):
            raise InvalidOutputError(f"{field} is empty; run again")
        foreign = facts.foreign_links(text, allowed)
        if foreign:
            raise InvalidOutputError(
                f"{field} has the link {foreign[0]}, which is neither in the input nor a source; "
                "run again"
            )
        for number in facts.unsupported_numbers(text, material):
            if given.send:
                raise InvalidOutputError(
                    f"{field} says {number}, which neither the input nor a source says; nothing "
                    "was sent"
                )
            message = f"says {number}, which neither the input nor a source says; check it"
            warnings.append(MailWarning(mail=index + 1, field=name, message=message))
    return warnings


def _mail(given: SequenceInput, mail: WrittenMail, day: int, at: datetime | None) -> Mail:
    markdown = _assembled(given, mail)
    text = markup.to_text(markdown)
    return Mail(
        day=day,
        send_at=at,
        subject=mail.subject,
        preview=mail.preview,
        body_markdown=markdown,
        body_text=text,
        body_html=markup.to_html(markdown, mail.preview),
        words=len(facts.words(text)),
        sources=mail.sources,
    )


def _assembled(given: SequenceInput, mail: WrittenMail) -> str:
    """Greeting, body, call to action, closing with the sender, unsubscribe text."""
    signed = "\n".join(part for part in (mail.closing, given.sender_name) if part)
    parts = [mail.greeting, mail.body, _action(given, mail.body), signed]
    if given.unsubscribe_text:
        parts += ["---", given.unsubscribe_text]
    return "\n\n".join(part for part in parts if part)


def _action(given: SequenceInput, body: str) -> str:
    """The call to action as a link, as words, or as the bare link; none if the body has it."""
    words, link = given.call_to_action, given.link
    if link and not (link in body and (not words or words in body)):
        return f"[{words or link}]({link})"
    return f"**{words}**" if words and words not in body else ""


def _noticed(mail: Mail, index: int) -> list[MailWarning]:
    """What a reader or a filter would stumble over in one mail."""
    found: list[tuple[str, str]] = []
    for name, text in (
        ("subject", mail.subject),
        ("preview", mail.preview),
        ("body", mail.body_text),
    ):
        spam = spam_words(text)
        if spam:
            found.append((name, f"known from spam: {', '.join(spam)}"))
    length = characters(_shown(mail.subject))
    if length > DESKTOP:
        found.append(("subject", f"{length} characters; most screens cut it after {DESKTOP}"))
    loud = shouted(placeholders.PLACEHOLDER.sub("", mail.subject))
    if loud:
        found.append(("subject", f"shouts: {', '.join(loud)}"))
    length = characters(_shown(mail.preview))
    if length > PREVIEW[1]:
        found.append(("preview", f"{length} characters; inboxes show about {PREVIEW[1]}"))
    if mail.words > LONG_MAIL:
        found.append(("body", f"{mail.words} words; long for a mail; {LONG_MAIL} are plenty"))
    return [MailWarning(mail=index + 1, field=name, message=text) for name, text in found]


def _shown(text: str) -> str:
    return placeholders.PLACEHOLDER.sub("x" * PLACEHOLDER_LENGTH, text)


def _of_all(given: SequenceInput, mails: Sequence[Mail]) -> list[MailWarning]:
    """What is missing from the sequence as a whole."""
    found: list[MailWarning] = []
    if not given.unsubscribe_text and not (given.send and given.send.list_unsubscribe):
        message = "no way to unsubscribe; marketing mail must have one (CAN-SPAM, GDPR)"
        found.append(MailWarning(field="unsubscribeText", message=message))
    subjects = [mail.subject.casefold() for mail in mails]
    for index, subject in enumerate(subjects):
        if subject in subjects[:index]:
            message = f"is that of mail {subjects.index(subject) + 1}, too"
            found.append(MailWarning(mail=index + 1, field="subject", message=message))
    return found


def _summary(given: SequenceInput, mails: Sequence[Mail]) -> str:
    days = ", ".join(str(mail.day) for mail in mails)
    sent = f", to {counted(len(given.send.to), 'recipient')}" if given.send else ""
    on = f"on day{'' if len(mails) == 1 else 's'} {days}"
    return f"{counted(len(mails), 'mail')} {on}{sent}: “{mails[0].subject}”"


def _document(mails: Sequence[Mail]) -> str:
    return "\n\n".join(
        f"## Mail {number}, day {mail.day}: {mail.subject}\n\n*{mail.preview}*\n\n"
        f"{mail.body_markdown}"
        for number, mail in enumerate(mails, 1)
    )
