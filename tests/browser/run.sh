#!/usr/bin/env bash
# Runs one of the browser's programs in a folder of its own, with the packages of its lock file.
#   run.sh pages/main_job.mjs WAYMARK FOLDER [ARGUMENT...]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=${1:?a program below this folder}
waymark=${2:?the waymark program}
work=${3:?a folder to work in}
shift 3
for needed in node npm "${CHROMIUM:-chromium}"; do
  command -v "$needed" >/dev/null || { echo "$needed is not installed: deploy/install-packages --tests" >&2; exit 1; }
done
set_of=$(dirname "$program")
mkdir -p "$work/$set_of"
cp "$here/$set_of"/{*.mjs,package.json,package-lock.json,.npmrc} "$work/$set_of"
cd "$work/$set_of"
# Only when the lock file differs from what was installed: many runs share the folder.
if ! cmp -s package-lock.json installed-lock.json; then
  npm ci --no-audit --no-fund --ignore-scripts --loglevel=error
  cp package-lock.json installed-lock.json
fi
exec node "$(basename "$program")" "$waymark" "$@"
