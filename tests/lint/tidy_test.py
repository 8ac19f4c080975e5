#!/usr/bin/env python3
"""clang-tidy finds nothing in the pure libraries and the codec, and does find what is planted."""
import subprocess
import unittest

from planted import SOURCE, Scratch, lint


class Tidy(Scratch):
    def test_the_libraries_are_clean(self):
        code, text = lint("tidy.py")
        self.assertEqual(code, 0, text)

    def test_a_planted_finding_is_found(self):
        (self.folder / ".clang-tidy").write_text((SOURCE / ".clang-tidy").read_text())
        file = self.write("x.cpp", "#include <string>\n"
                          "int length(std::string text) { return text.size() == 0 ? 0 : 1; }\n")
        done = subprocess.run(["clang-tidy", "--quiet", str(file), "--", "-std=c++20"],
                              capture_output=True, text=True)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("performance-unnecessary-value-param", done.stdout)
        self.assertIn("readability-container-size-empty", done.stdout)


if __name__ == "__main__":
    unittest.main()
