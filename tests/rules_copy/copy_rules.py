#!/usr/bin/env python3
"""Copies headers of the rules and changes rows in the copy, as a later version might.

    copy_rules.py KIND SOURCE OUT

KIND appended: members with defaults at the end of rows, as later versions may.
KIND nested:   a member at the end of a row that stands in another row.
KIND middle:   a member in the middle of a row.
KIND default:  another default of a row's last member.
"""

import pathlib
import re
import sys

PEG = "engine/domain/peg/state.hpp"
BITCOIN = "engine/domain/bitcoin/state.hpp"


class Row:
    """A struct of a header, to be changed in place."""

    def __init__(self, headers, header, name):
        self.headers, self.header = headers, header
        found = re.search(rf"^struct {name}\n{{\n.*?^}};$", headers[header], re.M | re.S)
        if not found:
            sys.exit(f"copy_rules: {header} has no row {name}")
        self.text = found.group(0)

    def replace(self, pattern, by):
        text, count = re.subn(pattern, by, self.text, count=1, flags=re.S)
        if count != 1:
            sys.exit(f"copy_rules: {self.header}: nothing matches {pattern}")
        self.headers[self.header] = self.headers[self.header].replace(self.text, text)
        self.text = text
        return self

    def declare(self, member):
        return self.replace(r"\n    static constexpr auto describe", f"    {member}\n\\g<0>")

    def describe_last(self, field):
        return self.replace(r"\)\);", f"), {field});")


def append(headers, header, row, member, name):
    Row(headers, header, row).declare(member).describe_last(f'field("{name}", &{row}::{name})')


def appended(headers):
    append(headers, PEG, "Deposit", "std::string later_note;", "later_note")
    append(headers, PEG, "SpentUtxo", "std::uint32_t later_label = 7;", "later_label")
    append(headers, PEG, "Totals", "std::optional<std::uint64_t> later_sum;", "later_sum")
    append(headers, BITCOIN, "KnownHeader", "std::uint64_t later_weight = 0;", "later_weight")
    append(headers, BITCOIN, "Tip", "bool later_mark = false;", "later_mark")


def nested(headers):
    append(headers, PEG, "Utxo", "std::uint32_t later_label = 7;", "later_label")


def middle(headers):
    Row(headers, PEG, "Deposit").declare("std::string later_note;").replace(
        r'field\("amount"', 'field("later_note", &D::later_note), field("amount"')


def default(headers):
    Row(headers, PEG, "Parameters").replace(
        "bool allow_list_only = false;", "bool allow_list_only = true;")


def main():
    kind, source, out = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    headers = {name: (source / name).read_text() for name in (PEG, BITCOIN)}
    before = dict(headers)
    {"appended": appended, "nested": nested, "middle": middle, "default": default}[kind](headers)
    for name, text in headers.items():
        if text == before[name]:
            continue  # What is not changed is taken from the source.
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


main()
