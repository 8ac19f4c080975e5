"""Measurements. Tables 0x05xx. The accounts and the sum are added up from the probes that counted."""
import bip340
from hashes import tagged
from rows import Present, b32, flag, record, u64
from rules_access import refuse_if

Totals = record("Totals", enabled=flag, count=u64, amount=u64)
Account = record("Account", count=u64, amount=u64)
Attester = record("Attester", key=b32)


class Probe:
    def __init__(self, genesis):
        self.enabled = bool(genesis["enabled"])
        self.seen = {}             # id -> (account, amount)
        self.attesters = {}
        self.sum = 0

    def rows(self):
        accounts = {}
        for account, amount in self.seen.values():
            accounts.setdefault(account, []).append(amount)
        if self.enabled:
            yield 0x0501, b"", Totals(True, len(self.seen), sum(sum(a) for a in accounts.values()))
        for account, amounts in accounts.items():
            yield 0x0502, u64.encode(account), Account(len(amounts), sum(amounts))
        for key in self.seen:
            yield 0x0503, key, Present()
        for account, key in self.attesters.items():
            yield 0x0504, u64.encode(account), Attester(key)

    def probed(self, at, event):
        refuse_if(not self.enabled, 0x0501)
        refuse_if(event["id"] in self.seen, 0x0502)
        refuse_if(self.sum + event["amount"] >= 2**64, 0x0503)
        self.seen[event["id"]] = event["account"], event["amount"]
        self.sum += event["amount"]

    def attester_set(self, at, event):
        refuse_if(not self.enabled, 0x0501)
        self.attesters[event["account"]] = event["key"]

    def attested(self, at, event):
        refuse_if(event["account"] not in self.attesters, 0x0504)
        message = event["id"] + u64.encode(event["account"]) + u64.encode(event["amount"])
        refuse_if(not bip340.verify(self.attesters[event["account"]], tagged("refold/probe", message),
                                    event["signature"]), 0x0505)
        self.probed(at, event)
