#!/bin/sh
# Builds the addons' C cores and their tests with ASan and UBSan, and runs them.
set -eu
cd "$(dirname "$0")/../.."
build=native/build-asan
if [ ! -f $build/build.ninja ]; then
  meson setup $build native -Db_sanitize=address,undefined -Dbuildtype=debugoptimized >/dev/null
fi
ninja -C $build >/dev/null || ninja -C $build
meson test -C $build --no-rebuild --print-errorlogs
