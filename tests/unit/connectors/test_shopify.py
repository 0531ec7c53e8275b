"""Shopify: documents of its schema, failures inside HTTP 200, feeds in bulk, orders in parts."""

import json
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from connectors.shopify import documents, products, selling
from connectors.shopify.client import TABLE, ShopifyClient
from connectors.shopify.feed import lines
from connectors.shopify.spec import SPEC
from hub.connector_kit.client import ClientContext
from hub.connector_kit.journal import MemoryNotes
from hub.connector_kit.outcomes import Answer
from hub.connector_kit.sandbox import SandboxTransport
from hub.connector_kit.spec import NoInput
from hub.domain.connection import Mode
from hub.domain.outcome import Effect
from tests.contract.oracles import shopify as oracle
from tests.contract.oracles import shopify_schema
from tests.contract.samples import connector
from tests.harness import Harness, connection
from tests.support import START, FrozenClock
from tests.unit.connectors.samples_shopify import MUG, SHIRT, VARIANT

KEY = "run_1.step_1"
GRAPHQL = "https://my-shop.myshopify.com/admin/api/2026-10/graphql.json"
FEED = products.SyncProductFeed.model_validate({"products": [SHIRT, MUG]})


class Platform:
    """Answers as told, one after the other, and keeps what was asked."""

    def __init__(self, *answers: Any) -> None:
        self.sent: list[httpx.Request] = []
        self._answers = list(answers)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.sent.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)


class Playing(httpx.BaseTransport):
    """Plays the twin; the n-th request breaks off after it was done."""

    def __init__(self, broken: int = 0) -> None:
        harness = Harness(connector("shopify"))
        self.sent: list[httpx.Request] = []
        self.broken = broken
        self.clock = FrozenClock()
        self._twin = SandboxTransport(
            harness.connector.twin(),
            connection("shopify"),
            harness.connections,
            self.clock,
            "any",
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        oracle.check(request)
        self.sent.append(request)
        answer = self._twin.handle_request(request)
        if len(self.sent) == self.broken:
            raise httpx.ReadTimeout("lost", request=request)
        return answer

    @property
    def names(self) -> list[str]:
        """What was asked: the operations' names, or where a file went."""
        return [name_of(request) for request in self.sent]


def name_of(request: httpx.Request) -> str:
    if not request.url.host.endswith("myshopify.com"):
        return f"{request.method} {request.url.host.partition('.')[0]}"
    query: str = json.loads(request.content)["query"]
    return query.partition("(")[0].partition("{")[0].split()[1]


def variables(request: httpx.Request) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(request.content)["variables"]
    return found


def client(
    platform: httpx.BaseTransport | Callable[[httpx.Request], httpx.Response],
    *,
    notes: MemoryNotes | None = None,
    key: str = KEY,
    clock: FrozenClock | None = None,
    **settings: str,
) -> ShopifyClient:
    mocked = not isinstance(platform, httpx.BaseTransport)
    return ShopifyClient(
        ClientContext(
            transport=httpx.MockTransport(platform) if mocked else platform,
            credentials={"accessToken": "shpat_1"},
            clock=clock or FrozenClock(),
            settings={**SPEC.default_settings(), "shop": "my-shop", **settings},
            call_key=key,
            notes=notes or MemoryNotes(),
        )
    )


TOKEN = ClientContext(transport=Playing(), credentials={}, clock=FrozenClock(), call_key=KEY).token(
    32
)


# ---------------------------------------------------------------------- the contract


@pytest.mark.parametrize(
    "name", [name for name in dir(documents) if name.isupper() and name != "PRODUCT"]
)
def test_every_document_is_of_the_schema(name: str) -> None:
    text: str = getattr(documents, name)
    if text.startswith(("query", "mutation")):
        oracle.check_document(text, None)


def test_no_mutation_used_documents_support_for_the_idempotent_directive() -> None:
    mutations = oracle.schema().mutation_type
    assert mutations is not None
    used = [
        "productSet",
        "stagedUploadsCreate",
        "bulkOperationRunMutation",
        "discountCodeBasicCreate",
        "draftOrderCreate",
        "draftOrderComplete",
    ]
    told = [(mutations.fields[name].description or "").lower() for name in used]
    assert not [text for text in told if "idempoten" in text]
    assert "idempoten" in (mutations.fields["refundCreate"].description or "").lower()


def test_a_schema_that_cannot_be_had_is_a_failure_that_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shopify_schema, "KEPT", tmp_path / "schema.gz")
    monkeypatch.setattr(shopify_schema, "npms", list)
    problem = shopify_schema.fetched.__wrapped__()
    assert problem is not None
    assert "@shopify/dev-mcp@1.16.0" in problem
    assert "there is no npm" in problem


