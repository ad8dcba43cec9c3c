#!/usr/bin/env python3
"""A backup is kept as asked and goes back where it came from; what is spoiled or misused says so."""

import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

root, programs = map(pathlib.Path, sys.argv[1:3])


def run(*command):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True)


def refused(words, *command):
    done = run(*command)
    assert done.returncode == 1 and words in done.stderr, (command, done.returncode, done.stderr)


def rehearse(*options):
    done = run(root / "deploy/rehearse-restore", programs, "--commands", "12", "--json", *options)
    return done.returncode, done.stdout, done.stderr


code, out, errors = rehearse()
assert code == 0, (out, errors)
assert json.loads(out)["faults"] == [] and json.loads(out)["commands_before"] == 24, out
code, out, errors = rehearse("--fault", "too-early")
faults = json.loads(out)["faults"]
assert code == 1, faults
for words in ["acknowledged cases are not there", "acknowledged messages come again", "does not continue its witness"]:
    assert any(words in fault for fault in faults), (words, faults)
code, out, errors = rehearse("--fault", "wal-lost")
assert code == 1 and not out and "before configured recovery target was reached" in errors, (code, out, errors)

with tempfile.TemporaryDirectory() as scratch:
    scratch = pathlib.Path(scratch)
    scratch.chmod(0o755)  # or the database's own user, where root is not let to be it, works elsewhere
    sandbox = subprocess.Popen([programs / "waymark", "sandbox", "--dir", scratch / "site", "--port", "0", "--json"],
                               stdout=subprocess.PIPE, text=True)
    try:
        assert sandbox.stdout.readline(), "no sandbox"
        url = (scratch / "site/waymarkd.toml").read_text().split('owner_url="')[1].split('"')[0]
        backups, archive = scratch / "backups", scratch / "archive"
        archive.mkdir()
        old, needed = archive / "000000010000000000000000.age", archive / "0000000100000000000000FF.age"
        for segment in (old, needed):
            segment.touch()
        first = run(root / "deploy/backup", "--to", backups, "--url", url)
        assert first.returncode == 0, first.stderr
        time.sleep(1.1)  # it is named by its second
        second = run(root / "deploy/backup", "--to", backups, "--url", url, "--keep", "1", "--archive", archive)
        assert second.returncode == 0, second.stderr
        whole = [path for path in backups.iterdir() if path.is_dir()]
        assert whole == [pathlib.Path(second.stdout.strip())], whole
        assert whole[0].stat().st_mode & 0o777 == 0o700
        assert [path.name for path in archive.iterdir()] == [needed.name], "what no backup needs is gone, no more"
    finally:
        sandbox.send_signal(signal.SIGTERM)
        sandbox.wait()
    # Nothing was written since, and without an archive the copy is as it was at its end.
    restored = scratch / "restored"
    owner = (scratch / "site/postgres/data").stat().st_uid
    done = run(root / "deploy/restore", "--backup", whole[0], "--to", restored)
    assert done.returncode == 0, done.stderr
    assert (restored / "PG_VERSION").stat().st_uid == owner and not (restored / "recovery.signal").exists()
    refused("not empty", root / "deploy/restore", "--backup", whole[0], "--to", restored)
    spoiled = next((whole[0] / "data/base").glob("*/*"))
    spoiled.write_bytes(b"x" + spoiled.read_bytes()[1:])
    refused("checksum mismatch", root / "deploy/restore", "--backup", whole[0], "--to", scratch / "spoiled")
    (whole[0] / "data.tar.age").touch()
    refused("name the key", root / "deploy/restore", "--backup", whole[0], "--to", scratch / "sealed")
    refused("need --archive", root / "deploy/restore", "--backup", whole[0], "--to", scratch / "b", "--point", "p")
    refused("--to is missing", root / "deploy/backup")
    refused("number from 1", root / "deploy/backup", "--to", backups, "--keep", "0")
