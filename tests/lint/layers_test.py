#!/usr/bin/env python3
"""The tree keeps to its layers, and the lint that says so finds each planted violation."""
import unittest

from planted import SOURCE, Scratch, lint

FORBIDDEN = [  # (file, what it includes, what the lint says)
    ("engine/base/x.hpp", '"engine/hash/sha256.hpp"', "must not see engine/hash/sha256.hpp"),
    ("engine/hash/x.cpp", '"engine/core/table.hpp"', "must not see engine/core/table.hpp"),
    ("engine/core/x.hpp", '"engine/bitcoin/block.hpp"', "must not see engine/bitcoin/block.hpp"),
    ("engine/domain/peg/transition.cpp", '"engine/store/store.hpp"', "must not see engine/store"),
    ("engine/domain/peg/transition.cpp", '"engine/ports/clock.hpp"', "must not see engine/ports"),
    ("engine/domain/peg/transition.cpp", '"engine/domain/bitcoin/state.hpp"', "must not see engine/domain/bitcoin"),
    ("engine/domain/peg/transition.cpp", '"schema/peg.capnp.h"', "must not see schema/peg.capnp.h"),
    ("engine/domain/peg/transition.cpp", "<capnp/message.h>", "must not use <capnp/message.h>"),
    ("engine/fold/x.cpp", '"engine/codec/codec.hpp"', "must not see engine/codec"),
    ("engine/log/x.cpp", '"engine/core/table.hpp"', "must not see engine/core"),
    ("engine/core/x.hpp", "<mutex>", "must not use <mutex>"),
    ("engine/log/x.cpp", "<thread>", "must not use <thread>"),
    ("engine/store/x.cpp", "<chrono>", "must not use <chrono>"),
    ("engine/runtime/x.cpp", "<boost/asio.hpp>", "must not use <boost/asio.hpp>"),
    ("engine/runtime/x.cpp", "<rocksdb/db.h>", "must not use <rocksdb/db.h>"),
    ("engine/runtime/x.cpp", '"adapters/http/server.hpp"', "must not see adapters/http"),
    ("adapters/http/x.cpp", '"engine/domain/peg/queries.hpp"', "must not see engine/domain/peg/queries.hpp"),
    ("adapters/http/x.cpp", '"adapters/bitcoin/rpc.hpp"', "must not see adapters/bitcoin"),
    ("adapters/bitcoin/x.cpp", '"engine/core/state.hpp"', "must not see engine/core/state.hpp"),
    ("adapters/bitcoin/x.cpp", '"engine/domain/bitcoin/state.hpp"', "must not see engine/domain/bitcoin/state.hpp"),
    ("engine/base/x.hpp", '"types.hpp"', "include from the root of the tree"),
]
ALLOWED = [
    ("engine/core/x.hpp", '"engine/base/bytes.hpp"'),
    ("engine/domain/peg/transition.cpp", '"engine/domain/bitcoin/queries.hpp"'),
    ("engine/domain/peg/transition.cpp", '"engine/domain/outbox/verbs.hpp"'),
    ("engine/domain/peg/codec.cpp", '"schema/peg.capnp.h"'),
    ("engine/store/x.cpp", "<rocksdb/db.h>"),
    ("adapters/bitcoin/x.cpp", '"engine/domain/bitcoin/events.hpp"'),
    ("adapters/system/x.cpp", "<thread>"),
    ("engine/main.cpp", '"adapters/http/server.hpp"'),
]


class Layers(Scratch):
    def test_the_tree_keeps_to_its_layers(self):
        code, text = lint("layers.py", SOURCE)
        self.assertEqual(code, 0, text)

    def test_each_planted_include_is_found(self):
        for path, header, expected in FORBIDDEN:
            with self.subTest(path=path, header=header):
                file = self.write(path, f"#pragma once\n#include {header}\n")
                code, text = lint("layers.py", self.folder)
                self.assertEqual(code, 1)
                self.assertIn(f"{path}:2: ", text)
                self.assertIn(expected, text)
                file.unlink()

    def test_what_a_layer_may_see_passes(self):
        for path, header in ALLOWED:
            self.write(path, f"#include {header}\n")
        code, text = lint("layers.py", self.folder)
        self.assertEqual(code, 0, text)

    def test_a_circle_of_modules_is_found(self):
        self.write("engine/domain/peg/transition.cpp", '#include "engine/domain/outbox/verbs.hpp"\n')
        self.write("engine/domain/outbox/transition.cpp", '#include "engine/domain/access/queries.hpp"\n')
        self.write("engine/domain/access/transition.cpp", '#include "engine/domain/peg/queries.hpp"\n')
        code, text = lint("layers.py", self.folder)
        self.assertEqual(code, 1)
        self.assertIn("modules in a circle: access -> peg -> outbox -> access", text)


if __name__ == "__main__":
    unittest.main()
