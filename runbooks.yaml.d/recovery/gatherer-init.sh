#!/bin/sh
# User data of a new gatherer: the image has the program and its settings, so it only needs to be started.
set -eu
systemctl start gatherer
