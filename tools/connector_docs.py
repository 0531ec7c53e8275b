"""Writes docs/connectors.md from the connectors' specs. `--check` fails if it is not up to date."""

import argparse
import sys
from pathlib import Path

from hub.connector_kit.registry import specs
from hub.connector_kit.spec import Action, Auth, AuthType, ConnectorSpec, OAuth
from hub.domain.token import GrantKind

PAGE = Path(__file__).parent.parent / "docs" / "connectors.md"
GUIDE = Path(__file__).parent.parent / "docs" / "add-a-connector.md"

_HEAD = """# Connectors

{count} connectors, {actions} actions. This page is written by `make docs` from the connectors' own
specs; a test holds it against the code. How to add one: [add-a-connector.md](add-a-connector.md).
How to connect an account, and what keeps it alive: [connections.md](connections.md).

Every connector has a sandbox twin that needs no credentials, answers as the platform does, and
shows on demand a rate limit, a server error, a lost answer, a dead token and a refusal (the
connection's field `sandbox`: `rate_limit`, `server_error`, `timeout_after_write`, `reauth`,
`business_error`).
Every request it sends is held against the contract named here, in tests.

What an action's effect means: **read** changes nothing and is repeated freely; **idempotent_write**
may be repeated, because the platform has a key for it or because twice is the same as once;
**write** is never repeated on an unknown outcome, but looked up on the platform first.

| kind | actions | auth | sandbox | contract its requests are held against | webhook | limits |
|---|---|---|---|---|---|---|
"""


def page() -> str:
    """The whole page."""
    every = specs()
    head = _HEAD.format(count=len(every), actions=sum(len(spec.actions) for spec in every))
    rows = "".join(_row(spec) for spec in every)
    return head + rows + "\n" + "\n".join(_section(spec) for spec in every)


def _row(spec: ConnectorSpec) -> str:
    webhook = f"{spec.webhook.scheme} in `{spec.webhook.header}`" if spec.webhook else "none"
    cells = (
        f"[{spec.kind}](#{spec.kind})",
        str(len(spec.actions)),
        _auth(spec.auth),
        "yes",
        spec.contract,
        webhook,
        spec.limits,
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _auth(auth: Auth) -> str:
    if not auth.oauth:
        return auth.type.value
    told = [auth.type.value, *([] if auth.type is AuthType.OAUTH2 else ["or oauth2"])]
    return ", ".join([*told, *(_flow(name, flow) for name, flow in flows(auth).items())])


def flows(auth: Auth) -> dict[str, OAuth]:
    """A connector's OAuth flows by name, the main one under the empty name."""
    return {**({"": auth.oauth} if auth.oauth else {}), **auth.flows}


def _flow(name: str, flow: OAuth) -> str:
    """What is particular about a flow: PKCE, grants without a user, how tokens are renewed."""
    words = ["PKCE"] if flow.pkce else []
    if GrantKind.CLIENT_CREDENTIALS in flow.grants:
        words.append("client credentials")
    words.append("tokens renewed" if flow.renews else "no refresh tokens")
    told = ", ".join(words)
    return f"flow `{name}`: {told}" if name else told


def _section(spec: ConnectorSpec) -> str:
    """One connector: its credentials, settings and actions."""
    lines = [f"## {spec.kind}", "", f"**{spec.display_name}.** {spec.description}", ""]
    lines += [f"Follows {spec.reference}", ""]
    lines += ["Credentials: " + "; ".join(_credential(spec)) + ".", ""]
    lines += _oauth(spec)
    if spec.auth.scopes:
        lines += ["Scopes: " + ", ".join(f"`{scope}`" for scope in spec.auth.scopes), ""]
    if spec.settings:
        lines += ["| setting | what it is | default |", "|---|---|---|"]
        for setting in spec.settings:
            default = "" if setting.default is None else f"`{setting.default}`"
            lines.append(f"| `{setting.name}` | {setting.description} | {default} |")
        lines.append("")
    lines += ["| action | effect | what it does | input | answers |", "|---|---|---|---|---|"]
    lines += [_action(action) for action in spec.actions]
    return "\n".join(lines) + "\n"


def _oauth(spec: ConnectorSpec) -> list[str]:
    """How to start each flow, and what it asks for where that is not the connector's scopes."""
    lines = []
    for name, flow in flows(spec.auth).items():
        named = f' with `"flow": "{name}"`' if name else ""
        asked = ", ".join(f"`{scope}`" for scope in flow.scopes)
        scopes = f", scopes {asked}" if asked else ""
        token = f"gives `{flow.names.access}`{scopes}"
        lines.append(f"OAuth: `POST /api/oauth/{spec.kind}/start`{named} {token}.")
    return [*lines, ""] if lines else []


def _credential(spec: ConnectorSpec) -> list[str]:
    return [
        f"`{c.name}`{'' if c.required else ' (optional)'}: {c.description.rstrip('.')}"
        for c in spec.auth.credentials
    ]


def _action(action: Action) -> str:
    schema = action.input.model_json_schema(by_alias=True)
    required = set(schema.get("required", ()))
    fields = [f"**{n}**" if n in required else n for n in schema.get("properties", {})]
    answers = "; ".join(f"{name}: {what}" for name, what in action.output.items())
    cells = (f"`{action.id}`", action.effect, action.description, ", ".join(fields), answers)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def main(arguments: list[str] | None = None) -> int:
    """Write the page, or with --check compare it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    if not parser.parse_args(arguments).check:
        PAGE.write_text(page())
        return 0
    if PAGE.read_text() == page():
        return 0
    sys.stderr.write("docs/connectors.md is not what the specs say: run `make docs`\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
