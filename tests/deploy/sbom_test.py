#!/usr/bin/env python3
"""The bill of materials names what is inside: every library that the programs load, and what no loader tells of."""

import json
import pathlib
import subprocess
import sys

root, build = map(pathlib.Path, sys.argv[1:3])


def output(*command):
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout


bill = output(root / "deploy/sbom", build)
components = json.loads(bill)["components"]
names = [component["name"] for component in components]
assert len(names) == len(set(names)), "something is named twice"
for component in components:
    assert component["version"] and component["purl"].startswith("pkg:"), component
# Loaded, only compiled in, built into the stylesheet, and beside it.
for name in ["libpq5", "libssl3", "libboost1.81-dev", "nlohmann-json3-dev", "govuk-frontend", "postgresql-15"]:
    assert name in names, f"{name} is missing"
for name in ["libgtest-dev", "libbenchmark-dev"]:
    assert name not in names, f"{name} is in no program"
versions = {component["name"]: component["version"] for component in components}
assert versions["libpq5"] == output("dpkg-query", "-W", "-f", "${Version}", "libpq5")
assert bill == output(root / "deploy/sbom", build), "the same build gives another bill"
refused = subprocess.run([root / "deploy/sbom", root / "deploy"], capture_output=True, text=True)
assert refused.returncode != 0 and not refused.stdout, "a directory without a build has no bill"
