"""Who may say what. Tables 0x01xx."""
from rows import EventPlace, b32, flag, i64, record, text, u8, u16, u32, u64

BITCOIN, KEY, NONE = range(3)          # How a source is believed.
NEWEST_RULES = 2
EXPIRY_MAX_MS = 600_000

Parameters = record("Parameters", sequencer=b32, clock_jump_max_ms=i64, clock_jump_until=i64, operators=u32)
Operator = record("Operator", sequence=u64, last=b32, place=EventPlace, active=flag)
Declaration = record("Declaration", id=u16, name=text, proof=u8, key=b32, events_per_second=u32,
                     bytes_per_second=u32)
Source = record("Source", declaration=Declaration, next_position=u64, second=i64, events=u32, bytes=u32)
Rules = record("Rules", version=u32)


class Reject(Exception):
    """The rules say no, with the code that stands in the log."""

    def __init__(self, code):
        super().__init__(f"{code:#06x}")
        self.code = code


class StaysOutside(Exception):
    """What never enters the log: a duplicate, a gap, an event over its source's rate."""


def refuse_if(wrong, code):
    if wrong:
        raise Reject(code)


class Access:
    def __init__(self, genesis):
        self.sequencer, self.clock_jump_max_ms = genesis["sequencer"], genesis["clock_jump_max_ms"]
        self.clock_jump_until = 0
        self.operators = {key: Operator(active=True) for key in genesis["operators"]}
        self.sources = {s["id"]: Source(Declaration(**s)) for s in genesis["sources"]}
        self.rules = {r["height"]: r["version"] for r in genesis["rules"]}

    def rows(self):
        active = sum(o.active for o in self.operators.values())
        yield 0x0101, b"", Parameters(self.sequencer, self.clock_jump_max_ms, self.clock_jump_until, active)
        for key, row in self.operators.items():
            yield 0x0102, key, row
        for number, row in self.sources.items():
            yield 0x0103, u16.encode(number), row
        for height, version in self.rules.items():
            yield 0x0104, u64.encode(height), Rules(version)

    def rules_at(self, height):
        return max((h, v) for h, v in self.rules.items() if h <= height)[1]

    # Authors.

    def admit_command(self, at, allowed, who):
        refuse_if("operators" not in allowed, 0x0101)
        key = self.operators.get(who["key"])
        refuse_if(key is None, 0x0102)
        if key.last == at.event_hash:
            raise StaysOutside("duplicate")
        refuse_if(not key.active, 0x0102)
        refuse_if(who["sequence"] <= key.sequence, 0x0103)
        refuse_if(who["expiry"] < at.time, 0x0104)
        refuse_if(who["expiry"] > at.time + EXPIRY_MAX_MS, 0x0105)

    def record_command(self, at, who):
        self.operators[who["key"]] = self.operators[who["key"]]._replace(
            sequence=who["sequence"], last=at.event_hash, place=at.place)

    def _source_now(self, at, number):
        """The source, with the counts of this second of log time."""
        row = self.sources[number]
        return row if row.second == at.time // 1000 else row._replace(second=at.time // 1000, events=0, bytes=0)

    def admit_observation(self, at, allowed, who):
        refuse_if(who["source"] not in self.sources, 0x0106)
        row = self._source_now(at, who["source"])
        limits = row.declaration
        refuse_if(("bitcoin" if limits.proof == BITCOIN else "sources") not in allowed, 0x0101)
        refuse_if(who["key"] != limits.key, 0x0107)
        if limits.proof != BITCOIN and who["position"] != row.next_position:
            raise StaysOutside("duplicate" if who["position"] < row.next_position else "gap")
        if row.events >= limits.events_per_second or (
                row.events and row.bytes + at.size > limits.bytes_per_second):
            raise StaysOutside("over-rate")

    def record_observation(self, at, who):
        row = self._source_now(at, who["source"])
        moves = row.declaration.proof != BITCOIN
        self.sources[who["source"]] = row._replace(
            events=min(row.events + 1, 2**32 - 1), bytes=min(row.bytes + at.size, 2**32 - 1),
            next_position=row.next_position + moves)

    # Events.

    def source_declared(self, at, event):
        refuse_if(0 in (event["events_per_second"], event["bytes_per_second"]), 0x010a)
        refuse_if((event["key"] != bytes(32)) != (event["proof"] == KEY), 0x0114)
        refuse_if(event["proof"] == NONE, 0x0109)
        refuse_if(event["id"] in self.sources, 0x0108)
        self.sources[event["id"]] = Source(Declaration(**event))

    def operator_added(self, at, key):
        row = self.operators.get(key, Operator())
        refuse_if(key == bytes(32), 0x0114)
        refuse_if(row.active, 0x010b)
        self.operators[key] = row._replace(active=True)

    def operator_removed(self, at, key):
        row = self.operators.get(key, Operator())
        refuse_if(not row.active, 0x010c)
        refuse_if(sum(o.active for o in self.operators.values()) == 1, 0x010d)
        self.operators[key] = row._replace(active=False)

    def clock_jump_allowed(self, at, until):
        refuse_if(until <= at.time, 0x010e)
        self.clock_jump_until = until

    def rules_scheduled(self, at, event):
        height, version = max(self.rules.items())
        refuse_if(event["version"] > NEWEST_RULES, 0x0111)
        refuse_if(event["height"] <= at.place.height, 0x010f)
        refuse_if(event["version"] != version + 1 or event["height"] <= height, 0x0110)
        self.rules[event["height"]] = event["version"]