def test_a_package_that_is_not_the_pinned_one_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    npm = tmp_path / "npm"
    body = "import sys\nopen(sys.argv[-1] + '/other.tgz', 'wb').write(b'other')\n"
    npm.write_text(f"#!{sys.executable}\n{body}")
    npm.chmod(npm.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(shopify_schema, "KEPT", tmp_path / "kept" / "schema.gz")
    monkeypatch.setattr(shopify_schema, "npms", lambda: [str(npm)])
    problem = shopify_schema.fetched.__wrapped__()
    assert "other.tgz has the SHA-256" in (problem or "")
    assert not shopify_schema.KEPT.exists()


# ---------------------------------------------------------------------- requests


def test_a_call_goes_to_the_shop_with_its_token_and_version() -> None:
    platform = Platform({"data": {}})
    client(platform, apiVersion="2027-01").test_connection(NoInput())
    (request,) = platform.sent
    assert str(request.url) == GRAPHQL.replace("2026-10", "2027-01")
    assert request.headers["x-shopify-access-token"] == "shpat_1"


@pytest.mark.parametrize(
    "shop", ["", "My-Shop", "-shop", "a.b", "shop.myshopify.com", "a/../b", "x\n", "evil.com#"]
)
def test_a_shop_that_is_none_is_never_called(shop: str) -> None:
    platform = Platform({"data": {}})
    over = client(platform, shop=shop)
    asked = [
        over.test_connection(NoInput()),
        over.list_orders(selling.ListOrders()),
        over.sync_product_feed(FEED),
    ]
    assert {outcome.code for outcome in asked} == {"NO_SHOP"}
    assert {outcome.kind for outcome in asked} == {"invalid_request"}
    assert platform.sent == []


@pytest.mark.parametrize("version", ["", "2026", "../2026-10", "2026-10/x"])
def test_an_api_version_that_is_none_is_never_called(version: str) -> None:
    platform = Platform({"data": {}})
    outcome = client(platform, apiVersion=version).test_connection(NoInput())
    assert outcome.code == "BAD_API_VERSION"
    assert platform.sent == []


def test_the_handle_that_identifies_a_product_is_among_its_fields() -> None:
    sent = products.Product.model_validate(SHIRT).variables()
    assert sent["identifier"] == {"handle": "cotton-shirt"}
    assert sent["input"]["handle"] == "cotton-shirt"
    assert "id" not in sent["input"]
    assert sent["input"]["productOptions"] == [
        {"name": "Size", "values": [{"name": "S"}, {"name": "M"}]}
    ]
    assert sent["input"]["variants"][1]["price"] == "21"


def test_lists_that_are_not_given_are_not_sent_because_an_empty_one_deletes() -> None:
    sent = products.Product.model_validate(MUG).variables()["input"]
    assert sent == {"title": "Mug", "handle": "mug"}
    emptied = products.Product.model_validate({**MUG, "collections": [], "tags": []})
    assert emptied.variables()["input"]["collections"] == []


def test_who_may_use_a_code_is_its_context_and_a_percentage_a_fraction() -> None:
    platform = Platform({"data": {}})
    given = selling.CreateDiscountCode(code="SPRING", percent_off=12.5)  # type: ignore[arg-type]
    client(platform).create_discount_code(given)
    assert variables(platform.sent[0])["basicCodeDiscount"] == {
        "code": "SPRING",
        "title": "SPRING",
        "startsAt": "2026-03-02T09:00:00.000Z",
        "context": {"all": "ALL"},
        "customerGets": {"value": {"percentage": 0.125}, "items": {"all": True}},
    }


def test_an_order_carries_the_calls_token_as_a_note_attribute() -> None:
    platform = Platform({"data": {}})
    given = selling.CreateOrder.model_validate(
        {
            "lineItems": [{"variantId": VARIANT, "quantity": 1}],
            "customerId": "gid://shopify/Customer/1",
            "customAttributes": [{"key": "campaign", "value": "spring"}],
        }
    )
    client(platform).create_order(given)
    sent = variables(platform.sent[0])["input"]
    assert sent["customAttributes"] == [
        {"key": "campaign", "value": "spring"},
        {"key": "neonhub_call", "value": TOKEN},
    ]
    assert sent["purchasingEntity"] == {"customerId": "gid://shopify/Customer/1"}
    assert "complete" not in sent


CODE: dict[str, Any] = {"code": "A", "percentOff": 10}
LINE = {"variantId": VARIANT, "quantity": 1}
SIZE = {"optionName": "Size", "name": "S"}


@pytest.mark.parametrize(
    ("model", "given", "words"),
    [
        (products.Identifier, {}, "give one of"),
        (
            products.Identifier,
            {"handle": "a", "id": "gid://shopify/Product/1"},
            "give one of",
        ),
        (products.Identifier, {"id": "123"}, "id"),
        (products.Product, {**SHIRT, "options": None}, "together"),
        (products.Product, {**SHIRT, "variants": None}, "together"),
        (products.Product, {**SHIRT, "handle": "other"}, "by id or customId"),
        (
            products.Product,
            {"identifier": {"customId": {"key": "sku", "value": "1"}}, "metafields": []},
            "must contain the customId",
        ),
        (
            products.Product,
            {**SHIRT, "variants": [{"optionValues": [{**SIZE, "name": "XXL"}]}]},
            "do not have Size: XXL",
        ),
        (
            products.Product,
            {**SHIRT, "variants": [{"optionValues": [{**SIZE, "optionName": "Color"}]}]},
            "one value of each",
        ),
        (
            products.Product,
            {**SHIRT, "variants": [{"optionValues": [SIZE, SIZE]}]},
            "one value of each",
        ),
        (
            products.Product,
            {**SHIRT, "variants": [{"optionValues": [SIZE]}] * 2},
            "two variants are S",
        ),
        (
            products.Product,
            {**SHIRT, "options": [{"name": "Size", "values": ["S", "M"]}] * 2},
            "an option is given twice",
        ),
        (products.SyncProductFeed, {"products": []}, "at least 1"),
        (products.SyncProductFeed, {"products": [MUG, SHIRT, MUG]}, "given twice"),
        (selling.CreateDiscountCode, {"code": "A"}, "either percentOff or amountOff"),
        (selling.CreateDiscountCode, {**CODE, "amountOff": 5}, "either percentOff or amountOff"),
        (selling.CreateDiscountCode, {**CODE, "percentOff": 101}, "percentOff"),
        (selling.CreateDiscountCode, {**CODE, "appliesOnEachItem": True}, "needs amountOff"),
        (
            selling.CreateDiscountCode,
            {
                **CODE,
                "products": ["gid://shopify/Product/1"],
                "collections": ["gid://shopify/Collection/1"],
            },
            "either collections",
        ),
        (
            selling.CreateDiscountCode,
            {
                **CODE,
                "customers": ["gid://shopify/Customer/1"],
                "customerSegments": ["gid://shopify/Segment/1"],
            },
            "either customers or customerSegments",
        ),
        (
            selling.CreateDiscountCode,
            {**CODE, "minimumSubtotal": 1, "minimumQuantity": 1},
            "either minimumSubtotal or minimumQuantity",
        ),
        (
            selling.CreateDiscountCode,
            {**CODE, "startsAt": "2026-04-01T00:00:00Z", "endsAt": "2026-03-01T00:00:00Z"},
            "after startsAt",
        ),
        (selling.ListOrders, {"limit": 251}, "limit"),
        (selling.CreateOrder, {"lineItems": []}, "lineItems"),
        (selling.CreateOrder, {"lineItems": [{"quantity": 1}]}, "variantId, or title and price"),
        (selling.CreateOrder, {"lineItems": [{**LINE, "title": "x"}]}, "brings its own"),
        (
            selling.CreateOrder,
            {
                "lineItems": [LINE],
                "appliedDiscount": {"value": 101, "valueType": "PERCENTAGE"},
            },
            "at most 100",
        ),
    ],
)
def test_what_shopify_would_refuse_is_refused_before(
    model: Any, given: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        model.model_validate(given)


# ---------------------------------------------------------------------- answers


def test_a_user_error_names_field_and_code() -> None:
    errors = [
        {"field": ["input", "variants", "0"], "message": "is invalid", "code": "INVALID_VARIANT"},
        *[{"field": None, "message": f"no {n}", "code": "X"} for n in range(3)],
    ]
    headers = {"x-request-id": "req-1"}
    answer = Answer(200, headers, {"data": {"productSet": {"userErrors": errors}}})
    outcome = TABLE.outcome(answer, Effect.WRITE, START)
    assert (outcome.kind, outcome.code) == ("invalid_request", "INVALID_VARIANT")
    assert outcome.message == "input.variants.0: is invalid; no 0; no 1; and 1 more"
    assert outcome.provider_request_id == "req-1"


def test_a_status_that_shopify_documents_is_explained() -> None:
    outcome = TABLE.outcome(Answer(402, {}, {"errors": "Unavailable Shop"}), Effect.WRITE, START)
    assert (
        outcome.message == "the shop is frozen until its owner pays what is owed - Unavailable Shop"
    )


DENIED = {"message": "Access denied for order field.", "extensions": {"code": "ACCESS_DENIED"}}


@pytest.mark.parametrize(
    ("data", "path", "kind"),
    [
        (
            {"draftOrderComplete": {"draftOrder": {"order": None}, "userErrors": []}},
            ["draftOrderComplete", "draftOrder", "order"],
            "ok",
        ),
        ({"draftOrderComplete": None}, ["draftOrderComplete"], "invalid_request"),
        (
            {"draftOrderComplete": {"draftOrder": None, "userErrors": []}},
            ["draftOrderComplete"],
            "invalid_request",
        ),
        ({"orders": {"nodes": [None]}}, ["orders", "nodes", 0], "invalid_request"),
        (None, None, "invalid_request"),
    ],
)
def test_a_mutation_that_was_done_is_no_failure_because_a_field_is_withheld(
    data: Any, path: Any, kind: str
) -> None:
    body = {"data": data, "errors": [{**DENIED, **({"path": path} if path else {})}]}
    assert TABLE.outcome(Answer(200, {}, body), Effect.WRITE, START).kind == kind


def test_pages_of_orders_end_and_show_only_what_is_asked_for() -> None:
    cursor, seen = None, []
    for _ in range(5):
        given = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = client(Playing()).list_orders(selling.ListOrders.model_validate(given)).data
        seen += [order["name"] for order in page["orders"]]
        cursor = page["cursor"]
        if cursor is None:
            break
    assert seen == ["#1003", "#1002", "#1001"]
    assert "customer" not in page["orders"][0]
    more = selling.ListOrders(limit=1, with_customer=True, with_lines=True)
    (order,) = client(Playing()).list_orders(more).data["orders"]
    assert order["customer"]["email"] == "ada@example.com"
    assert order["lines"][0]["sku"] == "NEON-S"


def test_a_product_that_is_not_there_is_told() -> None:
    outcome = client(Playing()).get_product(products.GetProduct(handle="nothing"))
    assert (outcome.kind, outcome.code) == ("invalid_request", "PRODUCT_NOT_FOUND")


def test_a_product_is_set_and_read_again() -> None:
    over = client(playing := Playing())
    one = products.SyncProductFeed.model_validate({"products": [SHIRT]})
    made = over.sync_product_feed(one).data
    assert (made["synced"], made["failed"], made["operationId"]) == (1, 0, None)
    again = over.sync_product_feed(one).data
    assert again == made, "the same product, not another one"
    read = over.get_product(products.GetProduct(id=made["products"][0]["id"])).data
    assert [variant["sku"] for variant in read["variants"]] == ["C-S", "C-M"]
    assert read["options"] == [{"name": "Size", "values": ["S", "M"]}]
    assert read["moreVariants"] is False
    assert playing.names == ["ProductSet", "ProductSet", "Product"]


# ---------------------------------------------------------------------- bulk

UPLOAD, RESULT = "POST shopify-staged-uploads", "GET storage"
WHOLE = ["StagedUploadsCreate", UPLOAD, "BulkRun", "BulkOperation", "BulkOperation", RESULT]


def finished(playing: Playing, notes: MemoryNotes, given: Any = FEED) -> list[Any]:
    """The outcomes of a call that is made again until it is done, as the state machine does."""
    outcomes = []
    for _ in range(8):
        over = client(playing, notes=notes, clock=playing.clock)
        outcomes.append(over.sync_product_feed(given))
        if outcomes[-1].kind == "unknown_outcome":
            verdict = over.reconcile("sync_product_feed", given, START)
            assert verdict.verdict == "not_done"
        elif outcomes[-1].kind not in ("in_progress", "transient"):
            break
        playing.clock.advance(outcomes[-1].retry_after or 1)
    return outcomes


def test_a_feed_is_uploaded_run_watched_and_counted() -> None:
    playing = Playing()
    first, last = finished(playing, MemoryNotes())
    assert (first.kind, first.retry_after) == ("in_progress", 5)
    assert last.data["synced"] == 2
    assert last.data["failed"] == 0
    assert [product["handle"] for product in last.data["products"]] == ["cotton-shirt", "mug"]
    assert last.data["operationId"].startswith("gid://shopify/BulkOperation/")
    assert playing.names == WHOLE
    upload, run = playing.sent[1], playing.sent[2]
    assert "x-shopify-access-token" not in upload.headers
    assert "x-shopify-access-token" not in playing.sent[5].headers
    assert upload.content.decode().count('"productOptions"') == 1
    assert variables(run)["clientIdentifier"] == TOKEN
    assert f"mutation NeonHub_{TOKEN}(" in variables(run)["mutation"]
    assert variables(run)["stagedUploadPath"].endswith(f"/{TOKEN}.jsonl")


@pytest.mark.parametrize(
    ("broken", "names"),
    [
        (1, [WHOLE[0], *WHOLE]),
        (2, [*WHOLE[:2], *WHOLE]),
        (3, [*WHOLE[:3], "BulkOperations", *WHOLE[3:]]),
        (4, WHOLE),
        (6, [*WHOLE, *WHOLE[4:]]),
    ],
)
def test_a_broken_feed_goes_on_where_it_stopped(
    broken: int, names: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.connector_kit.client.READ_RETRY_SECONDS", 0.0)
    playing = Playing(broken)
    outcomes = finished(playing, MemoryNotes())
    assert outcomes[-1].data["synced"] == 2
    # A read that is made again within its call, or by the next one, is the same to the platform.
    squeezed = [n for i, n in enumerate(playing.names) if i == 0 or n != playing.names[i - 1]]
    expected = [n for i, n in enumerate(names) if i == 0 or n != names[i - 1]]
    assert squeezed == expected
    assert playing.names.count("BulkRun") == 1


def test_products_that_are_refused_are_counted_and_named() -> None:
    lost = {"identifier": {"id": "gid://shopify/Product/999"}, "title": "Gone"}
    given = products.SyncProductFeed.model_validate({"products": [MUG, lost]})
    last = finished(Playing(), MemoryNotes(), given)[-1]
    assert last.ok
    assert (last.data["synced"], last.data["failed"]) == (1, 1)
    assert last.data["errors"] == [
        {
            "line": 2,
            "field": "identifier",
            "code": "PRODUCT_DOES_NOT_EXIST",
            "message": "Product does not exist",
        }
    ]


def test_a_feed_of_which_nothing_was_synced_has_failed() -> None:
    lost = [{"identifier": {"id": f"gid://shopify/Product/{n}"}} for n in (998, 999)]
    given = products.SyncProductFeed.model_validate({"products": lost})
    last = finished(Playing(), MemoryNotes(), given)[-1]
    assert (last.kind, last.code) == ("invalid_request", "PRODUCT_DOES_NOT_EXIST")


def running(**more: Any) -> dict[str, Any]:
    operation = {
        "id": "gid://shopify/BulkOperation/1",
        "status": "RUNNING",
        "errorCode": None,
        "createdAt": "2026-03-02T09:00:00Z",
        "rootObjectCount": "7",
        "fileSize": None,
        "url": None,
        "partialDataUrl": None,
        **more,
    }
    return {"data": {"bulkOperation": operation}}


def begun() -> MemoryNotes:
    """Notes of a call whose operation runs."""
    notes = MemoryNotes()
    parts = {"upload": {"path": "tmp/1"}, "run": {"id": "gid://shopify/BulkOperation/1"}}
    notes.put(f"call#{KEY}", parts)
    return notes


@pytest.mark.parametrize(
    ("elapsed", "pause"), [(0, 5), (20, 5), (100, 25), (1200, 300), (86_400, 300)]
)
def test_the_longer_an_operation_takes_the_rarer_it_is_looked_at(elapsed: int, pause: int) -> None:
    clock = FrozenClock()
    clock.advance(elapsed)
    outcome = client(Platform(running()), notes=begun(), clock=clock).sync_product_feed(FEED)
    assert (outcome.kind, outcome.retry_after) == ("in_progress", pause)
    assert outcome.message == "Shopify has set 7 products so far"


LINE_OK = '{"data":{"productSet":{"product":{"id":"gid://shopify/Product/1","handle":"a"},' \
    '"userErrors":[]}},"__lineNumber":0}'  # fmt: skip
LINE_BROKEN = '{"errors":[{"message":"Internal","extensions":{"code":"INTERNAL_SERVER_ERROR"}}],' \
    '"__lineNumber":1}'  # fmt: skip


@pytest.mark.parametrize(
    ("operation", "file", "kind", "told"),
    [
        ({"status": "COMPLETED", "url": "https://f.example.com/1"}, LINE_OK, "ok", (1, 0)),
        (
            {"status": "COMPLETED", "url": "https://f.example.com/1"},
            f"{LINE_OK}\n{LINE_BROKEN}\n",
            "ok",
            (1, 1),
        ),
        (
            {"status": "COMPLETED", "url": "https://f.example.com/1"},
            f'{LINE_OK}\n{{"data":',
            "ok",
            (1, 0),
        ),
        (
            {"status": "COMPLETED", "url": "https://f.example.com/1", "fileSize": "99999999"},
            None,
            "ok",
            (7, 0),
        ),
        ({"status": "COMPLETED"}, None, "ok", (7, 0)),
        (
            {"status": "COMPLETED", "url": "https://f.example.com/1"},
            LINE_BROKEN,
            "invalid_request",
            "INTERNAL_SERVER_ERROR",
        ),
        (
            {"status": "FAILED", "errorCode": "TIMEOUT", "partialDataUrl": "https://f.example.com"},
            LINE_OK,
            "invalid_request",
            "BULK_FAILED",
        ),
        ({"status": "CANCELED"}, None, "invalid_request", "BULK_CANCELED"),
        ({"status": "EXPIRED"}, None, "invalid_request", "BULK_EXPIRED"),
    ],
)
def test_an_operation_that_ended_is_read(
    operation: dict[str, Any], file: str | None, kind: str, told: Any
) -> None:
    platform = Platform(running(**operation), httpx.Response(200, text=file or "unread"))
    outcome = client(platform, notes=begun()).sync_product_feed(FEED)
    assert outcome.kind == kind
    assert len(platform.sent) == (2 if file else 1)
    if kind == "ok":
        assert (outcome.data["synced"], outcome.data["failed"]) == told
    else:
        assert outcome.code == told


@pytest.mark.parametrize(
    ("answers", "kind", "code"),
    [
        ([{"data": {"bulkOperation": None}}], "invalid_request", "NO_SUCH_OPERATION"),
        ([{"other": "shape"}], "ok", None),
        (
            [running(status="COMPLETED", url="https://f.example.com"), httpx.Response(403)],
            "invalid_request",
            "HTTP_403",
        ),
    ],
)
def test_an_operation_that_cannot_be_read_is_told(answers: Any, kind: str, code: Any) -> None:
    outcome = client(Platform(*answers), notes=begun()).sync_product_feed(FEED)
    assert (outcome.kind, outcome.code) == (kind, code)


def test_a_full_queue_is_waited_for_and_the_file_is_not_sent_again() -> None:
    error = {"field": None, "message": "limit reached", "code": "LIMIT_REACHED"}
    full = {"data": {"bulkOperationRunMutation": {"bulkOperation": None, "userErrors": [error]}}}
    notes = MemoryNotes()
    notes.put(f"call#{KEY}", {"upload": {"path": "tmp/1"}})
    platform = Platform(full)
    outcome = client(platform, notes=notes).sync_product_feed(FEED)
    assert (outcome.kind, outcome.retry_after) == ("rate_limited", 60)
    assert len(platform.sent) == 1


def test_a_refused_upload_runs_nothing() -> None:
    staged = {"url": "https://files.example.com/", "parameters": [{"name": "key", "value": "k"}]}
    created = {"data": {"stagedUploadsCreate": {"stagedTargets": [staged], "userErrors": []}}}
    platform = Platform(created, httpx.Response(400, text="<Error>EntityTooLarge</Error>"))
    outcome = client(platform).sync_product_feed(FEED)
    assert (outcome.kind, outcome.code) == ("invalid_request", "HTTP_400")
    assert len(platform.sent) == 2


def test_a_feed_is_written_a_line_at_a_time() -> None:
    written = lines(FEED.products)
    assert json.loads(next(written))["identifier"] == {"handle": "cotton-shirt"}
    assert next(written).endswith(b"\n")
    assert next(written, None) is None


# ---------------------------------------------------------------------- orders in parts

ORDER = selling.CreateOrder.model_validate({"lineItems": [LINE], "complete": True})
DRAFT_ONLY = selling.CreateOrder.model_validate({"lineItems": [LINE]})


def test_a_draft_stays_one_unless_an_order_is_asked_for() -> None:
    playing = Playing()
    outcome = client(playing).create_order(DRAFT_ONLY)
    assert playing.names == ["DraftCreate"]
    assert (outcome.data["status"], outcome.data["orderId"]) == ("OPEN", None)
    assert (outcome.data["total"], outcome.data["currency"]) == ("10.00", "EUR")


def test_a_completed_order_is_listed() -> None:
    playing = Playing()
    made = client(playing).create_order(ORDER).data
    assert playing.names == ["DraftCreate", "DraftComplete"]
    assert made["status"] == "COMPLETED"
    listed = client(playing).list_orders(selling.ListOrders(limit=1)).data["orders"]
    assert listed[0]["id"] == made["orderId"]


@pytest.mark.parametrize(
    ("broken", "verdict", "names"),
    [
        (1, "not_done", ["DraftCreate", "Drafts", "Draft", "DraftComplete"]),
        (2, "done", ["DraftCreate", "DraftComplete", "Draft"]),
    ],
)
def test_a_broken_order_goes_on_where_it_stopped(
    broken: int, verdict: str, names: list[str]
) -> None:
    playing, notes = Playing(broken), MemoryNotes()
    assert client(playing, notes=notes).create_order(ORDER).kind == "unknown_outcome"
    seen = client(playing, notes=notes).reconcile("create_order", ORDER, START)
    assert seen.verdict == verdict
    outcome = client(playing, notes=notes).create_order(ORDER)
    assert outcome.data["status"] == "COMPLETED"
    assert playing.names == names
    if seen.verdict == "done":
        assert seen.data == outcome.data


# ---------------------------------------------------------------------- read back


def draft(seconds: int = 0, token: str = "", **more: Any) -> dict[str, Any]:
    return {
        "id": "gid://shopify/DraftOrder/1",
        "name": "#D1",
        "status": "OPEN",
        "createdAt": f"2026-03-02T09:00:{seconds:02d}Z" if seconds >= 0 else "2026-03-02T08:00:00Z",
        "customAttributes": [{"key": "neonhub_call", "value": token}] if token else [],
        **more,
    }


def drafts(*nodes: Any, more: bool = False) -> dict[str, Any]:
    page = {"nodes": list(nodes), "pageInfo": {"hasNextPage": more}}
    return {"data": {"draftOrders": page}}


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (drafts(draft(3), draft(2, TOKEN)), "done"),
        (drafts(draft(3), draft(2, "another")), "not_done"),
        (drafts(), "not_done"),
        (drafts(draft(3), more=True), "unknown"),
        (drafts(draft(3), draft(-1), more=True), "not_done"),
        ({"errors": [DENIED]}, "unknown"),
        (httpx.Response(401), "unknown"),
        ({"other": "shape"}, "unknown"),
    ],
)
def test_a_lost_draft_is_looked_for_in_the_newest(answer: Any, verdict: str) -> None:
    platform = Platform(answer)
    seen = client(platform).reconcile("create_order", DRAFT_ONLY, START)
    assert seen.verdict == verdict
    oracle.check(platform.sent[0])
    assert (seen.data or {}).get("draftOrderId") == (draft()["id"] if verdict == "done" else None)


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (draft(order={"id": "gid://shopify/Order/1", "name": "#1"}, status="COMPLETED"), "done"),
        (draft(order=None), "not_done"),
        (draft(order=None, status="COMPLETED"), "unknown"),
        (None, "unknown"),
    ],
)
def test_a_lost_completion_is_looked_up_at_its_draft(found: Any, verdict: str) -> None:
    notes = MemoryNotes()
    notes.put(f"call#{KEY}", {"draft": {"draftOrderId": "gid://shopify/DraftOrder/1"}})
    platform = Platform({"data": {"draftOrder": found}})
    seen = client(platform, notes=notes).reconcile("create_order", ORDER, START)
    assert seen.verdict == verdict
    assert name_of(platform.sent[0]) == "Draft"
    if verdict == "done":
        assert seen.data["orderName"] == "#1"


