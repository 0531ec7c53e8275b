"""The console as people use it, in a real browser, on the template deployed to the embedded AWS."""

import json
import re
from typing import Any

import pytest

from tests.browser.pages import DUPLICATE_IDS, NAMELESS, READABLE, VIEWS, opened
from tests.e2e.stack import Stack, slack

pytestmark = pytest.mark.e2e

PHONE = {"width": 390, "height": 844}
HOSTILE = '<img src="https://example.com/x.png" onerror="hacked = 1"><script>hacked = 1</script>'


# The browser comes first: where there is none, nothing is deployed.
def test_a_key_is_asked_for_refused_with_the_reason_and_kept_out_of_addresses(
    browser: Any, stack: Stack
) -> None:
    with opened(browser, stack) as console:
        page = console.page
        console.sign_in("nh_wrong")
        refusal = page.get_by_text("This key was not accepted")
        refusal.wait_for()
        assert "nh_<id>_<secret>" in refusal.text_content()
        assert page.get_by_label("API key").get_attribute("aria-invalid") == "true"
        console.sign_in()
        page.get_by_role("navigation").wait_for()
        assert "admin" in page.locator(".who").text_content()
        assert stack.key not in page.url
        stored = page.evaluate("[Object.values(sessionStorage), Object.values(localStorage)]")
        assert stored == [[stack.key], []]
        page.reload()
        page.get_by_role("navigation").wait_for()
        page.get_by_role("button", name="Sign out").click()
        page.get_by_label("API key").wait_for()
        assert page.evaluate("sessionStorage.length") == 0


def test_a_run_is_started_read_approved_and_seen_to_complete_live(
    browser: Any, stack: Stack
) -> None:
    stack.connection("slack")
    with opened(browser, stack) as watcher, opened(browser, stack) as console:
        watcher.sign_in()
        watcher.page.get_by_text("No runs yet").wait_for()
        watcher.page.locator(".live.live").wait_for()
        console.sign_in()
        page = console.page
        page.get_by_role("link", name="Start the first one").click()
        page.get_by_label("Brief").fill("NeonHub is here. It runs agents for your team.")
        page.get_by_role("button", name="Add to Deliver").click()
        page.get_by_label("Connection", exact=True).select_option(label="test (sandbox)")
        page.get_by_label("Channel").fill("#launch")
        page.get_by_label("Text", exact=True).fill("*{{title}}*\nOur news")
        assert page.get_by_label("Wait for approval").is_checked()
        page.get_by_role("button", name="Start run").click()

        page.get_by_role("heading", name="What will go out").wait_for()
        payload = page.locator(".goes-out").text_content()
        assert "*NeonHub is here*\nOur news" in payload
        assert "#launch" in payload
        watcher.page.locator("tr", has_text="Waiting for approval").wait_for()
        watcher.page.get_by_role("link", name=re.compile(r"Approvals\s*1")).wait_for()

        page.get_by_label("Comment").fill("Go.")
        page.get_by_role("button", name="Approve").click()
        page.locator(".run-head", has_text="Completed").wait_for()
        page.get_by_text("approved by").first.wait_for()
        assert page.locator(".timeline li").last.text_content().endswith("completed")
        assert page.get_by_role("button", name="Approve").count() == 0
        assert page.get_by_role("button", name="Replay from start").count() == 1
        watcher.page.locator("tr", has_text="Completed").wait_for()
        watcher.page.locator(".count").wait_for(state="hidden")


def test_a_rejected_run_says_so_and_can_be_replayed(browser: Any, stack: Stack) -> None:
    run_id = stack.start(slack(stack.connection("slack")), approval={})
    stack.wait(run_id, "waiting_approval")
    with opened(browser, stack) as console:
        console.sign_in()
        page = console.page
        page.get_by_role("navigation").wait_for()
        console.go("approvals")
        page.get_by_role("link", name="Content · generate draft").click()
        page.get_by_label("Comment").fill("Too loud.")
        page.get_by_role("button", name="Reject").click()
        page.get_by_text("Somebody said no.").wait_for()
        page.get_by_role("button", name="Replay from failed step").click()
        page.get_by_role("link", name=run_id).wait_for()
        page.get_by_role("button", name="Cancel run").click()
        page.get_by_role("dialog").get_by_role("button", name="Cancel the run").click()
        page.locator(".run-head", has_text="Cancelled").wait_for()


