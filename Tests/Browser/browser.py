"""A headless Chromium that is driven over its DevTools protocol."""

import base64
import json
import os
import shutil
import subprocess
import tempfile
import threading
import time

from websockets.sync.client import connect

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


class BrowserError(Exception):
    pass


class Browser:
    """One process of the browser with a profile of its own; a context manager."""

    def __init__(self, program=None):
        self.program = program or next(filter(None, map(shutil.which, NAMES)), None)
        if not self.program:
            raise BrowserError("there is no Chromium on the PATH")

    def __enter__(self):
        self.profile = tempfile.TemporaryDirectory(prefix="ringback-browser", ignore_cleanup_errors=True)
        arguments = [
            self.program, "--headless", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage",
            "--hide-scrollbars", "--remote-debugging-port=0", f"--user-data-dir={self.profile.name}", "about:blank",
        ]
        if os.geteuid() == 0:
            arguments.insert(1, "--no-sandbox")
        self.process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            if "DevTools listening on " in line:
                address = line.split("DevTools listening on ", 1)[1].strip()
                break
        else:
            raise BrowserError("the browser ended before it listened")
        # What it says later is read, so that it never waits for a full pipe.
        threading.Thread(target=self.process.stderr.read, daemon=True).start()
        self.socket = connect(address, max_size=None, open_timeout=30, compression=None)
        self.number = 0
        self.events = []
        return self

    def __exit__(self, *_):
        self.socket.close()
        self.process.terminate()
        self.process.wait()
        self.profile.cleanup()

    def call(self, method, session=None, **parameters):
        """Sends a command and returns its result."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        self.socket.send(json.dumps(message))
        while True:
            answer = self.receive()
            if answer.get("id") != self.number:
                continue
            if "error" in answer:
                raise BrowserError(f"{method}: {answer['error']['message']}")
            return answer["result"]

    def receive(self):
        """The next message; events are also kept."""
        message = json.loads(self.socket.recv(timeout=60))
        if "method" in message:
            self.events.append(message)
        return message

    def page(self, **options):
        return Page(self, **options)


class Page:
    """A tab."""

    def __init__(self, browser, width=1280, height=900, dark=False, media="", headers=None, scripts=True):
        self.browser = browser
        self.width = width
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self.target = target
        self.session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", media=media, features=[scheme])
        # Without it only one tab has the focus, and none shows it.
        self.call("Emulation.setFocusEmulationEnabled", enabled=True)
        if headers:
            self.call("Network.setExtraHTTPHeaders", headers=headers)
        if not scripts:
            self.call("Emulation.setScriptExecutionDisabled", value=True)

    def call(self, method, **parameters):
        return self.browser.call(method, self.session, **parameters)

    def open(self, url):
        """Opens a page and waits until it has loaded."""
        loads = self.loads
        result = self.call("Page.navigate", url=url)
        if result.get("errorText"):
            raise BrowserError(f"{url}: {result['errorText']}")
        self.loaded(loads)

    @property
    def loads(self):
        """How many pages the tab has loaded."""
        return len(self.named("Page.loadEventFired"))

    def loaded(self, before):
        """Waits until the tab has loaded more pages than before."""
        while self.loads <= before:
            self.browser.receive()

    def wait(self, script, seconds=20):
        """Waits until an expression is true."""
        end = time.monotonic() + seconds
        while True:
            try:
                if self.evaluate(f"Boolean({script})"):
                    return
            except BrowserError:
                pass  # The page is being replaced by the next one.
            if time.monotonic() > end:
                raise BrowserError(f"not within {seconds} s: {script}")
            time.sleep(0.05)

    def press(self, key):
        """Presses a key, as a keyboard does."""
        code, text = {"Tab": (9, ""), "Enter": (13, "\r"), "ArrowDown": (40, ""), "Space": (32, " ")}[key]
        name = " " if key == "Space" else key
        keys = dict(key=name, code=key, windowsVirtualKeyCode=code)
        self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **keys)
        self.call("Input.dispatchKeyEvent", type="keyUp", **keys)

    def type(self, text):
        self.call("Input.insertText", text=text)

    @property
    def requested(self):
        """The addresses that the tab has asked for."""
        return [event["request"]["url"] for event in self.named("Network.requestWillBeSent")]

    def named(self, method):
        return [
            event["params"]
            for event in self.browser.events
            if event.get("sessionId") == self.session and event["method"] == method
        ]

    def evaluate(self, script):
        """The value of an expression, a promise's once it is there."""
        result = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in result:
            details = result["exceptionDetails"]
            raise BrowserError(details.get("exception", {}).get("description", details["text"]))
        return result["result"].get("value")

    @property
    def errors(self):
        """What the console says is wrong."""
        entries = [entry["entry"] for entry in self.named("Log.entryAdded")]
        calls = [call for call in self.named("Runtime.consoleAPICalled") if call["type"] in ("error", "assert")]
        thrown = [event["exceptionDetails"]["text"] for event in self.named("Runtime.exceptionThrown")]
        return (
            [entry["text"] for entry in entries if entry["level"] == "error"]
            + [" ".join(str(a.get("value", a.get("description"))) for a in call["args"]) for call in calls]
            + thrown
        )

    def screenshot(self, path):
        data = self.call("Page.captureScreenshot", captureBeyondViewport=True)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))

    def close(self):
        self.browser.call("Target.closeTarget", targetId=self.target)
