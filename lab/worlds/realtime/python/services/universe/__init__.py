"""What the stand-ins share: the control port of the lab's services, and a record of every call."""

import json
import os
import sys
import urllib.error
import urllib.request


def control():
    """Address of the control port; ends the program where no lab is known."""
    address = os.environ.get("RUNBOOK_LAB_CONTROL")
    if not address:
        sys.exit("RUNBOOK_LAB_CONTROL is not set: is the lab up?")
    return address.rstrip("/")


def request(method, path, body=None, headers=None, timeout=120):
    """Status and parsed body of a request to the control port; ends the program when nobody answers."""
    data = None if body is None else json.dumps(body).encode()
    sent = urllib.request.Request(
        control() + path, data=data, method=method, headers={"content-type": "application/json", **(headers or {})}
    )
    # never through a proxy: the lab is on this machine
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(sent, timeout=timeout) as reply:
            return reply.status, json.loads(reply.read() or b"null")
    except urllib.error.HTTPError as problem:
        return problem.code, json.loads(problem.read() or b"null")
    except OSError as problem:
        sys.exit(f"the lab does not answer at {control()}: {problem}")


def record(program, arguments):
    """Writes the call down with the services."""
    request("POST", "/calls", {"program": program, "argv": list(arguments)})


def act(path):
    """A remedy; ends the program with 1 when it failed."""
    status, body = request("POST", path, {})
    if status != 200:
        sys.exit(f"failed with status {status}: {body.get('error')}")
    return body
