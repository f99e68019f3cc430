"""Feature flags: python3 -m services.universe.flags status|enable|disable ws.broadcast"""

import argparse
import json

from . import record, request


def full(name):
    """The short name of a flag that people use -> the name it has in the provider."""
    return name if name.endswith(".enabled") else name + ".enabled"


def main():
    parser = argparse.ArgumentParser(prog="services.universe.flags")
    parser.add_argument("action", choices=["status", "enable", "disable"])
    parser.add_argument("flag")
    arguments = parser.parse_args()
    record("services.universe.flags", [arguments.action, arguments.flag])
    path = "/flags/" + full(arguments.flag)
    status, now = request("GET", path)
    if status == 200 and arguments.action != "status":
        wanted = arguments.action == "enable"
        status, now = request("PUT", path, {"value": wanted}, {"if-match": now["version"]})
    if status != 200:
        parser.exit(1, f"failed with status {status}: {json.dumps(now)}\n")
    print(f"{now['name']} = {json.dumps(now['value'])} (version {now['version']})")


if __name__ == "__main__":
    main()
