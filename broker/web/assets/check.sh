#!/usr/bin/env bash
# Fails unless built/ is what npm and build.mjs make of the sources here. Works in the folder named.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=${1:?a folder to work in}
mkdir -p "$work"
cp "$here"/{package.json,package-lock.json,.npmrc,build.mjs,app.scss,start.js,enabled.js,mark.svg} "$work"
cd "$work"
npm ci --no-audit --no-fund --ignore-scripts --loglevel=error
node build.mjs built
for file in app.css enabled.js govuk-frontend.js mark.svg start.js; do cmp "built/$file" "$here/built/$file"; done
