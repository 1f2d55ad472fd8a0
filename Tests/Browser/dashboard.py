#!/usr/bin/env python3
"""Walks through the dashboard of a service in a headless Chromium.

usage: dashboard.py [--shots DIR] ADDRESS TOKEN

The service has a dead letter, and a monitor that takes it now. Every page is held against the HTML validator and axe as check.py
does. Then people come: one without scripts, one with a keyboard alone who starts a run from a preset, watches it end and
sends the dead letter again, and one whose clock is wrong. Prints what is wrong, a line each, and ends with 1 if something is.
"""

import argparse
import json
import sys
import urllib.request

from browser import Browser, BrowserError
from check import VIEWS, look, validate

# A browser whose clock may not be asked.
NO_CLOCK = "Date.now = () => { throw new Error('the page asks for the time') }"
SMALL = """
version: 1
name: seen-live
simulation:
  campaignId: a1b2c3d4-e5f6-7890-abcd-ef1234567890
  virtualAgentMatrix: {flowId: va-flow-12345}
  outcomeInjection: {enabled: true, answerProbability: 0.4}
  concurrencyLimit: 2
  maxCalls: 5
  complianceBypass: true
"""


class Service:
    def __init__(self, address, token):
        self.address, self.headers = address, {"Authorization": f"Bearer {token}"}

    def ask(self, path, body=None):
        headers = {**self.headers, "Content-Type": "application/yaml"}
        request = urllib.request.Request(self.address + path, data=body and body.encode(), headers=headers)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)


def pages(service):
    """An address of every kind of page, with something to show on each."""
    runs = service.ask("/v1/runs")["items"]
    newest = {}
    for run in runs:
        newest.setdefault((run["kind"], run["state"]), run["id"])
    webhook = service.ask("/v1/webhooks")["items"][0]["webhookId"]
    delivery = service.ask("/v1/deliveries?state=dead")["items"][0]["id"]
    paths = ["/", "/runs", "/runs?state=failed", "/runs/new", "/runs/new?preset=mass-break", "/deliveries", "/inbox", "/audit", "/runs/prune"]
    paths += [f"/runs/{run}" for run in newest.values()]
    paths += ["/tokens", f"/deliveries/{delivery}", f"/inbox/entry?id={webhook}", "/login"]
    return [service.address + path for path in paths]


def reach(tab, script, most=150):
    """Goes with the Tab key to what an expression says of the focused element `it`; each stop shows the focus."""
    for _ in range(most):
        tab.press("Tab")
        if tab.evaluate(
            "(it => it !== document.body && !it.matches('main') && getComputedStyle(it).outlineStyle === 'none')(document.activeElement)"
        ):
            raise BrowserError("the focus is not seen on " + tab.evaluate("document.activeElement.outerHTML.slice(0, 90)"))
        if tab.evaluate(f"Boolean((it => {script})(document.activeElement))"):
            return
    raise BrowserError(f"the Tab key does not reach {script}")


def follow(tab, key="Enter"):
    """Presses a key that leads to another page."""
    loads = tab.loads
    tab.press(key)
    tab.loaded(loads)


def by_keyboard(browser, service, token):
    tab = browser.page()
    tab.call("Network.clearBrowserCookies")
    tab.call("Page.addScriptToEvaluateOnNewDocument", source=NO_CLOCK)
    # The page itself asks for a token, too; its status 401 would then stand on the console.
    tab.open(service.address + "/login?next=/runs/new")
    tab.wait("document.activeElement.id === 'token'")  # The form takes the focus, so that one can type at once.
    tab.type(token)
    follow(tab)
    assert tab.evaluate("location.pathname") == "/runs/new", "signing in leads to the page that was asked for"
    tab.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip", "the first stop skips what all pages have"
    reach(tab, "it.name === 'preset'")
    for _ in range(3):
        tab.press("ArrowDown")
    reach(tab, "it.matches('.preset button')")
    follow(tab)
    tab.wait("document.getElementById('scenario').value.includes('name: mass-break')")
    reach(tab, "it.id === 'scenario'")
    tab.evaluate("it = document.activeElement, it.setSelectionRange(0, 0)")
    tab.type("nonsense: 1\n")
    tab.wait("document.querySelector('#found .bad')?.textContent.includes('1 problem')")
    tab.evaluate("document.activeElement.setSelectionRange(0, 'nonsense: 1\\n'.length)")
    tab.type("")
    tab.evaluate("it.value.startsWith('nonsense') && (it.setRangeText(''), it.dispatchEvent(new Event('input', {bubbles: true})))")
    tab.wait("!document.querySelector('#found .bad')")
    reach(tab, "it.textContent === 'Start the run'")
    follow(tab)
    tab.evaluate("window.isTheSamePage = true")
    tab.wait("/PASS|FAIL|INCONCLUSIVE/.test(document.querySelector('.banner strong')?.textContent)", 120)
    assert tab.evaluate("document.querySelectorAll('main svg').length") > 0, "the run shows its pictures"
    reach(tab, "it.textContent === 'Report'")
    follow(tab)
    assert tab.evaluate("document.querySelector('.banner strong') !== null"), "the report opens"
    tab.open(service.address + "/deliveries?state=dead")
    reach(tab, "it.textContent === 'Send again'")
    follow(tab)
    tab.wait("document.getElementById('main').textContent.includes('No delivery fits')", 30)
    yield from tab.errors
    tab.close()