def test_a_run_is_copied_to_a_new_one(browser: Any, stack: Stack) -> None:
    run_id = stack.start(slack(stack.connection("slack")), objective="The launch")
    run = stack.wait(run_id, "completed")
    with opened(browser, stack) as console:
        console.sign_in()
        page = console.page
        page.get_by_role("link", name="Content · generate draft").click()
        page.get_by_role("link", name="Copy to a new run").click()
        page.get_by_label("Brief").wait_for()
        assert page.get_by_label("Brief").input_value() == run["input"]["brief"]
        assert page.get_by_label("Text", exact=True).input_value() == "*{{title}}*"
        page.get_by_label("Write the input as JSON").check()
        shown = json.loads(page.get_by_role("textbox", name="Input as JSON").input_value())
        assert shown["deliver"] == run["input"]["deliver"]
        page.get_by_label("Wait for approval").uncheck()
        page.get_by_role("button", name="Start run").click()
        page.locator(".run-head", has_text="Completed").wait_for()
        assert run_id not in page.url


def test_an_account_is_connected_with_oauth_tested_and_forgotten(
    browser: Any, stack: Stack
) -> None:
    with opened(browser, stack) as console:
        console.sign_in()
        page = console.page
        page.get_by_role("link", name="Connections").click()
        page.get_by_role("button", name="Connect the first one").click()
        page.get_by_label("Platform").select_option("x")
        page.get_by_label("Name").fill("Brand account")
        page.get_by_label("How", exact=True).select_option(label="Connect with OAuth")
        page.get_by_role("button", name="Start").click()
        with page.expect_popup() as opening:
            page.get_by_role("link", name="Continue at X").click()
        opening.value.get_by_role("link", name="Allow").click()
        opening.value.get_by_role("heading", name="Connected").wait_for()
        assert opening.value.evaluate("window.opener") is None
        page.get_by_text("X is connected.").wait_for()
        page.get_by_role("button", name="Test Brand account").click()
        page.get_by_text("It works").wait_for()
        assert page.get_by_role("button", name="Connect Brand account again").count() == 1
        page.get_by_role("button", name="Delete Brand account").click()
        page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        page.get_by_text("No connections yet").wait_for()


def test_what_the_server_refuses_stands_at_its_field(browser: Any, stack: Stack) -> None:
    with opened(browser, stack) as console:
        console.sign_in()
        page = console.page
        page.get_by_role("navigation").wait_for()
        console.go("new")
        page.get_by_role("button", name="Start run").click()
        page.get_by_text("Fill this in.").wait_for()
        assert page.evaluate("document.activeElement.closest('.field').dataset.field") == (
            "input.brief"
        )
        page.get_by_label("Brief").fill("A brief.")
        page.get_by_label("Keywords").fill("k" * 81)
        page.get_by_role("button", name="Start run").click()
        said = page.locator('[data-field="input.keywords"] .error', has_text="at most 80")
        said.wait_for()
        page.get_by_label("Write the input as JSON").check()
        shown = json.loads(page.get_by_role("textbox", name="Input as JSON").input_value())
        assert shown["keywords"] == ["k" * 81]
        page.get_by_role("textbox", name="Input as JSON").fill("{")
        page.get_by_role("button", name="Start run").click()
        page.get_by_text("Is not JSON").wait_for()


