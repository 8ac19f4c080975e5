#!/usr/bin/env python3
"""A rule that reaches for what it must not have doesn't compile.

Each planted file is compiled by the very command that compiles a rule of this tree.
"""
import re
import unittest

from planted import BUILD, Scratch, command_of

RULE = "engine/core/overlay.cpp"

POISONED = {
    "double": "double half(int x) { return x; }",
    "float": "struct Price { float value; };",
    "unordered_map": "std::unordered_map<int, int> ids;",
    "unordered_set": "std::unordered_set<int> ids;",
    "chrono": "#include <chrono>\n",
    "system_clock": "auto now() { return system_clock::now(); }",
    "clock_gettime": "long now() { return clock_gettime(0, nullptr); }",
    "rand": "int dice() { return rand(); }",
    "random_device": "unsigned dice() { return random_device{}(); }",
    "getenv": 'const char* home() { return getenv("HOME"); }',
    "locale": "#include <locale>\n",
    "thread": "#include <thread>\n",
    "mutex": "#include <mutex>\n",
    "thread_local": "thread_local int count = 0;",
    "printf": 'void say() { printf("hello"); }',
    "fopen": 'void* open() { return fopen("/etc/passwd", "r"); }',
    "filesystem": "namespace fs = std::filesystem;",
    "rocksdb": "rocksdb::DB* db = nullptr;",
    "reinterpret_cast": "auto address(int* p) { return reinterpret_cast<unsigned long>(p); }",
    "const_cast": "int& open(const int& x) { return const_cast<int&>(x); }",
    "throw": "void fail() { throw 1; }",
}
CLEAN = """
#include "engine/base/sats.hpp"
namespace engine
{
std::optional<Sats> twice(Sats amount);
std::optional<Sats> twice(Sats amount) { return add(amount, amount); }
}
"""


class Guard(Scratch):
    def setUp(self):
        super().setUp()
        self.words = command_of(RULE)

    def test_a_clean_rule_compiles(self):
        code, text, _ = self.compile(self.words, CLEAN)
        self.assertEqual(code, 0, text)

    def test_each_poisoned_word_is_an_error(self):
        for word, text in POISONED.items():
            with self.subTest(word=word):
                code, messages, _ = self.compile(self.words, text + "\n")
                self.assertNotEqual(code, 0, f"{word} compiled")
                self.assertRegex(messages, f'poisoned.*"{word}"|poisoned "{word}"')

    def test_arithmetic_without_the_word_is_stopped_by_the_registers(self):
        if "-mgeneral-regs-only" not in self.words:
            self.skipTest("this build is not locked to general registers: ENGINE_LOCK_REGISTERS is off")
        code, messages, _ = self.compile(
            self.words, "unsigned long grow(unsigned long);\n"
            "unsigned long grow(unsigned long n) { return static_cast<unsigned long>(n * 1.5); }\n")
        self.assertNotEqual(code, 0)
        self.assertRegex(messages, r"SSE|general-regs-only|sorry, unimplemented")

    def test_every_rule_is_compiled_behind_the_guard(self):
        import json
        commands = json.loads((BUILD / "compile_commands.json").read_text())
        rules = [c for c in commands
                 if re.search(r"/engine/(core|fold|domain/\w+)/\w+\.cpp$", c["file"])
                 and not re.search(r"/engine/domain/\w+/codec\.cpp$", c["file"])
                 and "-DREFOLD_COPY_" not in c["command"]]  # A test's copy; the rule itself is here, too.
        self.assertGreater(len(rules), 0)
        for rule in rules:
            self.assertIn("engine/core/guard.hpp", rule["command"], rule["file"])


if __name__ == "__main__":
    unittest.main()
