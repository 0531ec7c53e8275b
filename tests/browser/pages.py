"""The console as the tests see it: a page that notes everything that goes wrong on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.e2e.stack import Stack

VIEWS = ("runs", "approvals", "new", "connections", "schedules")

READABLE = """() => {
  const parse = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const curve = (value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const part = (value) => curve(value / 255);
  const light = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const [r, g, b, a = 1] = parse(getComputedStyle(at).backgroundColor);
      if (a > 0.99) return [r, g, b];
    }
    return parse(getComputedStyle(document.documentElement).backgroundColor).slice(0, 3);
  };
  const how = { opacityProperty: true, visibilityProperty: true };
  const seen = (element) => element.checkVisibility(how);
  const poor = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let texts = 0;
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim();
    if (!text || !seen(element) || element.closest(":disabled, option, .hidden")) continue;
    texts += 1;
    const style = getComputedStyle(element);
    const [a, b] = [light(parse(style.color)), light(behind(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5)) poor.push(`${text.slice(0, 40)}: ${ratio.toFixed(2)}`);
  }
  return { texts, poor };
}"""

NAMELESS = """() => [...document.querySelectorAll("input, select, textarea, button, a, summary")]
  .filter((element) => element.checkVisibility())
  .filter((element) => {
    const labels = element.labels ? [...element.labels] : [];
    const words = element.getAttribute("aria-label") || labels.map((l) => l.textContent).join("")
      || (element.matches("input, select, textarea") ? "" : element.textContent);
    return !words.trim();
  })
  .map((element) => element.outerHTML.slice(0, 120))"""

DUPLICATE_IDS = """() => {
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  return ids.filter((id, index) => ids.indexOf(id) !== index);
}"""


@dataclass
class Console:
    """The console in one browser tab of its own context."""

    page: Any
    stack: Stack
    wrong: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where the console is."""
        return f"{self.stack.api_url}/console"

    def note_what_goes_wrong(self) -> None:
        """Errors of scripts, refusals by the policy, and requests to any other host."""
        own = urlsplit(self.stack.api_url).hostname
        self.page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        self.page.on("console", self._said)
        self.page.on(
            "request",
            lambda request: (
                urlsplit(request.url).hostname == own
                or self.wrong.append(f"request to {request.url}")
            ),
        )

    def _said(self, message: Any) -> None:
        # A refused request is a line of the browser's own; what the page makes of it is tested.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.wrong.append(message.text)

    def sign_in(self, key: str | None = None) -> None:
        """Open the console and sign in."""
        self.page.goto(self.url)
        self.page.get_by_label("API key").fill(self.stack.key if key is None else key)
        self.page.get_by_role("button", name="Sign in").click()

    def go(self, view: str) -> None:
        """Open a view by its address."""
        self.page.goto(f"{self.url}#/{view}")
        self.page.locator("main h1").wait_for()
        self.page.locator(".loading").wait_for(state="detached")


@contextmanager
def opened(browser: Any, stack: Stack, **context: Any) -> Iterator[Console]:
    """A console in a context of its own, on which nothing may go wrong."""
    own = browser.new_context(**context)
    own.set_default_timeout(30_000)
    console = Console(own.new_page(), stack)
    console.note_what_goes_wrong()
    yield console
    own.close()
    assert console.wrong == [], console.wrong
