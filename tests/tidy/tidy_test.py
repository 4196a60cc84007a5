#!/usr/bin/env python3
"""Shows each rule of tidy.py a bad snippet, which it must find, and a good one, which it must not."""
import pathlib
import shutil
import tempfile
import unittest

import tidy
from cpp import functions_of

LIBRARIES = tidy.libraries_of("""
add_library_module(core
  PRIVATE OpenSSL::Crypto)
add_library_module(http DEPENDS core PRIVATE PkgConfig::pistache)  # add_library_module(rest DEPENDS core)
add_library_module(security DEPENDS http)
""")
SERVICES = {"orders", "payment"}
BANNED = tidy.banned_words_of("""# Glossary

## Not used

| not | instead | where |
|---|---|---|
| told, telling | publish | docs |
| `keep_house` | retention | docs and comments |

## More
| other | x | docs |
""")


def lines(findings):
    return [line for _, line, _ in findings]


class IncludeOrder(unittest.TestCase):
    def found(self, path, text):
        return lines(tidy.include_order(path, text, LIBRARIES, SERVICES))

    def test_a_library_includes_only_what_it_links(self):
        self.assertEqual(LIBRARIES["security"], {"security", "http", "core"})
        self.assertEqual(self.found("libs/http/a.hpp", '#include <map>\n#include "security/jwt.hpp"\n'), [2])
        self.assertEqual(self.found("libs/security/a.cpp", '#include "core/id.hpp"\n#include "security/b.hpp"\n'), [])

    def test_a_library_does_not_know_a_service(self):
        self.assertEqual(self.found("libs/http/a.cpp", '#include "orders/order.hpp"\n'), [1])

    def test_a_service_does_not_include_another(self):
        self.assertEqual(self.found("payment/a.cpp", '#include "orders/order.hpp"\n'), [1])
        self.assertEqual(self.found("payment/a.cpp", '#include "payment/b.hpp"\n#include "http/server.hpp"\n'), [])

    def test_tests_and_the_command_line_may(self):
        self.assertEqual(self.found("tests/a.cpp", '#include "orders/order.hpp"\n'), [])
        self.assertEqual(self.found("quittance/a.cpp", '#include "orders/order.hpp"\n'), [])


class ThirdPartyHomes(unittest.TestCase):
    def test_a_header_stays_in_its_home(self):
        for header in ["nlohmann/json.hpp", "spdlog/spdlog.h", "pqxx/pqxx", "CLI/CLI.hpp", "pistache/tcp.h", "curl/curl.h",
                       "amqp.h", "mosquitto.h", "sodium.h", "simdjson.h", "openssl/evp.h", "prometheus/registry.h"]:
            found = tidy.third_party_homes("orders/store.cpp", f"#include <map>\n#include <{header}>\n")
            self.assertEqual(lines(found), [2], header)

    def test_at_home_it_may(self):
        self.assertEqual(lines(tidy.third_party_homes("libs/core/json.cpp", "#include <nlohmann/json.hpp>\n")), [])
        self.assertEqual(lines(tidy.third_party_homes("libs/postgres/rows.cpp", "#include <pqxx/result>\n")), [])


class Sizes(unittest.TestCase):
    def test_a_long_function_is_found(self):
        body = "    call();\n" * 60
        self.assertEqual(lines(tidy.function_size("a.cpp", f"namespace n {{\nvoid f(int a) {{\n{body}}}\n}}\n")), [2])
        self.assertEqual(lines(tidy.function_size("a.cpp", f"void f(int a) {{\n{body[24:]}}}\n")), [])

    def test_a_long_file_is_found(self):
        self.assertEqual(lines(tidy.file_size("a.cpp", "int i;\n" * 401)), [1])
        self.assertEqual(lines(tidy.file_size("a.cpp", "int i;\n" * 400)), [])
        self.assertEqual(lines(tidy.file_size("a.cpp", "int i;\n" * 401, {"a.cpp": "a reason"})), [])

    def test_functions_are_seen_as_they_are_written(self):
        text = '''#define BRACE {
namespace a::b {
// A comment with { and "quotes.
constexpr Case kCases[] = {{1, f(2)}, {3, f(4)}};
const auto kText = R"sql({ " )sql";
struct Point {
    int x{0};
    bool far() const { return x > 1'000; }
};
Server::Server(Settings settings)
    : settings_{std::move(settings)}, pool_(settings_.workers) {
    start([&] {
        run('{');
    });
}
template <typename T>
auto read(const T& row) -> Result<T> {
    return {};
}
}
'''
        self.assertEqual([(line, name, count) for line, name, count in functions_of(text)],
                         [(8, "far", 1), (10, "Server::Server", 6), (16, "read", 4)])


class Words(unittest.TestCase):
    def test_in_markdown_a_banned_word_is_found_outside_of_code(self):
        text = "What is Told.\n```\ntold\n```\nSee `told`, [a](told.md), untold, told_at.\n"
        self.assertEqual(lines(tidy.banned_words("a.md", text, BANNED)), [1])

    def test_in_code_only_comments_are_read(self):
        text = '// It is told.\nint keep_house; // keep_house\nauto s = "// keep_house";\n/* a\n keep_house */\n'
        self.assertEqual(lines(tidy.banned_words("a.cpp", text, BANNED)), [2, 5])

    def test_the_table_ends_where_the_next_chapter_begins(self):
        self.assertEqual([word for word, _, _ in BANNED], ["told", "telling", "keep_house"])


class OperationIds(unittest.TestCase):
    def test_one_that_is_missing_repeated_or_badly_written_is_found(self):
        text = """paths:
  /a:
    parameters: []
    get: {summary: none}
    put: {operationId: change_a}
  /b:
    get: {operationId: listB}
    post: {operationId: listB}
"""
        self.assertEqual(lines(tidy.operation_ids("a/openapi.yaml", text)), [4, 5, 8])
        self.assertEqual(lines(tidy.operation_ids("a/openapi.yaml", "openapi: 3.1.0\npaths: {}\n")), [])


class Variables(unittest.TestCase):
    def test_one_without_its_line_is_found(self):
        listed = "| name | default |\n|---|---|\n| `LISTEN` | |\n"
        found = tidy.variables_documented("orders", ["LISTEN", "WORKERS"], listed)
        self.assertEqual([message.split()[2] for _, _, message in found], ["WORKERS,"])


class Tools(unittest.TestCase):
    def found(self, rule, name, text):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / name).write_text(text, encoding="utf-8")
            return lines(rule(folder, [name]))

    @unittest.skipUnless(shutil.which("clang-format"), "clang-format is not installed")
    def test_unformatted_code_is_found(self):
        self.assertEqual(self.found(tidy.formatted, "a.cpp", "int   i;\n"), [1])
        self.assertEqual(self.found(tidy.formatted, "a.cpp", "int i;\n"), [])

    @unittest.skipUnless(shutil.which("shellcheck"), "shellcheck is not installed")
    def test_a_script_shellcheck_refuses_is_found(self):
        self.assertEqual(self.found(tidy.shell_checked, "a.sh", "#!/bin/bash\necho $1\n"), [2])
        self.assertEqual(self.found(tidy.shell_checked, "a.sh", '#!/bin/bash\necho "$1"\n'), [])

    def test_scripts_are_known_by_name_or_first_line(self):
        self.assertTrue(tidy.is_shell("lib.sh", ""))
        self.assertTrue(tidy.is_shell("up", "#!/usr/bin/env bash\n"))
        self.assertFalse(tidy.is_shell("a.py", "#!/usr/bin/env python3\n"))


if __name__ == "__main__":
    unittest.main()
