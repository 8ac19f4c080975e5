#!/usr/bin/env python3
"""Fails when a library calls what is not on its list, keeps a variable, or orders by address.

    symbols.py LIST LIBRARY [--beside LIBRARY...] [--without OBJECT...]

LIST is the library's allow-list: rules, bitcoin, hash or crypto. Our own names count only when the
library or one beside it defines them: a name in our namespace opens no door. --without leaves out
an object of the archive.
"""
import argparse
import re
import subprocess
import sys

LANGUAGE = [  # What a compiler needs for memory, strings, ordered maps and unwinding.
    r"mem(cmp|cpy|move|set|chr)$",
    r"__mem(cpy|move|set)_chk$",
    r"(bcmp|strlen)$",
    r"operator (new|delete)(\[\])?\(",
    r"std::__throw_\w+\(",
    r"std::__glibcxx_assert_fail\(",
    r"std::_Rb_tree_(increment|decrement|insert_and_rebalance|rebalance_for_erase)\(",
    r"std::__detail::_(List|Prime)",
    r"std::__cxx11::basic_string<char, ",
    r"(vtable for |typeinfo for |typeinfo name for )?std::(exception|bad_\w+|type_info)\b",
    r"vtable for __cxxabiv1::",
    r"std::terminate\(\)$",
    r"_Unwind_Resume$",
    r"__gxx_personality_v0$",
    r"__cxa_(begin_catch|end_catch|rethrow|pure_virtual|throw|allocate_exception|free_exception"
    r"|throw_bad_array_new_length)$",
    r"__stack_chk_fail$",
    r"_GLOBAL_OFFSET_TABLE_$",
    r"__(u?divti3|u?modti3|popcountdi2)$",
]
LISTS = {
    "rules": LANGUAGE,
    "bitcoin": LANGUAGE,
    "hash": [*LANGUAGE, r"SHA256_(Init|Update|Final|Transform)$", r"SHA512_(Init|Update|Final)$",
             r"RIPEMD160_(Init|Update|Final)$", r"crc32_iscsi$", r"OPENSSL_cleanse$"],
    "crypto": [*LANGUAGE, r"secp256k1_\w+$", r"(__)?explicit_bzero(_chk)?$",
               r"__cxa_guard_(acquire|release|abort)$"],
}
# Variables that a library may keep: the curve's tables, made once and the same in every process.
KEPT = {"crypto": [r"(guard variable for )?engine::\w*context\(\)::context$"]}
# Orders that differ from run to run, when the compiler has left a trace of one.
BY_ADDRESS = [r"std::_Rb_tree<[^<,]*\*( const)?,", r"std::_Hashtable<", r"std::less<[^<>]*\*>"]


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def symbols(library, without=()):
    """Pairs (type, demangled name) of every object in the archive but those left out."""
    member = ""
    for line in run("nm", "-C", library).splitlines():
        if line.endswith(":"):
            member = line[:-1]
        match = re.match(r"[0-9a-f ]{16} (\w) (.+)", line)
        if match and member not in without:
            yield match[1], match[2]


def variables(library, without=()):
    """Names of writable data. Tables of addresses that the loader fills in are not writable data."""
    member = ""
    for line in run("objdump", "-tC", library).splitlines():
        member_line = re.match(r"(\S+):\s+file format", line)
        member = member_line[1] if member_line else member
        match = re.match(
            r"\S+ .{7} \.(?:data|bss|tdata|tbss)(?!\.rel)\S*\s+([0-9a-f]+)\s+(.+)", line)
        if match and int(match[1], 16) > 0 and member not in without:
            yield re.sub(r"^\.hidden ", "", match[2])


def findings(kind, library, beside, without):
    own = list(symbols(library, without))
    defined = {name for letter, name in own if letter not in "Uwv"}
    for other in beside:
        defined |= {name for letter, name in symbols(other) if letter not in "Uwv"}
    for letter, name in own:
        if letter not in "Uwv":
            if any(re.search(pattern, name) for pattern in BY_ADDRESS):
                yield f"an order by address: {name[:120]}"
        elif name not in defined and not any(re.match(a, name) for a in LISTS[kind]):
            yield f"calls {name}"
    for name in variables(library, without):
        if any(re.match(pattern, name) for pattern in KEPT.get(kind, [])):
            continue
        yield f"keeps the variable {name}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("list", choices=LISTS)
    parser.add_argument("library")
    parser.add_argument("--beside", nargs="*", default=[])
    parser.add_argument("--without", nargs="*", default=[])
    options = parser.parse_args()
    found = sorted(set(findings(options.list, options.library, options.beside, options.without)))
    for line in found:
        print(f"{options.library}: {line}")
    sys.exit(1 if found else 0)