def discounted(**about: Any) -> dict[str, Any]:
    node = {"id": "gid://shopify/DiscountCodeNode/1", "codeDiscount": {"title": "A", **about}}
    return {"data": {"codeDiscountNodeByCode": node}}


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (discounted(createdAt="2026-03-02T09:00:01Z", status="ACTIVE"), "done"),
        (discounted(createdAt="2026-03-02T08:59:59Z"), "not_done"),
        (discounted(), "not_done"),
        ({"data": {"codeDiscountNodeByCode": None}}, "not_done"),
        ({"errors": [DENIED]}, "unknown"),
        ({"other": "shape"}, "unknown"),
    ],
)
def test_a_lost_discount_is_looked_up_by_its_code(answer: Any, verdict: str) -> None:
    platform = Platform(answer)
    given = selling.CreateDiscountCode.model_validate(CODE)
    seen = client(platform).reconcile("create_discount_code", given, START)
    assert seen.verdict == verdict
    oracle.check(platform.sent[0])
    if verdict == "done":
        assert (seen.data["code"], seen.data["status"]) == ("A", "ACTIVE")


def operations(*names: str, seconds: int = 5, more: bool = False) -> dict[str, Any]:
    at = f"2026-03-02T09:00:{seconds:02d}Z" if seconds >= 0 else "2026-03-02T08:00:00Z"
    nodes = [
        {
            "id": f"gid://shopify/BulkOperation/{n}",
            "createdAt": at,
            "query": f"mutation {name}($i: A) {{ a }}",
        }
        for n, name in enumerate(names, 1)
    ]
    return {"data": {"bulkOperations": {"nodes": nodes, "pageInfo": {"hasNextPage": more}}}}


