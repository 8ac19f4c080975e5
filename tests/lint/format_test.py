#!/usr/bin/env python3
"""Every C++ file is laid out by clang-format; a file that isn't is named."""
import subprocess
import unittest

from planted import SOURCE, Scratch


def unformatted(files):
    """What clang-format would change, as text."""
    done = subprocess.run(["clang-format", "--dry-run", "-Werror", "--style=file", *map(str, files)],
                          capture_output=True, text=True)
    return done.stderr if done.returncode else ""


class Format(Scratch):
    def test_the_tree_is_formatted(self):
        files = [f for folder in ("engine", "adapters", "tools", "tests")
                 for f in (SOURCE / folder).glob("**/*.[ch]pp")]
        self.assertGreater(len(files), 0)
        said = unformatted(files)
        self.assertEqual(said, "", "do: clang-format -i the files named above")

    def test_a_file_laid_out_otherwise_is_found(self):
        (self.folder / ".clang-format").write_text((SOURCE / ".clang-format").read_text())
        bad = self.write("x.cpp", "int f( ){return 1 ;}\n")
        self.assertIn("x.cpp", unformatted([bad]))
        good = self.write("y.cpp", "int f()\n{\n    return 1;\n}\n")
        self.assertEqual(unformatted([good]), "")


if __name__ == "__main__":
    unittest.main()
