#!/usr/bin/env python3
"""Checks the tree against the rules of the house: tidy.py [ROOT] [--programs FOLDER] [--format changed|all].

Each rule is a function that yields findings (path, line, message); they are printed as `path:line: message` and end the
program with status 1. What docs/variables.md must list is asked of the programs in FOLDER, when they are built; clang-format
and shellcheck are run when they are installed. tidy_test.py shows each rule a bad snippet.
"""
import argparse
import fnmatch
import pathlib
import re
import shutil
import subprocess
import sys

import yaml

from cpp import comments_of, functions_of, includes_of

MAX_FUNCTION_LINES = 60
MAX_FILE_LINES = 400

# Files over MAX_FILE_LINES, with the reason. A new entry needs one as well.
LONG_FILES = {
    "catalog/ingest/ingest_store.cpp": "every statement of one table family; to be split by table",
    "libs/core/json.cpp": "the one file that sees nlohmann; its templates are compiled once",
    "orders/store.cpp": "every statement of orders; to be split by table",
    "payment/service.cpp": "settlement and its batches; to be split",
    "payment/store.cpp": "every statement of payment; to be split by table",
    "tests/integration/http_engine_malformed_test.cpp": "one table of malformed requests",
}

# Functions over MAX_FUNCTION_LINES, with the reason.
LONG_FUNCTIONS = {
    ("libs/security/jwt_test.cpp", "refused_cases"): "one table: every refused token",
    ("orders/settlement_test.cpp", "TEST"): "one table: every order of the facts",
}

# Header (a prefix) -> the only files that may include it. Tests link GoogleTest and RapidCheck and are free to.
HOMES = {
    "nlohmann/": ["libs/core/json.cpp"],
    "spdlog/": ["libs/core/log.cpp"],
    "pqxx": ["libs/postgres/*", "migrations/runner/*"],
    "CLI/": ["libs/core/command_line.*", "migrations/runner/main.cpp", "quittance/*", "tests/bench/*"],
    "pistache/": ["libs/http/*"],
    "http_parser.h": ["tests/integration/http_framing_oracle_test.cpp"],
    "prometheus/": ["libs/telemetry/metrics.cpp"],
    "curl/": ["libs/http/client.cpp", "libs/webhooks/client.cpp", "quittance/http.cpp"],
    "amqp": ["libs/events/amqp_channel.cpp"],
    "mosquitto.h": ["mqtt-bridge/*", "quittance/factory/connection.cpp"],
    "mqtt_protocol.h": ["mqtt-bridge/*", "quittance/factory/*"],
    "sodium.h": ["libs/security/sealed_box.cpp", "auth/users/password_hasher.cpp"],
    "simdjson.h": ["libs/core/*", "libs/contracts/*", "catalog/ingest/*", "payment/providers/*"],
    "openssl/": ["libs/core/*", "libs/security/*", "libs/events/webhook_signature.cpp", "libs/rest/idempotency.cpp",
                 "migrations/runner/folder.cpp", "payment/providers/*", "quittance/stripe/*", "tests/bench/*"],
}

# Not checked for banned words, with the reason.
FREE_OF_WORDS = {
    "docs/glossary.md": "it lists them",
    "docs/variables.md": "generated from the texts of the programs",
}


# Includes ---------------------------------------------------------------------------------------------------------

def libraries_of(cmake_text):
    """What each library links, itself and what those link included, by libs/CMakeLists.txt."""
    text = re.sub(r"#[^\n]*", "", cmake_text)
    direct = {}
    for name, rest in re.findall(r"add_library_module\(\s*(\w+)([^)]*)\)", text):
        depends = re.search(r"\bDEPENDS\b(.*?)(?:\bPRIVATE\b|$)", rest, re.S)
        direct[name] = depends.group(1).split() if depends else []

    def closure(name):
        return {name}.union(*(closure(other) for other in direct.get(name, [])))
    return {name: closure(name) for name in direct}


def include_order(path, text, libraries, services):
    """A library includes only what it links; a service never another one."""
    folders = path.split("/")
    for line, header, _ in includes_of(text):
        target = header.split("/")[0]
        if folders[0] == "libs" and len(folders) > 2:
            if target in libraries and target not in libraries.get(folders[1], {folders[1]}):
                yield path, line, f"{folders[1]} does not link {target}: libs/CMakeLists.txt"
            elif target in services and "/" in header:
                yield path, line, f"a library does not know the service {target}"
        elif folders[0] in services and target in services and target != folders[0] and "/" in header:
            yield path, line, f"service {folders[0]} includes service {target}"


