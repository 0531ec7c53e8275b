"""Shopify's contract: its own Admin GraphQL schema 2026-10."""

import json
import re
from functools import cache
from typing import Any

import httpx
from graphql import (
    FieldNode,
    GraphQLInputObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    NoDeprecatedCustomRule,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    build_client_schema,
    get_named_type,
    get_nullable_type,
    is_list_type,
    parse,
    specified_rules,
    validate,
    visit,
)
from graphql.error import GraphQLSyntaxError
from graphql.execution.values import get_variable_values

from tests.contract.oracles.shopify_schema import introspection

SHOP_HOST = re.compile(r"[a-z0-9][a-z0-9-]*\.myshopify\.com")
PATH = "/admin/api/2026-10/graphql.json"
TOKEN = "x-shopify-access-token"
SCALARS = {
    "Decimal": r"-?\d+(\.\d+)?",
    "Money": r"\d+(\.\d+)?",
    "UnsignedInt64": r"\d+",
    "DateTime": r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})",
    "URL": r"https?://\S+",
}


@cache
def schema() -> GraphQLSchema:
    """The schema; its own scalars take only what their descriptions say."""
    built = build_client_schema(introspection())  # type: ignore[arg-type]
    for name, pattern in SCALARS.items():
        scalar = built.type_map[name]
        assert isinstance(scalar, GraphQLScalarType)
        scalar.parse_value = textual(name, pattern)
    return built


def textual(name: str, pattern: str) -> Any:
    """A parser of a scalar that is written as text."""

    def parse_value(value: Any) -> Any:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise ValueError(f"{value!r} is no {name}")
        return value

    return parse_value


def check(request: httpx.Request) -> None:
    """A document that the schema allows with its variables, or a file for the file store."""
    assert request.url.scheme == "https"
    if not SHOP_HOST.fullmatch(request.url.host):
        check_file(request)
        return
    assert (request.method, request.url.path, request.url.query) == ("POST", PATH, b"")
    assert request.headers.get(TOKEN, "").startswith("shp")
    assert request.headers.get("content-type", "").startswith("application/json")
    body = json.loads(request.content)
    assert {"query"} <= body.keys() <= {"query", "variables", "operationName"}, body.keys()
    check_document(body["query"], body.get("variables", {}))


def check_document(text: str, variables: dict[str, Any] | None) -> None:
    """Assert that a document is valid and, where variables are given, that they fit it."""
    try:
        document = parse(text)
    except GraphQLSyntaxError as error:
        raise AssertionError(error.message) from None
    problems = validate(schema(), document, [*specified_rules, NoDeprecatedCustomRule])
    assert not problems, [problem.message for problem in problems]
    info = TypeInfo(schema())
    visit(document, TypeInfoVisitor(info, RunTimeRules(info)))
    (operation,) = document.definitions
    assert isinstance(operation, OperationDefinitionNode)
    if variables is not None:
        check_variables(operation, variables)


class RunTimeRules(Visitor):
    """What Shopify asks for beyond the schema."""

    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self._info = info

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        """Lists need `first` or `last`, and only some mutations take `@idempotent`."""
        field = self._info.get_field_def()
        assert field is not None
        given = {argument.name.value for argument in node.arguments}
        if {"first", "last"} <= field.args.keys():
            assert given & {"first", "last"}, f"{node.name.value} needs first or last"
        if any(directive.name.value == "idempotent" for directive in node.directives):
            words = (field.description or "").lower()
            assert "idempotent" in words, f"{node.name.value} does not take @idempotent"


def check_variables(operation: OperationDefinitionNode, variables: dict[str, Any]) -> None:
    """Assert that variables are those declared, and of their types; none that is deprecated."""
    declared = {item.variable.name.value: item for item in operation.variable_definitions}
    assert variables.keys() <= declared.keys(), variables.keys() - declared.keys()
    coerced = get_variable_values(schema(), operation.variable_definitions, variables)
    assert isinstance(coerced, dict), [error.message for error in coerced]
    for name, value in variables.items():
        node = declared[name].type
        while not hasattr(node, "name"):
            node = node.type
        check_input(value, schema().type_map[node.name.value], name)
    if operation.name and operation.name.value == "BulkRun":
        check_document(variables["mutation"], None)
        assert 10 <= len(variables["clientIdentifier"]) <= 255


