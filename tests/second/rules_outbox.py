"""What becomes of effects. Tables 0x04xx. The counts and the list of open effects are worked out
from the effects themselves whenever somebody asks."""
from hashes import tagged
from rows import EventPlace, b32, flag, record, sized, text, u8, u16, u32, u64
from rules_access import StaysOutside, refuse_if

MINT = 1
PENDING, TAKEN, SETTLED, WITHDRAWN, PARKED = range(5)

Effect = record("Effect", kind=u16, state=u8, opened=EventPlace, ordinal=u32, attempt=u32, payload=sized,
                taken=sized, evidence=sized, reason=text)
OpenKey = record("OpenKey", opened=EventPlace, ordinal=u32, id=b32)
Totals = record("Totals", pending=u64, taken=u64, settled=u64, withdrawn=u64, parked=u64, halted=flag,
                halt_ordered=flag)
Present = record("Present")


class Outbox:
    def __init__(self):
        self.effects = {}
        self.halted = self.halt_ordered = False
        self.was_used = False           # The row of totals comes with the first effect or halt, and stays.

    def rows(self):
        counts = [sum(e.state == state for e in self.effects.values()) for state in range(5)]
        if self.was_used:
            yield 0x0401, b"", Totals(*counts, self.halted, self.halt_ordered)
        for key, row in self.effects.items():
            yield 0x0402, key, row
            if row.state in (PENDING, TAKEN):
                yield 0x0403, OpenKey(row.opened, row.ordinal, key).encode(
                    (row.opened, row.ordinal, key)), Present()

    # For other modules.

    def open(self, at, kind, payload):
        ordinal = at.effects
        at.effects += 1
        key = tagged("refold/effect", at.genesis + EventPlace.encode(at.place) + u32.encode(ordinal))
        self.effects[key] = Effect(kind=kind, opened=at.place, ordinal=ordinal, payload=payload)
        self.was_used = True
        return key

    def can_withdraw(self, key):
        return key in self.effects and self.effects[key].state in (PENDING, PARKED)

    def withdraw(self, key):
        self.effects[key] = self.effects[key]._replace(state=WITHDRAWN)

    def halt(self):
        self.halted = self.was_used = True

    # Events.

    def _effect(self, event):
        refuse_if(event["id"] not in self.effects, 0x0401)
        return self.effects[event["id"]]

    def effect_taken(self, at, event):
        row = self._effect(event)
        refuse_if(row.state != PENDING, 0x0402)
        refuse_if(event["attempt"] != row.attempt + 1, 0x0403)
        refuse_if(not event["bytes"], 0x0408)
        refuse_if(row.kind == MINT and (self.halted or self.halt_ordered), 0x0406)
        self.effects[event["id"]] = row._replace(state=TAKEN, attempt=event["attempt"], taken=event["bytes"])

    def effect_settled(self, at, event):
        row = self._effect(event)
        if row.state == SETTLED:
            raise StaysOutside("duplicate")
        refuse_if(row.state != TAKEN, 0x0404)
        self.effects[event["id"]] = row._replace(state=SETTLED, evidence=event["evidence"])

    def effect_failed(self, at, event):
        row = self._effect(event)
        refuse_if(row.state != TAKEN, 0x0404)
        refuse_if(event["attempt"] != row.attempt, 0x0403)
        self.effects[event["id"]] = row._replace(state=PARKED if event["park"] else PENDING,
                                                 reason=event["reason"])

    def effect_retried(self, at, event):
        row = self._effect(event)
        refuse_if(row.state != PARKED, 0x0405)
        self.effects[event["id"]] = row._replace(state=PENDING)

    def halt_lifted(self, at, event):
        refuse_if(not self.halted, 0x0407)
        self.halted = False

    def halt_ordered_now(self, at, event):
        refuse_if(self.halt_ordered, 0x0409)
        self.halt_ordered = self.was_used = True

    def halt_revoked(self, at, event):
        refuse_if(not self.halt_ordered, 0x040a)
        self.halt_ordered = False