def third_party_homes(path, text, homes=HOMES):
    """A third-party header is included in its home only."""
    for line, header, is_system in includes_of(text):
        if not is_system:
            continue
        for prefix, places in homes.items():
            if header.startswith(prefix) and not any(fnmatch.fnmatch(path, place) for place in places):
                yield path, line, f"<{header}> is for {', '.join(places)} only"


# Sizes ------------------------------------------------------------------------------------------------------------

def function_size(path, text, long_functions=LONG_FUNCTIONS):
    for line, name, lines in functions_of(text):
        if lines > MAX_FUNCTION_LINES and (path, name) not in long_functions:
            yield path, line, f"{name} has {lines} lines; at most {MAX_FUNCTION_LINES}"


def file_size(path, text, long_files=LONG_FILES):
    lines = text.count("\n")
    if lines > MAX_FILE_LINES and path not in long_files:
        yield path, 1, f"{lines} lines; at most {MAX_FILE_LINES}"


# Words ------------------------------------------------------------------------------------------------------------

def banned_words_of(glossary):
    """The table below "## Not used" of docs/glossary.md: (word, instead, where it is looked for)."""
    table = glossary.partition("\n## Not used\n")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in table.splitlines() if row.startswith("|")]
    return [(word.strip("`").lower(), instead, where)
            for words, instead, where in rows[2:] for word in words.split(", ")]


def prose_of_markdown(text):
    """(line, text) without fenced code and `code`."""
    fenced = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif not fenced:
            yield number, re.sub(r"`[^`]*`|\]\([^)]*\)", " ", line)


def banned_words(path, text, banned):
    """Words that docs/glossary.md does not use, in Markdown and in the comments of C++."""
    if path in FREE_OF_WORDS:
        return
    is_markdown = path.endswith(".md")
    prose = prose_of_markdown(text) if is_markdown else comments_of(text)
    words = [(word, instead) for word, instead, where in banned if is_markdown or where == "docs and comments"]
    for line, sentence in prose:
        for word, instead in words:
            if re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", sentence, re.I):
                yield path, line, f"\"{word}\": {instead}"


# OpenAPI ----------------------------------------------------------------------------------------------------------

METHODS = {"get", "put", "post", "delete", "patch", "head", "options"}


def members_of(node):
    return [(key.value, key, value) for key, value in node.value] if isinstance(node, yaml.MappingNode) else []


def operation_ids(path, text):
    """Every operation has an operationId in camelCase of its own."""
    seen = set()
    document = {name: value for name, _, value in members_of(yaml.compose(text))}
    for route, _, item in members_of(document.get("paths")):
        for method, key, operation in members_of(item):
            if method not in METHODS:
                continue
            line = key.start_mark.line + 1
            name = next((value.value for field, _, value in members_of(operation) if field == "operationId"), None)
            if name is None:
                yield path, line, f"{method} {route} has no operationId"
            elif not re.fullmatch(r"[a-z][A-Za-z0-9]*", name):
                yield path, line, f"operationId {name} is not camelCase"
            elif name in seen:
                yield path, line, f"operationId {name} is used twice"
            seen.add(name)


# Variables --------------------------------------------------------------------------------------------------------

def variables_documented(program, names, variables_md):
    """Every variable a program reads has its line in docs/variables.md."""
    listed = set(re.findall(r"^\| `(\w+)` \|", variables_md, re.M))
    for name in names:
        if name not in listed:
            yield "docs/variables.md", 1, f"{program} reads {name}, which has no line: make docs"


def variables_of(program):
    text = subprocess.run([program, "--variables=markdown"], capture_output=True, text=True, check=True).stdout
    return re.findall(r"^\| `(\w+)` \|", text, re.M)


# Tools ------------------------------------------------------------------------------------------------------------

