#!/usr/bin/env python3
"""Each rule finds its fault and lets the good form pass."""

import unittest

import rules


def sentences(rule, path, text, *more):
    return [sentence for _, sentence in rule(path, text, *more)]


class Includes(unittest.TestCase):
    def check(self, path, include):
        return sentences(rules.include_order, path, f'#include "{include}"\n', lambda name: True)

    def test_a_room_includes_itself_and_what_stands_above(self):
        self.assertEqual(self.check("broker/store/inbox.cc", "broker/store/inbox.h"), [])
        self.assertEqual(self.check("broker/domain/calendar.cc", "broker/domain/reference/data.h"), [])
        self.assertEqual(self.check("tests/broker/base/ids_test.cc", "broker/api/routes.h"), [])

    def test_a_room_includes_nothing_below_it(self):
        self.assertIn("stands below", self.check("broker/base/ids.cc", "broker/domain/case.h")[0])
        self.assertIn("stands below", self.check("broker/domain/reference/data.cc", "broker/domain/case.h")[0])
        self.assertIn("may not know", self.check("broker/client/main.cc", "broker/store/inbox.h")[0])
        self.assertIn("includes no tests", self.check("matcher/model.cc", "tests/support/x.h")[0])

    def test_an_include_is_written_from_the_root(self):
        found = sentences(rules.include_order, "matcher/a.cc", '#include "b.h"\n', lambda name: False)
        self.assertIn("from the root", found[0])

    def test_library_headers_stay_in_their_rooms(self):
        def check(path, header):
            return sentences(rules.library_headers, path, f"#include <{header}>\n")

        self.assertEqual(check("broker/net/server.cc", "boost/beast/http.hpp"), [])
        self.assertEqual(check("tests/broker/net/server_test.cc", "boost/beast/http.hpp"), [])
        self.assertEqual(check("tests/broker/api/cases_test.cc", "nlohmann/json.hpp"), [])
        for path, header in [
            ("broker/net/server.h", "boost/beast/http.hpp"),
            ("broker/api/cases.cc", "nlohmann/json.hpp"),
            ("broker/store/inbox.cc", "libpq-fe.h"),
            ("broker/base/time.cc", "spdlog/spdlog.h"),
            ("broker/api/cases.cc", "CLI/CLI.hpp"),
        ]:
            self.assertEqual(len(check(path, header)), 1, (path, header))


class Files(unittest.TestCase):
    def test_a_file_stops_at_its_length(self):
        self.assertEqual(sentences(rules.file_length, "a.cc", "\n" * rules.LINES_MAX), [])
        self.assertEqual(len(sentences(rules.file_length, "a.cc", "\n" * (rules.LINES_MAX + 1))), 1)

    def test_a_header_opens_with_its_purpose(self):
        self.assertEqual(sentences(rules.header_opening, "a.h", "// For b.\n#pragma once\n\n"), [])
        self.assertEqual(len(sentences(rules.header_opening, "a.h", "#pragma once\n")), 1)
        self.assertEqual(len(sentences(rules.header_opening, "a.h", "// For b.\n\n#pragma once\n")), 1)

    def test_a_folder_is_a_namespace(self):
        self.assertEqual(sentences(rules.namespace_of_folder, "broker/base/a.h", "namespace broker::base {"), [])
        self.assertEqual(len(sentences(rules.namespace_of_folder, "broker/base/a.h", "namespace base {")), 1)


class Words(unittest.TestCase):
    def test_names_that_say_nothing_are_found_in_code_alone(self):
        for text in ("void process_row(int);", "handle_request(x);", "do_work();", "process (x);"):
            self.assertEqual(len(sentences(rules.banned_names, "a.cc", text)), 1, text)
        for text in ("// process_row(x)", 'f("handle_request(x)");', "handle_(x)", "subprocess_id(x)", "process_cpu_seconds();"):
            self.assertEqual(sentences(rules.banned_names, "a.cc", text), [], text)

    def test_two_statements_under_one_name_are_found(self):
        names = rules.StatementNames()
        first = 'constexpr Statement one{"one", "select 1"};\nconst Statement two{\n  "two", R"(select 2)"};\n'
        self.assertEqual(sentences(names, "broker/store/a.cc", first), [])
        found = sentences(names, "broker/store/b.cc", 'constexpr Statement other{"two", "select 3"};\n')
        self.assertEqual(found, ["broker/store/a.cc:2 prepares another statement under the name two"])
        self.assertEqual(sentences(names, "tests/broker/store/a_test.cc", 'Statement x{"one", "select 4"};\n'), [])

    def test_notes_of_unfinished_work_are_found(self):
        self.assertEqual(len(sentences(rules.unfinished_work, "a.md", "TODO: later")), 1)
        self.assertEqual(sentences(rules.unfinished_work, "a.md", "XXXXXXX"), [])

    def test_paths_of_a_machine_are_found(self):
        self.assertEqual(len(sentences(rules.machine_paths, "a.md", "see /home/ann/src")), 1)
        self.assertEqual(len(sentences(rules.machine_paths, "a.cc", '"/root/x"')), 1)
        for text in ("/v1/cases", "https://example.org/home/x", "/etc/waymark", "${HOME}/home/x"):
            self.assertEqual(sentences(rules.machine_paths, "a.md", text), [], text)


class CoAwait(unittest.TestCase):
    def check(self, statement):
        return sentences(rules.co_await_alone, "a.cc", "awaitable<void> f() {\n  g();\n  " + statement + "\n}\n")

    def test_the_three_forms_pass(self):
        for statement in (
            "co_await send(receipt);",
            "auto rows = co_await db.execute(find_child, id);",
            "const auto [a, b] = co_await next(std::move(x), Id(7), list[2]);",
            "co_return co_await next();",
            "total += co_await count();",
            "if (is_open) co_await close();",
            "else co_await close();",
            "for (const auto& [k, v] : map) { co_await send(k); }",
            "while (true) { try { co_await send(k); } catch (const E&) { } }",
            "auto f = [](int x) -> awaitable<void> { co_await send(x); };",
            "auto f = [](int x) -> net::awaitable<int> { co_return co_await send(x); };",
            "spawn(io, [](int x) -> awaitable<void> { co_await send(x); }, detached);",
            "case 1: co_await send(x);",
            "// co_await outbox.add({id})",
        ):
            self.assertEqual(self.check(statement), [], statement)

    def test_all_others_are_found(self):
        for statement in (
            "co_await outbox.add({id, body});",
            "co_await add(Entry{id});",
            "use(co_await next());",
            "Entry entry{co_await next()};",
            "Entry entry = {1, co_await next()};",
            "throw co_await next();",
            "if (co_await next()) return;",
            "auto x = 1 + co_await next();",
            "auto x = co_await next() ? 1 : 2;",
            "auto x = is_a ? co_await a() : b();",
            "co_await run([&](int y) { return y; });",
            "co_await run([] { g(); });",
            "co_return use(co_await next());",
        ):
            self.assertNotEqual(self.check(statement), [], statement)


if __name__ == "__main__":
    unittest.main()
