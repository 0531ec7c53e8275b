"""Products and bulk operations of Shopify's twin."""

import json
import re
from typing import Any

import httpx

from connectors.shopify import sandbox_objects as objects
from connectors.shopify.sandbox_answers import answered, done, error, jsonl, newest, refused
from hub.connector_kit.sandbox import TwinRequest
from hub.domain.model import Json


def _products(request: TwinRequest) -> dict[str, Any]:
    seeded = {"handle": objects.HANDLE, "title": "Neon shirt", "variants": [{"price": "19.99"}]}
    kept: dict[str, Any] = request.state.setdefault("products", {})
    kept.setdefault(objects.HANDLE, objects.product(1, request.now, seeded))
    return kept


def _identified(request: TwinRequest, identifier: Json) -> dict[str, Any] | None:
    custom = identifier.get("customId")
    for product in _products(request).values():
        fields = [{k: field.get(k) for k in custom} for field in product["metafields"] if custom]
        if custom in fields if custom else product[next(iter(identifier))] in identifier.values():
            return dict(product)
    return None


def _set_product(request: TwinRequest, variables: Json) -> Json:
    """The payload of one productSet."""
    given, identifier = dict(variables["input"]), variables.get("identifier") or {}
    found = _identified(request, identifier) if identifier else None
    refusal = _product_refusal(given, identifier, found)
    if refusal:
        return {"product": None, "userErrors": [refusal]}
    given.setdefault("handle", found["handle"] if found else _handle(given["title"]))
    given.setdefault("title", found["title"] if found else "")
    if identifier.get("customId") and "metafields" not in given:
        given["metafields"] = [identifier["customId"]]
    number = int(found["id"].rpartition("/")[2]) if found else 100 + request.next_number()
    made = objects.product(number, request.now, given)
    if found:
        # What is left out stays as it is.
        named = {"options": "productOptions", "media": "files"}
        changed = {n: v for n, v in made.items() if named.get(n, n) in given or n == "updatedAt"}
        made = {**found, **changed}
    _products(request)[made["handle"]] = made
    shown = {name: made[name] for name in ("id", "handle", "title", "status")}
    return {"product": shown, "userErrors": []}


def _product_refusal(given: Json, identifier: Json, found: Json) -> Json:
    handle = identifier.get("handle")
    if handle and "handle" not in given:
        words = "The input field corresponding to the identifier is required."
        return error(words, "MISSING_FIELD_REQUIRED", "input", "handle")
    if handle and handle != given["handle"]:
        return error("The identifier value does not match", "INPUT_MISMATCH", "input")
    if identifier.get("id") and not found:
        return error("Product does not exist", "PRODUCT_DOES_NOT_EXIST", "identifier")
    if not found and not given.get("title"):
        return error("Title can't be blank", "INVALID_PRODUCT", "input", "title")
    if ("variants" in given) != ("productOptions" in given):
        code = "PRODUCT_OPTIONS_INPUT_MISSING" if "variants" in given else "VARIANTS_INPUT_MISSING"
        return error("Variants and options must be given together", code, "input")
    return None


def _handle(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def on_product_set(request: TwinRequest, variables: Json) -> httpx.Response:
    """productSet."""
    return answered({"data": {"productSet": _set_product(request, variables)}})


def on_product(request: TwinRequest, variables: Json) -> httpx.Response:
    """productByIdentifier."""
    found = _identified(request, variables["identifier"])
    return answered({"data": {"productByIdentifier": found}})


def on_stage(request: TwinRequest, variables: Json) -> httpx.Response:
    """stagedUploadsCreate: a target that is signed for one file."""
    (target,) = variables["input"]
    key = f"tmp/1/bulk/{request.next_number()}/{target['filename']}"
    signed = {"key": key, "policy": "c2FuZGJveA==", "x-goog-signature": "5a"}
    parameters = [{"name": name, "value": value} for name, value in signed.items()]
    staged = {"url": objects.FILES_HOST, "parameters": parameters}
    return done("stagedUploadsCreate", stagedTargets=[staged])


def on_bulk_run(request: TwinRequest, variables: Json) -> httpx.Response:
    """bulkOperationRunMutation: sets every product of the uploaded file."""
    name = "bulkOperationRunMutation"
    file = request.state.get("files", {}).pop(variables["stagedUploadPath"], None)
    if file is None:
        return refused(name, "bulkOperation", error("No such file", "NO_SUCH_FILE"))
    results = [
        {"data": {"productSet": _set_product(request, json.loads(line))}, "__lineNumber": number}
        for number, line in enumerate(file.splitlines())
    ]
    made = objects.operation(request.next_number(), request.now, variables, results)
    request.remember("operations", made)
    return done(name, bulkOperation=made)


def on_bulk_operation(request: TwinRequest, variables: Json) -> httpx.Response:
    """CREATED, then RUNNING when it is looked at, then COMPLETED."""
    for operation in request.state.get("operations", []):
        if operation["id"] == variables["id"]:
            _advance(operation, objects.stamp(request.now))
            return answered({"data": {"bulkOperation": operation}})
    return answered({"data": {"bulkOperation": None}})


def _advance(operation: dict[str, Any], now: str) -> None:
    if operation["status"] == "CREATED":
        operation["status"] = "RUNNING"
    elif operation["status"] == "RUNNING":
        number = operation["id"].rpartition("/")[2]
        size = str(len(jsonl(operation["results"])))
        operation |= {"status": "COMPLETED", "completedAt": now, "fileSize": size}
        operation |= {
            "url": f"{objects.RESULTS_HOST}{number}",
            "rootObjectCount": str(len(operation["results"])),
        }


def on_bulk_operations(request: TwinRequest, variables: Json) -> httpx.Response:
    """bulkOperations, newest first."""
    kept = request.state.get("operations", [])
    return answered({"data": {"bulkOperations": newest(kept, variables["first"])}})