def check_input(value: Any, typed: Any, at: str) -> None:
    """Assert of an input, however deep, that no field is deprecated and ids are Shopify's."""
    named = get_named_type(typed)
    if isinstance(value, list):
        for item in value:
            check_input(item, named, at)
    elif isinstance(named, GraphQLInputObjectType):
        for name, inner in value.items():
            field = named.fields[name]
            assert not field.deprecation_reason, f"{at}.{name}: {field.deprecation_reason}"
            nullable = get_nullable_type(field.type)
            assert isinstance(inner, list) == is_list_type(nullable), f"{at}.{name}"
            check_input(inner, field.type, f"{at}.{name}")
    elif str(named) == "ID":
        assert re.fullmatch(r"gid://shopify/\w+/[\w-]+", value), f"{at}: {value!r}"


def check_file(request: httpx.Request) -> None:
    """Assert that no token goes to the file store, and that a file sent is the form's last part."""
    assert TOKEN not in request.headers
    assert request.url.host.endswith("storage.googleapis.com")
    if request.method == "GET":
        return
    assert request.method == "POST"
    kind, _, boundary = request.headers["content-type"].partition("; boundary=")
    assert kind == "multipart/form-data"
    assert request.headers["content-length"] == str(len(request.content))
    assert "transfer-encoding" not in request.headers
    *parts, end = request.content.split(f"--{boundary}".encode())[1:]
    assert end == b"--\r\n"
    assert all(part.startswith(b"\r\n") and part.endswith(b"\r\n") for part in parts)
    assert b'name="file"; filename="' in parts[-1]
    assert b'name="key"' in b"".join(parts[:-1])
    check_lines(parts[-1].partition(b"\r\n\r\n")[2].decode().removesuffix("\r\n"))


def check_lines(text: str) -> None:
    """Assert that each line is the variables of a productSet."""
    assert text.endswith("\n")
    document = parse(
        "mutation M($input: ProductSetInput!, $identifier: ProductSetIdentifiers) "
        "{ productSet(input: $input, identifier: $identifier) { userErrors { code } } }"
    )
    (operation,) = document.definitions
    assert isinstance(operation, OperationDefinitionNode)
    for line in text.splitlines():
        check_variables(operation, json.loads(line))


def _wrong(query: str, host: str = "my-shop.myshopify.com", **more: Any) -> httpx.Request:
    variables = more.pop("variables", {})
    headers = {TOKEN: "shpat_1", **more.pop("headers", {})}
    path = more.pop("path", PATH)
    body = {"query": query, "variables": variables}
    return httpx.Request("POST", f"https://{host}{path}", headers=headers, json=body)


_CREATE = (
    "mutation D($d: DiscountCodeBasicInput!) "
    "{ discountCodeBasicCreate(basicCodeDiscount: $d) { userErrors { code } } }"
)
_SET = (
    "mutation P($input: ProductSetInput!, $identifier: ProductSetIdentifiers) "
    "{ productSet(input: $input, identifier: $identifier) { userErrors { code } } }"
)

WRONG = [
    _wrong("query { shop { nam } }"),
    _wrong("query { shop {"),
    _wrong("query { orders { nodes { id } } }"),
    _wrong("query { currentBulkOperation { id } }"),
    _wrong("query { shop { id } }", headers={TOKEN: ""}),
    _wrong("query { shop { id } }", path="/admin/api/2024-01/graphql.json"),
    _wrong("query { shop { id } }", host="shop.example.com"),
    _wrong("query { shop { id } }", host="x.storage.googleapis.com"),
    _wrong(_CREATE, variables={"d": {"code": "A", "customerSelection": {"all": True}}}),
    _wrong(_CREATE, variables={"d": {"minimumRequirement": {"quantity":
        {"greaterThanOrEqualToQuantity": 2}}}}),
    _wrong(_CREATE, variables={"d": {"startsAt": "tomorrow"}}),
    _wrong(_CREATE, variables={}),
    _wrong(_CREATE, variables={"d": {}, "extra": 1}),
    _wrong(_CREATE.replace("$d) {", '$d) @idempotent(key: "k") {'), variables={"d": {}}),
    _wrong(_SET, variables={"input": {"id": "gid://shopify/Product/1"}}),
    _wrong(_SET, variables={"input": {"variants": [{"price": "1.00"}]}}),
    _wrong(_SET, variables={"input": {}, "identifier": {"id": "1"}}),
    _wrong(_SET, variables={"input": {}, "identifier": {"handle": "a", "id": "gid://shopify/P/1"}}),
]  # fmt: skip
