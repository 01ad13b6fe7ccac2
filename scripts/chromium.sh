#!/bin/sh
# Make sure that the browser tests have a Chromium, and a font with Chinese letters to draw with.
set -eu

for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null; then
        exit 0
    fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing chromium for the browser tests"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-wqy-microhei >/dev/null
else
    echo "no chromium on the PATH: the browser tests will fail until you install one (Debian: apt-get install chromium)" >&2
fi
