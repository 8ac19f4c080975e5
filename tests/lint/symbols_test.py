#!/usr/bin/env python3
"""The libraries of the rules call a short list of functions and keep no variable; what goes around
the guard header is seen in the symbols."""
import unittest

from planted import Scratch, command_of, library, lint

PLANTS = {  # What is planted -> what the lint says. All of it compiles: only the symbols tell.
    "getenv": ('extern "C" char* getenv(const char*);\n'
               'bool debug() { return getenv("DEBUG") != nullptr; }', "calls getenv"),
    "a wall clock": ('extern "C" long time(long*);\nlong now() { return time(nullptr); }', "calls time"),
    "std::chrono": ("#include <chrono>\n"
                    "long now() { return std::chrono::system_clock::now().time_since_epoch().count(); }",
                    "calls std::chrono::"),
    "chance": ('extern "C" int rand();\nint dice() { return rand(); }', "calls rand"),
    "a file": ('extern "C" int open(const char*, int, ...);\nint file() { return open("/x", 0); }', "calls open"),
    "a static variable": ("int next() { static int count = 0; return ++count; }",
                          "keeps the variable next()::count"),
    "a global variable": ("int total = 0;\nvoid count() { ++total; }", "keeps the variable total"),
    "a variable of a thread": ("thread_local int depth = 7;\nint deeper() { return ++depth; }",
                               "keeps the variable depth"),
    "a static made at the first call": (
        "#include <string>\nconst std::string& name() { static const std::string s(40, 'x'); return s; }",
        "calls __cxa_guard_acquire"),
    "a map by address": ("#include <map>\nstd::map<int*, int> m(int* p) { return {{p, 1}}; }",
                         "an order by address"),
    "a hash table": ("#include <unordered_map>\nint f(int n) { std::unordered_map<int, int> m; m[n] = 1; return m[2]; }",
                     "an order by address"),
    "a thread": ("#include <thread>\nvoid go() { std::thread{[] {}}.join(); }", "calls std::thread"),
    "a door under our name": ("namespace engine { long now(); }\nlong peek() { return engine::now(); }",
                              "calls engine::now()"),
}
CLEAN = """
#include <map>
#include <string>
#include <vector>
std::map<std::string, int> count(const std::vector<std::string>& words)
{
    std::map<std::string, int> out;
    for (const auto& word : words)
        ++out[word];
    return out;
}
"""
BELOW = {  # Allow-list and libraries below, by library.
    "base": ("rules", []),
    "hash": ("hash", ["base"]),
    "crypto": ("crypto", ["base", "hash"]),
    "bitcoin": ("bitcoin", ["base", "hash", "crypto"]),
    "sbtc": ("rules", ["base", "hash", "crypto", "bitcoin"]),
    "fold": ("rules", ["base", "hash", "crypto", "bitcoin", "sbtc"]),
}


class Symbols(Scratch):
    def setUp(self):
        super().setUp()
        words = command_of("engine/base/check.cpp")
        self.words = [w for w in words if w not in ("-Werror", "-Wall", "-Wextra")] + ["-w", "-O2"]

    def check(self, text):
        code, messages, output = self.compile(self.words, text)
        self.assertEqual(code, 0, messages)
        return lint("symbols.py", "rules", self.archive(output))

    def test_each_library_keeps_to_its_list(self):
        for name, (kind, below) in BELOW.items():
            with self.subTest(library=name):
                self.assertTrue(library(name).exists(), f"{library(name)} is not built")
                without = ["--without", "check.cpp.o"] if name == "base" else []
                code, text = lint("symbols.py", kind, library(name),
                                  "--beside", *map(library, below), *without)
                self.assertEqual(code, 0, text)

    def test_a_clean_library_passes(self):
        code, text = self.check(CLEAN)
        self.assertEqual(code, 0, text)

    def test_each_planted_way_out_is_found(self):
        for name, (text, expected) in PLANTS.items():
            with self.subTest(plant=name):
                code, found = self.check(text)
                self.assertEqual(code, 1, f"{name} passed")
                self.assertIn(expected, found)

    def test_what_hashing_may_call_a_rule_may_not(self):
        code, messages, output = self.compile(
            self.words, '#define OPENSSL_SUPPRESS_DEPRECATED\n#include <openssl/sha.h>\n'
            "int f(SHA256_CTX* c) { return SHA256_Init(c); }\n")
        self.assertEqual(code, 0, messages)
        self.assertEqual(lint("symbols.py", "hash", self.archive(output))[0], 0)
        code, found = lint("symbols.py", "rules", self.archive(output))
        self.assertEqual(code, 1)
        self.assertIn("calls SHA256_Init", found)


if __name__ == "__main__":
    unittest.main()
