#!/usr/bin/env python3
"""The inventory of fields says something of every field of the interface and every column of the store, and of no more."""

import pathlib
import signal
import subprocess
import sys
import tempfile

root, programs = map(pathlib.Path, sys.argv[1:3])
inventory = root / "deploy/field-inventory"
COLUMNS = "select table_name || '.' || column_name from information_schema.columns where table_schema = 'public'"

with tempfile.TemporaryDirectory() as scratch:
    site, listed = pathlib.Path(scratch) / "site", pathlib.Path(scratch) / "columns"

    def check(columns):
        listed.write_text("\n".join(columns))
        done = subprocess.run([inventory, "--check", listed], capture_output=True, text=True)
        return done.returncode, done.stderr

    sandbox = subprocess.Popen([programs / "waymark", "sandbox", "--dir", site, "--port", "0", "--json"],
                               stdout=subprocess.PIPE, text=True)
    try:
        assert sandbox.stdout.readline(), "no sandbox"
        url = (site / "waymarkd.toml").read_text().split('owner_url="')[1].split('"')[0]
        columns = subprocess.run(["psql", "-XAtqc", COLUMNS, url], check=True, capture_output=True, text=True).stdout.split()
    finally:
        sandbox.send_signal(signal.SIGTERM)
        sandbox.wait()
    code, said = check(columns)
    assert code == 0, said
    code, said = check(columns + ["case_state.shoe_size"])
    assert code == 1 and "case_state.shoe_size: the store has it" in said, said
    code, said = check([column for column in columns if column != "event.body"])
    assert code == 1 and "event.body: the store has no such column" in said, said

csv = subprocess.run([inventory], check=True, capture_output=True, text=True).stdout
for words in ["interface,Child.surname,identity,child,", "store,transfer_file.body,transfer files,", "case_retention_years"]:
    assert words in csv, words
assert "Case.version" not in csv, "it says nothing of a person"
