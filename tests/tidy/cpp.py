"""What tidy needs to see of C++: includes, comments and functions, without a compiler."""
import re

TOKEN = re.compile(r"""
      (?P<raw>R"(?P<mark>[^()\s\\]{0,16})\(.*?\)(?P=mark)")
    | (?P<string>"(?:\\.|[^"\\\n])*")
    | (?P<char>(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+')
    | (?P<comment>//[^\n]*|/\*.*?\*/)
    | (?P<directive>^[ \t]*\#(?:[^\n]*\\\n)*[^\n]*)
    """, re.X | re.S | re.M)


def includes_of(text):
    """(line, header, whether in angle brackets)"""
    for match in re.finditer(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', text, re.M):
        yield text.count("\n", 0, match.start(2)) + 1, match.group(2), match.group(1) == "<"


def comments_of(text):
    """(line, text of that line of a comment)"""
    for match in TOKEN.finditer(text):
        if match.lastgroup == "comment":
            first = text.count("\n", 0, match.start()) + 1
            for offset, line in enumerate(match.group().splitlines()):
                yield first + offset, line


def code_of(text):
    """The text with comments, literals and directives blanked, line by line the same."""
    def blank(match):
        filling = "" if match.lastgroup in ("comment", "directive") else "0"
        return filling + "\n" * match.group().count("\n")
    return TOKEN.sub(blank, text)


SCOPE = re.compile(r"^\s*(?:inline\s+)?(?:template\s*<.*>\s*)?(namespace|class|struct|union|extern)\b", re.S)
MEMBER_INITIALIZER = re.compile(r"[^:][:,]\s*[\w:]+(?:<[^;{}]*>)?\s*$", re.S)


def kind_of_brace(header):
    """What a brace after this text opens, outside of functions: scope, function, or a value."""
    if SCOPE.match(header) and not re.search(r"\)\s*(const|noexcept|override|\s)*$", header):
        return "scope"
    if header.count("(") != header.count(")") or "(" not in header:
        return "value"
    if re.search(r"=\s*$", header):
        return "value"
    parameters_end = header.rfind(")")
    is_initializer = MEMBER_INITIALIZER.search(header[header.find(")"):]) and "->" not in header[parameters_end:]
    return "value" if is_initializer else "function"


def functions_of(text):
    """(first line, name, lines from the name's line to the closing brace) of each function; lambdas belong to theirs."""
    code = code_of(text)
    stack, header, start = [], "", 0
    for match in re.finditer(r"[{};]|\n|[^{};\n]+", code):
        token = match.group()
        if token == "{":
            inside = stack[-1][0] if stack else "scope"
            kind = kind_of_brace(header) if inside == "scope" else "body"
            stack.append((kind, start, header))
            if kind == "scope":
                header = ""
        elif token == "}":
            if not stack:
                continue
            kind, first, its_header = stack.pop()
            if kind == "function":
                line = code.count("\n", 0, first) + 1
                last = code.count("\n", 0, match.start()) + 1
                name = re.search(r"([~\w:]+(?:<[^<>]*>)?|operator\S+)\s*\(", its_header)
                yield line, name.group(1) if name else "a function", last - line + 1
            if kind in ("scope", "function"):
                header = ""
            elif kind == "value":
                header = its_header + "0"
        elif token == ";":
            if not stack or stack[-1][0] == "scope":
                header = ""
        elif not stack or stack[-1][0] == "scope":
            if not header.strip() and token.strip():
                header, start = "", match.start() + len(token) - len(token.lstrip())
            header += token
