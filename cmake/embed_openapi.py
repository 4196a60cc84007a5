"""Turns a service's openapi.yaml into a C++ source with its JSON: embed_openapi.py <openapi.yaml> <openapi.cpp>

What many services share stands once, in libs/*/openapi/<name>.yaml, and is taken in by a line `x-include: [<name>, …]` of
openapi.yaml. In it, SERVICE stands for the service's folder.
"""
import json
import pathlib
import sys

import yaml

LIBRARIES = pathlib.Path(__file__).resolve().parent.parent / "libs"


def add(target, more, where):
    """Adds what `more` has to `target`; what both have must be an object or a list."""
    for key, value in more.items():
        if key not in target:
            target[key] = value
        elif isinstance(value, dict) and isinstance(target[key], dict):
            add(target[key], value, f"{where}/{key}")
        elif isinstance(value, list) and isinstance(target[key], list):
            target[key] += value
        else:
            sys.exit(f"{where}/{key} is there twice")


source, target = sys.argv[1:]
with open(source, encoding="utf-8") as file:
    document = yaml.safe_load(file)
service = pathlib.Path(source).resolve().parent.name
for name in document.pop("x-include", []):
    (shared,) = LIBRARIES.glob(f"*/openapi/{name}.yaml")
    text = shared.read_text(encoding="utf-8")
    add(document, yaml.safe_load(text.replace("SERVICE", service)), name)
contract = json.dumps(document, separators=(",", ":"), ensure_ascii=True, default=str)
with open(target, "w", encoding="utf-8") as file:
    file.write("// Generated from openapi.yaml.\n#include <string_view>\n")
    file.write("extern const std::string_view kOpenApi;\n")
    pieces = [contract[i:i + 8000] for i in range(0, len(contract), 8000)]
    file.write("const std::string_view kOpenApi =\n")
    file.write("\n".join(f"    {json.dumps(piece)}" for piece in pieces))
    file.write(";\n")
