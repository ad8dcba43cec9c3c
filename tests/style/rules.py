"""The rules of STYLE.md that a machine can judge, each as a function from one file's text to what is wrong with it.

A finding is (line, sentence). check_style.py runs them over the repository, rules_test.py over samples of each fault.
"""

import re

# The list of rooms of ARCHITECTURE.md, top to bottom: a room includes itself and what stands above it.
ROOMS = [
    "matcher",
    "certs",
    "broker/base",
    "broker/domain/reference",
    "broker/domain",
    "broker/message",
    "adapters",
    "broker/postgres",
    "broker/net",
    "broker/audit",
    "broker/store",
    "broker/matching",
    "broker/delivery",
    "broker/api",
    "broker/web",
    "broker/signin",
    "broker/server",
    "broker/client",
]

# What a room may not include although it stands above.
FORBIDDEN = {
    "adapters": {"certs", "broker/message"},
    "broker/client": {"broker/store"},
}

# A library's headers and the files that may include them; `tests/` of the same room may as well.
LIBRARIES = [
    ("boost/beast", r"broker/net/\w+\.cc"),
    ("libpq-fe.h", r"broker/postgres/\w+\.cc"),
    ("nlohmann/", r"broker/(message|client)/(\w+\.cc|json\.h)|tests/.*"),
    ("CLI/", r"(broker/(client|server)|bench)/\w+\.cc"),
    ("spdlog/", r"broker/base/log\.cc"),
    ("pugixml.hpp", r"adapters/ctf\w*\.(cc|h)|tests/(adapters|fuzz)/\w+\.cc"),
    ("archive", r"adapters/\w+\.cc"),
]

LINES_MAX = 400

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def room_of(path):
    """The room that a path lies in, the deepest one; None for tests, bench and what is no room."""
    found = [room for room in ROOMS if path.startswith(room + "/")]
    return max(found, key=len) if found else None


def without_comments_and_text(source):
    """Comments and the insides of literals as blanks, so that offsets and lines stay."""
    pattern = re.compile(
        r'R"(?P<mark>[^\s()\\]{0,16})\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"|(?<![0-9A-Fa-f])\'(?:\\.|[^\'\\\n])+\'|//[^\n]*|/\*.*?\*/',
        re.DOTALL,
    )

    def blank(match):
        text = match.group(0)
        inside = re.sub(r"[^\n]", " ", text)
        return '"' + inside[1:-1] + '"' if text[0] in "\"'R" else inside

    return pattern.sub(blank, source)


def include_order(path, text, exists):
    room = room_of(path)
    for match in INCLUDE.finditer(text):
        bracket, name = match.groups()
        if bracket == "<":
            continue
        line = line_of(text, match.start())
        if not exists(name):
            yield line, f'"{name}" is not written from the root of the repository'
            continue
        other = room_of(name)
        if room is None:
            continue
        if other is None:
            yield line, f"a room includes no tests, benches or generated files: {name}"
        elif ROOMS.index(other) > ROOMS.index(room):
            yield line, f"{room} includes {other}, which stands below it in the list of rooms"
        elif other in FORBIDDEN.get(room, ()):
            yield line, f"{room} may not know {other}"


def library_headers(path, text):
    for match in INCLUDE.finditer(text):
        bracket, name = match.groups()
        for prefix, allowed in LIBRARIES:
            if bracket == "<" and name.startswith(prefix):
                own_test = path.removeprefix("tests/").replace("_test.cc", ".cc")
                if not any(re.fullmatch(allowed, candidate) for candidate in (path, own_test)):
                    yield line_of(text, match.start()), f"<{name}> does not belong here; the room that wraps it includes it"


def file_length(path, text):
    lines = text.count("\n")
    if lines > LINES_MAX:
        yield lines, f"{lines} lines; stop at {LINES_MAX}"


def header_opening(path, text):
    if not path.endswith(".h"):
        return
    if not text.startswith("//"):
        yield 1, "a header opens with one to three lines that say what it is for"
    elif "#pragma once" not in text.split("\n\n", 1)[0]:
        yield 1, "#pragma once follows the opening lines of a header"


def namespace_of_folder(path, text):
    room = room_of(path)
    if room is None or path.endswith("/main.cc") or "namespace" not in text:
        return
    wanted = room.replace("/", "::")
    if not re.search(rf"namespace {wanted}(::\w+)* {{", text):
        yield 1, f"a folder is a namespace: {wanted}"


