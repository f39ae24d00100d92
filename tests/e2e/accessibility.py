"""What axe-core finds on a page: every rule that it has, best practices among them."""

from __future__ import annotations

import json

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

_RUN = "() => axe.run(document, {resultTypes: ['violations']}).then(found => found.violations)"


def axe(page: Page) -> list[str]:
    """What is wrong on ``page`` as it is now: the rule, what it asks for, and where; else empty.

    It is evaluated by the browser's own protocol, so that no Content-Security-Policy is in its way.
    Needs a page with scripts. Use it so: ``assert axe(page) == []``.
    """
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE_SCRIPT)
    return [
        f"{one['id']}: {one['help']}: {json.dumps(node['target'])} {node['html'][:160]}"
        for one in page.evaluate(_RUN)
        for node in one["nodes"]
    ]
