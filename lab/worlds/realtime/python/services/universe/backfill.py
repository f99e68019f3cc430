"""Rebuilds a cache from the log: python3 -m services.universe.backfill --scope orderbooks --force"""

import argparse

from . import act, record


def main():
    parser = argparse.ArgumentParser(prog="services.universe.backfill")
    parser.add_argument("--scope", required=True, choices=["orderbooks"])
    parser.add_argument("--force", action="store_true")
    arguments = parser.parse_args()
    record("services.universe.backfill", ["--scope", arguments.scope] + (["--force"] if arguments.force else []))
    if not arguments.force:
        parser.exit(2, "the cache is not empty; say --force to overwrite it\n")
    print(f"rebuilding the cache of {arguments.scope}", flush=True)
    done = act("/remedies/rebuild-cache")
    for symbol, seq in sorted(done.get("symbols", {}).items()):
        print(f"{symbol}: sequence {seq}")
    if done.get("arrivedMeanwhile", 0) > 0:
        print(f"warning: {done['arrivedMeanwhile']} records arrived meanwhile; the cache is not in step with the log")
    print("done")


if __name__ == "__main__":
    main()