def formatted(root, paths):
    tool = shutil.which("clang-format")
    if not tool or not paths:
        return
    run = subprocess.run([tool, "--dry-run", "--Werror", *paths], cwd=root, capture_output=True, text=True)
    for path, line in sorted(set(re.findall(r"^(\S+?):(\d+):\d+: error:", run.stderr, re.M))):
        yield path, int(line), "is not as clang-format writes it: make format"
    if run.returncode and "error:" not in run.stderr:
        yield ".clang-format", 1, run.stderr.strip()


def is_shell(path, text):
    return path.endswith(".sh") or re.match(r"#!\s*(/usr/bin/env\s+|/bin/)(bash|sh)\b", text) is not None


def shell_checked(root, paths):
    tool = shutil.which("shellcheck")
    if not tool or not paths:
        return
    run = subprocess.run([tool, "--format=gcc", "--severity=style", *paths], cwd=root, capture_output=True, text=True)
    for path, line, message in re.findall(r"^(.+?):(\d+):\d+: (.*)$", run.stdout, re.M):
        yield path, int(line), message


# The tree ---------------------------------------------------------------------------------------------------------

def git_files(root, *arguments):
    run = subprocess.run(["git", "-c", "safe.directory=*", *arguments, "-z"], cwd=root, capture_output=True, text=True)
    if run.returncode:
        return None
    return sorted({path for path in run.stdout.split("\0") if path and (root / path).is_file()})


def files_of(root):
    tracked = git_files(root, "ls-files", "--cached", "--others", "--exclude-standard")
    if tracked is not None:
        return tracked
    skipped = {"build", "node_modules", ".run", ".git"}
    return sorted(str(path.relative_to(root)) for path in root.rglob("*")
                  if path.is_file() and not skipped & set(path.relative_to(root).parts))


def changed_files(root):
    changed = git_files(root, "diff", "--name-only", "HEAD") or []
    return set(changed) | set(git_files(root, "ls-files", "--others", "--exclude-standard") or [])


def is_service(root, folder):
    cmake = root / folder / "CMakeLists.txt"
    return cmake.is_file() and "add_service(" in cmake.read_text(encoding="utf-8")


def text_rules(root, files):
    """The findings of every rule about one text at a time."""
    libraries = libraries_of((root / "libs/CMakeLists.txt").read_text(encoding="utf-8"))
    services = {folder for folder in {path.split("/")[0] for path in files} if is_service(root, folder)}
    banned = banned_words_of((root / "docs/glossary.md").read_text(encoding="utf-8"))
    for path in files:
        if path.endswith((".cpp", ".hpp")):
            text = (root / path).read_text(encoding="utf-8")
            yield from include_order(path, text, libraries, services)
            yield from third_party_homes(path, text)
            yield from function_size(path, text)
            yield from file_size(path, text)
            yield from banned_words(path, text, banned)
        elif path.endswith(".md"):
            yield from banned_words(path, (root / path).read_text(encoding="utf-8"), banned)
        elif path.endswith("/openapi.yaml") or "/openapi/" in path and path.endswith(".yaml"):
            yield from operation_ids(path, (root / path).read_text(encoding="utf-8"))


def tool_rules(root, files, format_scope):
    changed = changed_files(root)
    yield from formatted(root, [path for path in files if path.endswith((".cpp", ".hpp"))
                                and (format_scope == "all" or path in changed)])
    scripts = []
    for path in files:
        with open(root / path, "rb") as file:
            if is_shell(path, file.read(64).decode("utf-8", "replace")):
                scripts.append(path)
    yield from shell_checked(root, scripts)


def program_rules(root, programs):
    variables = (root / "docs/variables.md").read_text(encoding="utf-8")
    for name in ["auth", "catalog", "clients", "mqtt-bridge", "orders", "payment", "migrate", "quittance"]:
        program = programs / name
        if program.is_file():
            yield from variables_documented(name, variables_of(program), variables)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("root", nargs="?", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[2])
    arguments.add_argument("--programs", type=pathlib.Path)
    arguments.add_argument("--format", choices=["changed", "all"], default="changed")
    options = arguments.parse_args()
    files = files_of(options.root)
    findings = [*text_rules(options.root, files), *tool_rules(options.root, files, options.format)]
    if options.programs:
        findings += program_rules(options.root, options.programs.resolve())
    for path, line, message in findings:
        print(f"{path}:{line}: {message}")
    print(f"tidy: {len(files)} files, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