def test_a_schedule_is_set_shown_and_removed(browser: Any, stack: Stack) -> None:
    with opened(browser, stack) as console:
        console.sign_in()
        page = console.page
        page.get_by_role("link", name="Schedules").click()
        page.get_by_role("button", name="Set the schedule of Content").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("When").fill("99 9 * * 1-5")
        dialog.get_by_label("Time zone").fill("Europe/Berlin")
        dialog.get_by_label("Brief").fill("What is new this week?")
        dialog.get_by_role("button", name="Save").click()
        dialog.locator('[data-field="cronExpression"] .error', has_text="out of range").wait_for()
        dialog.get_by_label("When").fill("0 9 * * 1-5")
        dialog.get_by_text("Overlap, dates, failures").click()
        dialog.get_by_label("Overlap").select_option("allow")
        dialog.get_by_role("button", name="Save").click()
        card = page.locator("li.card", has=page.get_by_role("heading", name="Content"))
        card.get_by_text("Europe/Berlin").wait_for()
        assert card.locator("time").count() == 3
        assert all(text.endswith("09:00") for text in card.locator("time").all_text_contents())
        card.get_by_role("button", name="Switch off").click()
        card.get_by_text("Off", exact=True).wait_for()
        card.get_by_role("button", name="Switch on").click()
        card.get_by_text("On", exact=True).wait_for()
        assert card.get_by_text("both run").count() == 1
        card.get_by_role("button", name="Remove").click()
        page.get_by_role("dialog").get_by_role("button", name="Remove").click()
        card.get_by_text("Not scheduled").wait_for()


def test_without_a_socket_the_page_asks_and_says_so(browser: Any, stack: Stack) -> None:
    with opened(browser, stack) as console:
        console.page.add_init_script("window.WebSocket = class { constructor() { throw 0; } };")
        console.sign_in()
        console.page.get_by_text("Asking every few seconds").wait_for()
        run_id = stack.start()
        row = console.page.locator("tr", has_text="Completed")
        row.wait_for()
        row.get_by_role("link").click()
        console.page.locator(".timeline").wait_for()
        assert run_id in console.page.url


def test_a_lost_socket_is_opened_again_and_misses_nothing(browser: Any, stack: Stack) -> None:
    keep = "const Real = WebSocket; window.all = []; window.WebSocket = class extends Real {"
    keep += " constructor(...given) { super(...given); window.all.push(this); } };"
    with opened(browser, stack) as console:
        page = console.page
        page.add_init_script(keep)
        console.sign_in()
        page.locator(".live.live").wait_for()
        page.evaluate("window.all.forEach((socket) => socket.close())")
        page.locator(".live.polling").wait_for()
        stack.start()
        page.locator(".live.live").wait_for()
        page.locator("tr", has_text="Completed").wait_for()
        assert page.evaluate("window.all.length") > 1


def test_a_viewer_is_shown_everything_and_offered_nothing(browser: Any, stack: Stack) -> None:
    run_id = stack.start(slack(stack.connection("slack")), approval={})
    stack.wait(run_id, "waiting_approval")
    made = stack.data("POST", "/api/keys", {"name": "reader", "role": "viewer"})
    with opened(browser, stack) as console:
        console.sign_in(made["key"])
        page = console.page
        page.locator("table.runs").wait_for()
        offered = ["New run", "New connection", "Approve", "Reject", "Cancel run", "Delete", "Test"]
        for view in (f"runs/{run_id}", "connections", "schedules", "runs"):
            console.go(view)
            page.locator("main .badge").first.wait_for()
            shown = page.locator("main button, main a.button").all_text_contents()
            assert not set(shown) & set(offered), view
        stack.data("DELETE", f"/api/keys/{made['id']}")
        page.get_by_role("link", name="Connections").click()
        page.get_by_text("You were signed out").wait_for()


def test_hostile_text_is_text(browser: Any, stack: Stack) -> None:
    run_id = stack.start(
        slack(stack.connection("slack"), f"{HOSTILE}\nread me"),
        approval={},
        objective=HOSTILE,
    )
    stack.wait(run_id, "waiting_approval")
    with opened(browser, stack) as console:
        console.sign_in()
        page = console.page
        page.get_by_text(HOSTILE).first.wait_for()
        console.go(f"runs/{run_id}")
        page.locator(".goes-out", has_text="read me").wait_for()
        assert page.get_by_role("heading", name=HOSTILE).count() == 1
        assert page.locator("main img, main script").count() == 0
        assert page.evaluate("window.hacked") is None


