#!/usr/bin/env python3
"""clang-tidy finds nothing in the runtime. tidy_test.py shows that it finds something."""
import unittest

from planted import lint


class TidyRuntime(unittest.TestCase):
    def test_the_runtime_is_clean(self):
        code, text = lint("tidy.py", "--runtime")
        self.assertEqual(code, 0, text)


if __name__ == "__main__":
    unittest.main()