@pytest.mark.parametrize(
    ("answer", "verdict", "run"),
    [
        (
            operations("Other", f"NeonHub_{TOKEN}"),
            "not_done",
            {"id": "gid://shopify/BulkOperation/2"},
        ),
        (operations("Other"), "not_done", None),
        (operations("Other", more=True), "unknown", None),
        (operations("Other", more=True, seconds=-1), "not_done", None),
        ({"errors": [DENIED]}, "unknown", None),
        ({"other": "shape"}, "unknown", None),
    ],
)
def test_a_lost_operation_is_looked_for_by_its_name(answer: Any, verdict: str, run: Any) -> None:
    notes = MemoryNotes()
    notes.put(f"call#{KEY}", {"upload": {"path": "tmp/1"}})
    platform = Platform(answer)
    seen = client(platform, notes=notes).reconcile("sync_product_feed", FEED, START)
    assert seen.verdict == verdict
    assert notes.get(f"call#{KEY}").get("run") == run
    oracle.check(platform.sent[0])


@pytest.mark.parametrize("parts", [{}, {"upload": {"path": "a"}, "run": {"id": "b"}}])
def test_what_may_be_sent_again_is_not_looked_for(parts: dict[str, Any]) -> None:
    notes = MemoryNotes()
    notes.put(f"call#{KEY}", parts)
    platform = Platform({"data": {}})
    seen = client(platform, notes=notes).reconcile("sync_product_feed", FEED, START)
    one = products.SyncProductFeed.model_validate({"products": [MUG]})
    single = client(platform).reconcile("sync_product_feed", one, START)
    assert (seen.verdict, single.verdict) == ("not_done", "not_done")
    assert platform.sent == []