def live(browser, service):
    """A page that is looked at learns of a run; focus, scroll and what is typed stay."""
    tab = browser.page(height=400, headers=service.headers)
    tab.call("Page.addScriptToEvaluateOnNewDocument", source=NO_CLOCK)
    tab.open(service.address + "/runs")
    tab.wait("document.getElementById('link').textContent === 'Live.'")
    tab.evaluate("window.isTheSamePage = true, document.getElementById('f-scenario').value = 'typed', "
                 "document.querySelector('main tbody a').focus(), scrollTo(0, 40)")
    run = service.ask("/v1/runs", SMALL)["id"]
    tab.wait(f"/passed|inconclusive/.test(document.querySelector('main tbody tr')?.textContent) "
             f"&& document.querySelector('main tbody tr').textContent.includes('{run}')")
    assert tab.evaluate("window.isTheSamePage"), "the page was loaded again"
    assert tab.evaluate("document.getElementById('f-scenario').value") == "typed", "what was typed is gone"
    assert tab.evaluate("document.activeElement.matches('main tbody a')"), "the focus is gone"
    assert tab.evaluate("scrollY") == 40, "the page has moved"
    yield from tab.errors
    tab.close()


def without_scripts(browser, service, token):
    tab = browser.page(width=360, height=740, scripts=False)
    tab.open(service.address + "/login")

    def submit(form, **values):
        """Fills a form and sends it, as a person does."""
        document = tab.call("DOM.getDocument")["root"]["nodeId"]
        for name, value in values.items():
            node = tab.call("DOM.querySelector", nodeId=document, selector=f"{form} [name={name}]")["nodeId"]
            tab.call("DOM.focus", nodeId=node)
            tab.type(value)
        button = tab.call("DOM.querySelector", nodeId=document, selector=f"{form} button")["nodeId"]
        tab.call("DOM.focus", nodeId=button)
        follow(tab)

    def text():
        node = tab.call("DOM.querySelector", nodeId=tab.call("DOM.getDocument")["root"]["nodeId"], selector="main")["nodeId"]
        return tab.call("DOM.getOuterHTML", nodeId=node)["outerHTML"]

    submit("main form", token=token)
    assert "Queue" in text() and "Last verdicts" in text(), "the overview is shown"
    tab.open(service.address + "/runs/new")
    submit("#editor")
    assert "/runs/" in tab.call("Page.getNavigationHistory")["entries"][-1]["url"], "the form starts a run"
    for _ in range(100):
        if "exit 0" in text():
            break
        tab.open(tab.call("Page.getNavigationHistory")["entries"][-1]["url"])
    assert "PASS" in text(), "the run ends"
    yield from tab.errors
    tab.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shots", help="a folder for a picture of each page in each view")
    parser.add_argument("address")
    parser.add_argument("token")
    arguments = parser.parse_args()
    service = Service(arguments.address, arguments.token)
    all_pages = pages(service)
    problems = list(validate(all_pages[:-1], service.headers)) + list(validate(all_pages[-1:], {}))
    with Browser() as browser:
        for page in all_pages:
            for view, options in VIEWS:
                if view not in ("A4", "360 px, dark"):
                    problems += look(browser, page, view, options, service.headers, arguments.shots)
        for walk in (
            lambda: live(browser, service), lambda: without_scripts(browser, service, arguments.token),
            lambda: by_keyboard(browser, service, arguments.token),
        ):
            try:
                problems += [f"the console says: {error}" for error in walk()]
            except (AssertionError, BrowserError) as error:
                problems.append(f"{error}")
    for problem in problems:
        print(problem)
    print(f"{len(all_pages)} pages and 3 walks, {len(problems)} problems")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
