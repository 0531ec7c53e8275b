"""What a connector does not have, or a connection lacks: checked before anything is kept."""

from collections.abc import Iterable, Iterator, Mapping

from hub.connector_kit.spec import ConnectorSpec
from hub.domain.connection import Mode, SandboxFailure
from hub.domain.errors import InvalidRequestError
from hub.domain.model import Json
from hub.domain.token import GrantKind
from hub.observability import mask
from hub.validation import summary

MAX_SETTING = 2000
"""Characters of a setting's text; a number is at most 10^15, which JSON carries exactly."""

type Problem = dict[str, str]


def refuse(problems: list[Problem]) -> None:
    """Raise InvalidRequestError if there are any."""
    if problems:
        raise InvalidRequestError(
            f"not as it must be: {summary(problems)}", details={"fields": problems}
        )


def unknown_credentials(names: Iterable[str], spec: ConnectorSpec) -> Iterator[Problem]:
    """Credentials this connector does not have."""
    known = [credential.name for credential in spec.auth.credentials]
    for name in names:
        if name not in known:
            yield _unknown("credentials", name, spec, "credential", known)


def missing_credentials(names: Iterable[str], mode: Mode, spec: ConnectorSpec) -> Iterator[Problem]:
    """Credentials that a connection with credentials of its own cannot do without."""
    given = set(names)
    # Given in part they are useless in any mode: the connector's client asks for all of them.
    if mode is not Mode.LIVE and not given:
        return
    obtained = app_only(given, spec)
    for credential in spec.auth.credentials:
        if credential.required and credential.name not in given | obtained:
            reason = f"{spec.kind} needs it: {credential.description}"
            yield {"field": f"credentials.{credential.name}", "reason": reason}


def app_only(names: Iterable[str], spec: ConnectorSpec) -> set[str]:
    """The token that need not be given, because the app itself obtains it; else nothing."""
    oauth, given = spec.auth.oauth, set(names)
    if oauth is None or GrantKind.CLIENT_CREDENTIALS not in oauth.grants:
        return set()
    app = {oauth.names.client_id, oauth.names.client_secret}
    return {oauth.names.access} if app <= given and oauth.names.access not in given else set()


def setting_problems(settings: Mapping[str, Json], spec: ConnectorSpec) -> Iterator[Problem]:
    """Settings that this connector does not have, or that are no plain value."""
    known = [setting.name for setting in spec.settings]
    for name, value in settings.items():
        if name not in known:
            yield _unknown("settings", name, spec, "setting", known)
        elif not _plain(value):
            reason = f"must be a line of text of at most {MAX_SETTING} characters, a number, or a"
            yield {"field": f"settings.{name}", "reason": f"{reason} truth value"}


def sandbox_problems(
    failures: tuple[SandboxFailure, ...], mode: Mode, spec: ConnectorSpec
) -> Iterator[Problem]:
    """Failures that this connector or mode cannot show."""
    if failures and mode is not Mode.SANDBOX:
        reason = f"a connection in mode {mode} cannot show failures; leave it out or use sandbox"
        yield {"field": "sandbox", "reason": reason}
    actions = [action.id for action in spec.actions]
    for index, failure in enumerate(failures):
        if failure.action is not None and failure.action not in actions:
            reason = f"{spec.kind} has no such action; it has {', '.join(actions)}"
            yield {"field": f"sandbox.{index}.action", "reason": reason}


def _unknown(
    where: str, name: str, spec: ConnectorSpec, what: str, known: list[str]
) -> dict[str, str]:
    has = f"it has {', '.join(known)}" if known else "it has none"
    # Whoever swaps a name and its value must not see the value in an error.
    shown = mask(name)[:60]
    return {"field": f"{where}.{shown}", "reason": f"{spec.kind} has no such {what}; {has}"}


def _plain(value: Json) -> bool:
    if isinstance(value, str):
        return len(value) <= MAX_SETTING and value.isprintable()
    return isinstance(value, int | float) and abs(value) <= 10**15
