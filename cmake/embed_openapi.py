"""Turns a service's openapi.yaml into a C++ source with its JSON: embed_openapi.py <openapi.yaml> <openapi.cpp>"""
import json
import sys

import yaml

source, target = sys.argv[1:]
with open(source, encoding="utf-8") as file:
    contract = json.dumps(yaml.safe_load(file), separators=(",", ":"), ensure_ascii=True, default=str)
with open(target, "w", encoding="utf-8") as file:
    file.write("// Generated from openapi.yaml.\n#include <string_view>\n")
    file.write("extern const std::string_view kOpenApi;\n")
    pieces = [contract[i:i + 8000] for i in range(0, len(contract), 8000)]
    file.write("const std::string_view kOpenApi =\n")
    file.write("\n".join(f"    {json.dumps(piece)}" for piece in pieces))
    file.write(";\n")