def page_of_runs(first: int, number: int, total: int) -> dict[str, Any]:
    runs = [
        {
            "id": f"run_{index}",
            "agentId": "content",
            "intent": "generate-draft",
            "objective": f"Draft number {index}",
            "status": "completed",
            "trigger": "api",
            "createdAt": f"2026-03-01T{index // 60 % 24:02}:{index % 60:02}:00.000Z",
            "durationMs": 1200,
            "metrics": {"costUsd": 0.00017},
        }
        for index in range(first - 1, max(-1, first - 1 - number), -1)
    ]
    rest = first - number
    cursor = str(rest) if rest > 0 else None
    return {"success": True, "data": {"runs": runs, "cursor": cursor, "total": total}}


def test_a_thousand_runs_are_shown_page_by_page(browser: Any, stack: Stack) -> None:
    def answer(route: Any) -> None:
        asked = re.search(r"cursor=(\d+)", route.request.url)
        waiting = "waiting_approval" in route.request.url
        first = int(asked[1]) if asked else 1000
        body = {"success": True, "data": {"runs": [], "cursor": None}}
        route.fulfill(json=body if waiting else page_of_runs(first, 50, 1000))

    with opened(browser, stack) as console:
        page = console.page
        page.route("**/api/runs?*", answer)
        console.sign_in()
        rows = page.locator("table.runs tbody tr")
        for number in range(50, 1000, 50):
            page.get_by_text(f"{number} shown").wait_for()
            page.get_by_role("button", name="Load more").click()
        page.get_by_text("1000 shown").wait_for()
        assert rows.count() == 1000
        assert page.get_by_role("button", name="Load more").count() == 0
        assert rows.last.text_content().startswith("Content · generate draftDraft number 0")


def test_the_keyboard_is_enough(browser: Any, stack: Stack) -> None:
    run_id = stack.start()
    stack.wait(run_id, "completed")
    with opened(browser, stack) as console:
        page = console.page
        page.goto(console.url)
        page.get_by_label("API key").wait_for()
        page.keyboard.type(stack.key)
        page.keyboard.press("Enter")
        page.locator("table.runs").wait_for()
        page.locator(".skip").focus()
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        names = []
        for _ in range(4):
            page.keyboard.press("Tab")
            names.append(page.evaluate("document.activeElement.tagName"))
        assert names == ["SELECT", "SELECT", "A", "A"], "filters, new run, the first row"
        page.keyboard.press("Enter")
        page.locator(".run-head").wait_for()
        assert page.evaluate("document.activeElement.tagName") == "H1"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_view_can_be_read_named_and_held_in_a_hand(
    browser: Any, stack: Stack, scheme: str
) -> None:
    over = stack.connection("slack")
    waiting = stack.start(slack(over), approval={})
    stack.wait(waiting, "waiting_approval")
    failed = stack.start(slack(stack.connection("slack", {"kind": "business_error"})))
    stack.wait(failed, "failed")
    with opened(browser, stack, color_scheme=scheme, viewport=PHONE) as console:
        page = console.page
        console.sign_in()
        page.get_by_role("navigation").wait_for()
        for view in (*VIEWS, f"runs/{waiting}", f"runs/{failed}"):
            for size in (PHONE, {"width": 1280, "height": 800}):
                page.set_viewport_size(size)
                console.go(view)
                read = page.evaluate(READABLE)
                assert read["texts"] > 10
                assert read["poor"] == [], view
                assert page.evaluate(NAMELESS) == [], view
                assert page.evaluate(DUPLICATE_IDS) == [], view
                assert page.locator("h1").count() == 1
                wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                assert wider <= 0, f"{view} is {wider} pixels wider than {size['width']}"
