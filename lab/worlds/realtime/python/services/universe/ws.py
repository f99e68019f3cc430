"""Administration of the WebSocket gateway: python3 -m services.universe.ws sync-offsets"""

import argparse

from . import act, record


def main():
    parser = argparse.ArgumentParser(prog="services.universe.ws")
    parser.add_argument("action", choices=["sync-offsets"])
    arguments = parser.parse_args()
    record("services.universe.ws", [arguments.action])
    done = act("/remedies/sync-offsets")
    if "to" in done:
        print(f"group ws-gateway: committed offset {done['from']} -> {done['to']}")
    print("done")


if __name__ == "__main__":
    main()