def banned_names(path, text):
    code = without_comments_and_text(text)
    # A process of the operating system may be named.
    for match in re.finditer(r"\b(process(?!_(?:cpu|id|memory|start))(?:_[a-z]\w*)?|handle(?:_[a-z]\w*)?|do_work\w*)\s*\(", code):
        yield line_of(code, match.start()), f"`{match.group(1)}` says nothing of what it gives or does"


def unfinished_work(path, text):
    for match in re.finditer(r"\b(TO" r"DO|FIX" r"ME|XX" r"X:)\b", text):
        yield line_of(text, match.start()), "unfinished work has an issue, not a note"


def machine_paths(path, text):
    pattern = r"(?<![\w.$})/-])/(?:home|root|Users|work|workspace|mnt|opt/build)/[\w.-]+"
    for match in re.finditer(pattern, text):
        yield line_of(text, match.start()), "a path of somebody's machine"


BLOCK_WORDS = ("else", "do", "try", "const", "noexcept", "override", "final", "mutable")


def opens_block(code, brace):
    """Whether the `{` at this offset begins a block of statements rather than a list of values."""
    before = code[:brace].rstrip()
    if not before or before[-1] in ");{}:":
        return True
    word = re.search(r"\w+$", before)
    if word:
        if word.group(0) in BLOCK_WORDS:
            return True
        # `-> Type {` of a lambda, and the names of types and namespaces.
        return bool(re.search(r"(->\s*[\w:<>,\s*&]+|\b(?:namespace|struct|class|enum|union)\b[^;{}()]*)$", before))
    return before[-1] in ">*&" and bool(re.search(r"->[^;{}]*$", before))


def statement_names(path, text):
    """The names under which statements are prepared, with their lines. A connection knows one SQL by each name."""
    if path.startswith("broker/"):
        for match in re.finditer(r'\bStatement\s+\w+\{\s*"(\w+)"', text):
            yield line_of(text, match.start()), match.group(1)


class StatementNames:
    """Sees the files one after the other and finds a name that another statement has already."""

    def __init__(self):
        self.places = {}

    def __call__(self, path, text):
        for line, name in statement_names(path, text):
            first = self.places.setdefault(name, f"{path}:{line}")
            if first != f"{path}:{line}":
                yield line, f"{first} prepares another statement under the name {name}"


def statement_around(code, offset):
    """(start, end, is in a list of values) of the statement that holds this offset."""
    depth = 0
    start = offset
    in_values = False
    while start > 0:
        c = code[start - 1]
        if c in ")]":
            depth += 1
        elif c in "([":
            depth -= 1
        elif c == "}" and depth > 0:
            # A lambda or a list inside parentheses already closed: step over it whole.
            level = 0
            while start > 0:
                level += {"}": 1, "{": -1}.get(code[start - 1], 0)
                if level == 0:
                    break
                start -= 1
        elif c == "{":
            if opens_block(code, start - 1):
                break
            in_values = True
        elif depth <= 0 and c in ";}":
            # A `;` inside an unmatched `(` belongs to a `for`; the loop's head is part of the statement then.
            break
        start -= 1
    end = offset
    depth = 0
    while end < len(code):
        c = code[end]
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(c, 0)
        if c == ";" and depth <= 0:
            break
        end += 1
    return start, end, in_values


def co_await_alone(path, text):
    code = without_comments_and_text(text)
    for match in re.finditer(r"\bco_await\b", code):
        start, end, in_values = statement_around(code, match.start())
        line = line_of(code, match.start())
        before = code[start : match.start()]
        after = code[match.start() : end]
        if in_values:
            yield line, "co_await inside braces"
        elif re.search(r"\bthrow\b", before):
            yield line, "co_await after throw"
        elif before.count("(") > before.count(")"):
            yield line, "co_await inside a call or a condition; it stands alone"
        elif not re.fullmatch(r"(?s).*(?:=|\bco_return|\)|\belse|:)\s*|\s*", before):
            yield line, "co_await inside an expression; it stands alone"
        if "{" in after:
            yield line, "braces in the statement of a co_await"
        elif re.search(r"(?<![\w\])])\s*\[[^\[\]]*\]\s*[({]", after):
            yield line, "a lambda in the statement of a co_await"
        if "?" in before + after:
            yield line, "a condition (?:) in the statement of a co_await"
