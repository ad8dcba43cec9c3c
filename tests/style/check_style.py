#!/usr/bin/env python3
"""Runs the rules of rules.py over the repository. Prints `file:line: sentence` for each finding; exit 1 when there is one."""

import pathlib
import sys

import rules

SKIPPED = {".git", "build", "node_modules"}
TEXT = {".h", ".cc", ".py", ".md", ".sh", ".sql", ".cmake", ".txt", ".json", ".css", ".js", ".html", ".service", ".conf", ""}
CODE_RULES = [
    rules.library_headers,
    rules.file_length,
    rules.header_opening,
    rules.namespace_of_folder,
    rules.banned_names,
    rules.co_await_alone,
]
TEXT_RULES = [rules.unfinished_work, rules.machine_paths]


def files_below(root):
    for path in sorted(root.rglob("*")):
        relative = path.relative_to(root)
        if path.is_file() and not SKIPPED.intersection(relative.parts) and "corpus" not in relative.parts:
            yield path, relative.as_posix()


def findings(root):
    statement_names = rules.StatementNames()
    for path, name in files_below(root):
        if path.suffix not in TEXT:
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        checks = []
        # The samples of faults stand in the test of the rules.
        if not name.startswith("tests/style/"):
            checks += [rule(name, text) for rule in TEXT_RULES]
        if path.suffix in {".h", ".cc"}:
            checks += [rule(name, text) for rule in [*CODE_RULES, statement_names]]
            checks.append(rules.include_order(name, text, lambda include: (root / include).is_file()))
        for check in checks:
            for line, sentence in check:
                yield f"{name}:{line}: {sentence}"


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    found = list(findings(root))
    print("\n".join(found) if found else "nothing found")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