def test_a_read_has_nothing_to_look_up() -> None:
    assert client(Platform({})).reconcile("test_connection", NoInput(), START).verdict == "unknown"


# ---------------------------------------------------------------------- the twin


@pytest.mark.parametrize(
    ("action", "given", "code"),
    [
        (
            "sync_product_feed",
            {"products": [{"identifier": {"id": "gid://shopify/Product/999"}}]},
            "PRODUCT_DOES_NOT_EXIST",
        ),
        ("sync_product_feed", {"products": [{"identifier": {"handle": "new"}}]}, "INVALID_PRODUCT"),
    ],
)
def test_the_twin_refuses_what_shopify_refuses(
    action: str, given: dict[str, Any], code: str
) -> None:
    outcome = Harness(connector("shopify")).act(action, given)
    assert (outcome.kind, outcome.code) == ("invalid_request", code)


def test_a_code_is_made_once_whatever_its_case() -> None:
    harness = Harness(connector("shopify"))
    assert harness.act("create_discount_code", CODE).data["status"] == "ACTIVE"
    outcome = harness.act("create_discount_code", {**CODE, "code": "a"})
    assert (outcome.kind, outcome.code) == ("invalid_request", "TAKEN")


def test_a_product_keeps_what_is_left_out() -> None:
    over = client(Playing())
    given = {**MUG, "vendor": "Neon", "tags": ["a"]}
    for product in (given, {**MUG, "title": "Big mug"}):
        feed = products.SyncProductFeed.model_validate({"products": [product]})
        assert over.sync_product_feed(feed).ok
    read = over.get_product(products.GetProduct(handle="mug")).data
    assert (read["title"], read["vendor"], read["tags"]) == ("Big mug", "Neon", ["a"])


def test_a_dry_run_of_a_feed_shows_what_would_be_asked_first() -> None:
    harness = Harness(connector("shopify"))
    shown = harness.act(
        "sync_product_feed", {"products": [SHIRT, MUG]}, harness.connect(mode=Mode.DRY_RUN)
    )
    assert "stagedUploadsCreate" in shown.data["request"]["body"]
    assert shown.data["request"]["headers"]["x-shopify-access-token"] == "[redacted]"
