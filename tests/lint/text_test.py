#!/usr/bin/env python3
"""The tree's text is fit to be handed over, and the lint that says so finds what is planted."""
import unittest

from planted import SOURCE, Scratch, lint

PLANTS = {
    "engine/x.cpp": ("// TO" "DO: later\n", "unfinished work"),
    "tools/dev/x": ("cd /wo" "rk/main\n", "a path of one machine"),
    "tests/x_test.cpp": ("TEST(A, DISA" "BLED_B) {}\n", "switched off"),
    "engine/y.cpp": ("int x;  // NOL" "INT\n", "silenced without a reason"),
    "engine/z.hpp": ("int x;\n", "begins with #pragma once"),
    "tools/dev/y": ("curl https://mir" "ror.example.org/debian\n", "the host of a mirror"),
    "engine/e.hpp": ("#pragma once\nstruct BadError\n{\n    std::string what;\n    std::string why;\n};\n",
                     "BadError does not say what to do"),
    "engine/f.cpp": ('const Error e{.what = "a", .action = ""};\n', "an error with nothing to do"),
}


class Text(Scratch):
    def test_the_tree_is_fit(self):
        code, text = lint("text.py", SOURCE)
        self.assertEqual(code, 0, text)

    def test_each_plant_is_found(self):
        for path, (text, expected) in PLANTS.items():
            with self.subTest(path=path):
                file = self.write(path, text)
                code, said = lint("text.py", self.folder)
                self.assertEqual(code, 1)
                self.assertIn(expected, said)
                file.unlink()

    def test_a_folder_without_a_readme_is_found(self):
        self.write("schema/a.capnp", "\n")
        code, said = lint("text.py", self.folder)
        self.assertEqual(code, 1)
        self.assertIn("schema: no README.md", said)

    def test_clean_text_passes(self):
        self.write("schema/README.md", "Schemas.\n")
        self.write("engine/README.md", "The engine.\n")
        self.write("engine/a.hpp", "#pragma once\nstruct E\n{\n    std::string what;\n    std::string why;\n"
                   "    std::string action;\n};\n")
        code, said = lint("text.py", self.folder)
        self.assertEqual(code, 0, said)


if __name__ == "__main__":
    unittest.main()
