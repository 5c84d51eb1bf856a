#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares the sources with the rules of the architecture that a compiler does not check.

usage: check_structure.py TOP        check the tree at TOP; prints one line per violation
       check_structure.py --self-test  check that made-up violations are found
"""
import re
import subprocess
import sys
import tempfile
from pathlib import Path

LICENCE = "SPDX-License-Identifier: GPL-3.0-or-later"

# From left to right: a room may include itself and everything to its left.
ARROWS = ["base", "market", "portfolio", "venues", "risk", "strategy", "execution", "record", "engine"]
# Beside the arrows, what each may include besides itself.
BESIDE = {
    "store": ARROWS[: ARROWS.index("record") + 1],
    "desk": ARROWS + ["store"],
    "ui": ARROWS[: ARROWS.index("record") + 1] + ["desk"],
    "app": ["base", "record", "desk", "ui"],
}
ALLOWED = {room: set(ARROWS[: place + 1]) for place, room in enumerate(ARROWS)}
ALLOWED.update({room: {room, *others} for room, others in BESIDE.items()})
CORE_ROOMS = [*ARROWS, "store", "desk"]

# In the engine's rooms a run must give the same result every time, so nothing there may depend on chance, on the wall
# clock or on the order of a hash table.
NOT_REPEATABLE = {
    "random": re.compile(r"#\s*include\s*<random>|\bstd::random_device\b|\bstd::s?rand\s*\("),
    "clock": re.compile(r"\bsystem_clock\s*::\s*now\b|\bstd::time\s*\("),
    "unordered": re.compile(r"\bstd::unordered_|#\s*include\s*<unordered_"),
}

# (file, rule): reason. An entry that is no longer needed is a violation itself.
EXCEPTIONS: dict[tuple[str, str], str] = {}

# Put together from pieces so that this file does not contain them.
MACHINE_PATHS = ["/" + "work/", "/" + "tmp/bash_jobs"]

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.MULTILINE)
# Comments, and the literals in which a comment cannot start.
COMMENT_OR_LITERAL = re.compile(
    r'//(?:[^\n\\]|\\.|\\\n)*|/\*.*?\*/|R"([^()\\\s]{0,16})\(.*?\)\1"|"(?:[^"\\\n]|\\.)*"|(?<![0-9a-fA-F])\'(?:[^\'\\\n]|\\.)+\'',
    re.DOTALL,
)


def without_comments(text):
    """The text with its comments blanked out, line numbers kept."""

    def blank(match):
        found = match.group()
        return "\n" * found.count("\n") if found.startswith(("//", "/*")) else found

    return COMMENT_OR_LITERAL.sub(blank, text)


def project_files(top):
    """Paths below `top` that belong to the project: what git tracks or would track, or without git everything."""
    git = ["git", "-C", str(top), "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"]
    if (top / ".git").exists():
        listed = subprocess.run(git, capture_output=True, check=False)
        if listed.returncode == 0:
            names = listed.stdout.decode().split("\0")
            return sorted(name for name in names if name and (top / name).is_file())
    skipped = {"build", ".git", ".cache", "__pycache__"}
    paths = (path.relative_to(top) for path in top.rglob("*") if path.is_file())
    return sorted(str(path) for path in paths if not skipped & set(path.parts))


def room_of(name):
    """core/market/src/tape.cpp is in room market, ui/... in ui, app/... in app; other files are in none."""
    parts = Path(name).parts
    if len(parts) > 2 and parts[0] == "core":
        return parts[1]
    return parts[0] if parts[0] in ("ui", "app") else None


class Check:
    def __init__(self, top, exceptions=None):
        self.top = Path(top)
        self.exceptions = EXCEPTIONS if exceptions is None else exceptions
        self.used_exceptions = set()
        self.violations = []
        self.includes = 0

    def report(self, name, text, position, rule, message):
        if (name, rule) in self.exceptions:
            self.used_exceptions.add((name, rule))
            return
        line = text.count("\n", 0, position) + 1
        self.violations.append(f"{name}:{line}: [{rule}] {message}")

    def run(self):
        for name in project_files(self.top):
            data = (self.top / name).read_bytes()
            text = data.decode("utf-8", errors="replace")
            self.check_machine_paths(name, text)
            self.check_licence(name, text)
            room = room_of(name)
            if room and name.endswith((".cpp", ".h")):
                self.check_source(name, room, without_comments(text))
            elif room and name.endswith("CMakeLists.txt"):
                self.check_links(name, room, re.sub(r"#.*", "", text))
        for name, rule in sorted(set(self.exceptions) - self.used_exceptions):
            self.violations.append(f"{name}:1: [{rule}] the exception for this file is not needed any more")
        return self.violations

    def check_machine_paths(self, name, text):
        for path in MACHINE_PATHS:
            if path in text:
                self.report(name, text, text.index(path), "machine-path", f"names the path {path} of one machine")

    def check_licence(self, name, text):
        path = Path(name)
        script = name in ("dev", ".ci/run") or path.suffix in (".py", ".sh")
        if path.suffix in (".cpp", ".h"):
            mark = "// "
        elif script or path.suffix == ".cmake" or path.name == "CMakeLists.txt":
            mark = "# "
        else:
            return
        lines = text.splitlines()[:2]
        if lines and script and lines[0].startswith("#!"):
            lines.pop(0)
        if not lines or lines[0] != mark + LICENCE:
            self.report(name, text, 0, "licence", f"expected '{mark}{LICENCE}' as the first line")

    def check_source(self, name, room, text):
        if room not in ALLOWED:
            self.report(name, text, 0, "room", f"there is no room '{room}' in the table of rooms")
            return
        for match in INCLUDE.finditer(text):
            self.includes += 1
            self.check_include(name, room, text, match)
        if room in ARROWS:
            for rule, pattern in NOT_REPEATABLE.items():
                for match in pattern.finditer(text):
                    self.report(name, text, match.start(), rule, f"'{match.group()}' makes runs differ")

    def check_include(self, name, room, text, match):
        bracket, header = match.groups()
        parts = Path(header).parts
        if ".." in parts:
            self.report(name, text, match.start(), "include", f"'{header}' leaves its folder by '..'")
        elif "src" in parts or parts[0] in ("core", "include"):
            self.report(name, text, match.start(), "include", f"'{header}' goes around the include roots of the rooms")
        elif len(parts) > 1 and parts[0] in ALLOWED and parts[0] not in ALLOWED[room]:
            if not self.is_own(name, room, header):
                self.report(name, text, match.start(), "include", f"room {room} must not include '{header}'")
        if room in CORE_ROOMS and self.is_qt(name, room, bracket, header):
            self.report(name, text, match.start(), "qt", f"core must not include Qt: '{header}'")

    def is_own(self, name, room, header):
        """app and ui have sub-folders which may be called like a room: a header found beside the file is its own."""
        return room in ("app", "ui") and (self.top / name).parent.joinpath(header).is_file()

    def is_qt(self, name, room, bracket, header):
        if re.match(r"Q[A-Z]|Qt", header):
            return True
        if not re.fullmatch(r"q\w*\.h", header):
            return False
        # "quality.h" beside its source is ours.
        folders = [(self.top / name).parent, self.top / "core" / room / "include" / room]
        return bracket == "<" or not any((folder / header).is_file() for folder in folders)

    def check_links(self, name, room, text):
        if room not in ALLOWED:
            self.report(name, text, 0, "room", f"there is no room '{room}' in the table of rooms")
            return
        linked = [(match.start(), match.group(1)) for match in re.finditer(r"carrydesk::(\w+)", text)]
        for call in re.finditer(r"\bDEPS\b([^)]*)", text):
            for word in call.group(1).split():
                if re.fullmatch(r"[A-Z_]+", word):
                    break
                linked.append((call.start(), word))
        for position, other in linked:
            # An application links what it assembles, but includes only what the table says.
            if other in ALLOWED and other not in ALLOWED[room] and room != "app":
                self.report(name, text, position, "link", f"room {room} must not link '{other}'")
        if room in CORE_ROOMS:
            for match in re.finditer(r"\bQt\d?::\w+", text):
                self.report(name, text, match.start(), "qt", f"core must not link '{match.group()}'")


# ---- Self-test ------------------------------------------------------------------------------------

HEAD = f"// {LICENCE}\n"
CMAKE_HEAD = f"# {LICENCE}\n"

ALLOWED_FILES = {
    "core/base/include/base/time.h": HEAD + "// std::unordered_map and system_clock::now() only in a comment\n#include <chrono>\n",
    "core/market/src/tape.cpp": HEAD + '#include "base/time.h"\n#include "market/quality.h"\n#include "quality.h"\n',
    "core/market/include/market/quality.h": HEAD + '/*\n#include "engine/engine.h"\n*/\nint x = 1\'000\'000; // it\'s\n',
    "core/engine/src/engine.cpp": HEAD + '#include "record/run.h"\n#include "base/time.h"\n#include "engine/engine.h"\n',
    "core/store/src/store.cpp": HEAD + '#include "record/run.h"\n#include <random>\n',
    "core/desk/src/desk.cpp": HEAD + '#include "engine/engine.h"\n#include "store/store.h"\n',
    "core/market/CMakeLists.txt": CMAKE_HEAD + "carrydesk_room(market\n  SOURCES src/tape.cpp\n  DEPS base\n  PRIVATE_LIBS csv)\n",
    "ui/src/window.cpp": HEAD + '#include "desk/desk.h"\n#include "portfolio/book.h"\n#include <QWidget>\n#include <qglobal.h>\n',
    "app/cli/main.cpp": HEAD + '#include "desk/desk.h"\n#include "table.h"\n',
    "core/desk/README.md": "no licence line here\n",
    "dev": f"#!/usr/bin/env bash\n# {LICENCE}\n",
}

# What is put into one file, and the rules that must be reported, and nothing else.
FORBIDDEN_FILES = [
    ("core/base/src/time.cpp", HEAD + '#include "market/tape.h"\n', {"include"}),
    ("core/base/src/time.cpp", HEAD + "#  include <engine/engine.h>\n", {"include"}),
    ("core/record/src/run.cpp", HEAD + 'auto url = "http://a"; // x\n#include "engine/engine.h"\n', {"include"}),
    ("core/store/src/store.cpp", HEAD + '#include "engine/engine.h"\n', {"include"}),
    ("core/engine/src/engine.cpp", HEAD + '#include "store/store.h"\n', {"include"}),
    ("core/engine/src/engine.cpp", HEAD + '#include "desk/desk.h"\n', {"include"}),
    ("core/desk/src/desk.cpp", HEAD + '#include "ui/window.h"\n', {"include"}),
    ("core/engine/src/engine.cpp", HEAD + '#include "../../store/include/store/store.h"\n', {"include"}),
    ("core/engine/src/engine.cpp", HEAD + '#include "core/base/include/base/time.h"\n', {"include"}),
    ("core/newroom/src/new.cpp", HEAD, {"room"}),
    ("core/newroom/CMakeLists.txt", CMAKE_HEAD, {"room"}),
    ("ui/src/window.cpp", HEAD + '#include "engine/engine.h"\n', {"include"}),
    ("ui/src/window.cpp", HEAD + '#include "store/store.h"\n', {"include"}),
    ("app/cli/main.cpp", HEAD + '#include "store/store.h"\n', {"include"}),
    ("core/base/src/time.cpp", HEAD + "#include <QString>\n", {"qt"}),
    ("core/desk/src/desk.cpp", HEAD + "#include <QtCore/qglobal.h>\n", {"qt"}),
    ("core/desk/src/desk.cpp", HEAD + "#include <qglobal.h>\n", {"qt"}),
    ("core/desk/src/desk.cpp", HEAD + '#include "qglobal.h"\n', {"qt"}),
    ("core/risk/src/risk.cpp", HEAD + "#include <random>\n", {"random"}),
    ("core/risk/src/risk.cpp", HEAD + "std::random_device device;\n", {"random"}),
    ("core/risk/src/risk.cpp", HEAD + "auto now = std::chrono::system_clock::now();\n", {"clock"}),
    ("core/engine/src/engine.cpp", HEAD + "/* a */ std::unordered_map<int, int> m; /* b */\n", {"unordered"}),
    ("core/engine/src/engine.cpp", "#pragma once\n" + HEAD, {"licence"}),
    ("core/engine/src/engine.cpp", "", {"licence"}),
    ("tests/base/tst_time.cpp", "int main() {}\n", {"licence"}),
    ("cmake/More.cmake", "include(x)\n", {"licence"}),
    ("tools/make.py", "#!/usr/bin/env python3\nimport os\n", {"licence"}),
    ("core/store/CMakeLists.txt", CMAKE_HEAD + "carrydesk_room(store SOURCES a.cpp DEPS record engine)\n", {"link"}),
    ("ui/CMakeLists.txt", CMAKE_HEAD + "target_link_libraries(ui PRIVATE carrydesk::engine)\n", {"link"}),
    ("core/base/CMakeLists.txt", CMAKE_HEAD + "target_link_libraries(carrydesk_base PRIVATE Qt6::Core)\n", {"qt"}),
    ("docs/notes.md", "see " + MACHINE_PATHS[0] + "main\n", {"machine-path"}),
    ("docs/notes.md", "see " + MACHINE_PATHS[1] + ".0/1\n", {"machine-path"}),
]


def violations_of(files, exceptions):
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return Check(folder, exceptions).run()


def rules_in(violations):
    return {re.search(r"\[([\w-]+)\]", violation).group(1) for violation in violations}


def self_test():
    failures = []
    found = violations_of(ALLOWED_FILES, {})
    if found:
        failures.append(f"the allowed tree has violations: {found}")
    for name, text, expected in FORBIDDEN_FILES:
        found = violations_of({**ALLOWED_FILES, name: text}, {})
        if rules_in(found) != expected or any(not violation.startswith(name + ":") for violation in found):
            failures.append(f"{name} with {text!r}: expected {expected}, found {found}")

    clock = ("core/risk/src/risk.cpp", "clock")
    source = {clock[0]: HEAD + "auto now = std::chrono::system_clock::now();\n"}
    if violations_of({**ALLOWED_FILES, **source}, {clock: "a reason"}):
        failures.append("an exception is not honoured")
    if rules_in(violations_of(ALLOWED_FILES, {clock: "a reason"})) != {"clock"}:
        failures.append("an exception that is not needed is not found")

    print("\n".join(failures) or f"{len(FORBIDDEN_FILES)} made-up violations found")
    return 1 if failures else 0


def main(arguments):
    if arguments == ["--self-test"]:
        return self_test()
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    check = Check(arguments[0])
    violations = check.run()
    if not check.includes:
        violations.append(f"no #include was found below {arguments[0]}: is this the top of the project?")
    print("\n".join(violations) or f"{check.includes} includes keep to the rules")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
