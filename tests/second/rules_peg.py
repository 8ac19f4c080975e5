"""Peg-ins and the wallet. Tables 0x03xx. Sums, lists of who waits and deadlines are worked out from
the deposits, the wallet's outputs and the allow-list whenever somebody asks."""
import btc
import peg_in
import rules_outbox
from rows import OutPoint, Present, b32, flag, i64, record, sized, u16, u32, u64, u8
from rows import rest as key_rest
from rules_access import refuse_if

OWNER = 3
DEADLINES_PER_BLOCK = FORGOTTEN_PER_BLOCK = 256
MINIMUM_SINCE = 2                       # Rules version.
ALLOWED = 0x0308
WAITING, CREDITED, IGNORED, SHORTFALL = range(4)
NO_PAYMENT, FOREIGN_WALLET, NO_AMOUNT, BELOW_MINIMUM, NOT_ALLOWED, OVERFLOW = range(0x316, 0x31c)
SPENDS_WALLET = 0x31d
DECIDED_FOR_GOOD = BELOW_MINIMUM, NOT_ALLOWED, OVERFLOW

Principal = peg_in.Principal
Parameters = record("Parameters", wallet_script=sized, confirmations=u32, minimum=u64, allow_list_only=flag)
Totals = record("Totals", minted=u64, confirmed=u64, shortfall=u64, utxo_value=u64, utxo_count=u64, ignored=u64,
                wrong_network=u64)
Deposit = record("Deposit", state=u8, reason=u16, height=u32, block=b32, amount=u64, recipient=Principal,
                 effect=b32)
WaitingKey = record("WaitingKey", height=u32, outpoint=OutPoint)
Utxo = record("Utxo", value=u64, height=u32, block=b32)
SpentUtxo = record("SpentUtxo", utxo=Utxo, spent_at=u32)
Allowance = record("Allowance", until=i64)
Mint = record("Mint", deposit=OutPoint, recipient=Principal, amount=u64)
DeadlineKey = record("DeadlineKey", time=i64, table=u16, key=key_rest)


class Peg:
    def __init__(self, genesis, bitcoin, outbox):
        self.parameters = Parameters(genesis["wallet_script"], genesis["confirmations"], genesis["minimum"],
                                     bool(genesis["allow_list_only"]))
        self.bitcoin, self.outbox = bitcoin, outbox
        self.deposits = {}      # OutPoint -> Deposit
        self.wallet = {}        # OutPoint -> (Utxo, height at which it is spent, or None)
        self.allowed = {}       # Principal -> until
        if self.parameters.wallet_script:
            bitcoin.watch(OWNER, 0, self.parameters.wallet_script)
            for prefix in peg_in.prefixes():
                bitcoin.watch(OWNER, 1, prefix)

    def minted(self):
        return sum(d.amount for d in self.deposits.values() if d.state in (CREDITED, SHORTFALL))

    def totals(self):
        deposits, unspent = self.deposits.values(), [u for u, spent in self.wallet.values() if spent is None]
        confirmed = sum(d.amount for d in deposits if d.state == CREDITED)
        ignored = [d for d in deposits if d.state == IGNORED]
        return Totals(self.minted(), confirmed, self.minted() - confirmed,
                      sum(u.value for u in unspent) % 2**64, len(unspent), len(ignored),
                      sum(d.reason == peg_in.WRONG_NETWORK for d in ignored))

    def rows(self):
        yield 0x0301, b"", self.parameters
        yield 0x0302, b"", self.totals()
        for outpoint, row in self.deposits.items():
            yield 0x0303, OutPoint.encode(outpoint), row
            if row.state == SHORTFALL:
                yield 0x0309, OutPoint.encode(outpoint), Present()
        for key in self.waiting():
            yield 0x0304, WaitingKey.encode(key), Present()
        for outpoint, (utxo, spent_at) in self.wallet.items():
            if spent_at is None:
                yield 0x0305, OutPoint.encode(outpoint), utxo
            else:
                yield 0x0306, OutPoint.encode(outpoint), SpentUtxo(utxo, spent_at)
                yield 0x0307, WaitingKey.encode((spent_at, outpoint)), Present()
        for recipient, until in self.allowed.items():
            yield ALLOWED, Principal.encode(recipient), Allowance(until)
            if until:
                yield 0x0001, DeadlineKey.encode((until, ALLOWED, Principal.encode(recipient))), Present()

    def waiting(self):
        """Who may be decided, in the order of the chain."""
        return sorted((d.height, outpoint) for outpoint, d in self.deposits.items() if d.block != bytes(32)
                      and (d.state == WAITING or d.state == SHORTFALL and d.reason == 0))

    # The allow-list.

    def recipient_allowed(self, at, event):
        recipient = Principal(**event["recipient"])
        refuse_if(peg_in.fault_of(recipient, self.bitcoin.network), 0x0301)
        refuse_if(event["until"] != 0 and event["until"] <= at.time, 0x0302)
        self.allowed[recipient] = event["until"]

    def recipient_removed(self, at, event):
        until = self.allowed.get(Principal(**event))
        refuse_if(until is None or until != 0 and until <= at.time, 0x0303)
        del self.allowed[Principal(**event)]

    def block_opened(self, at):
        """Takes the deadlines that are due: an allowance is over."""
        due = sorted((until, Principal.encode(who), who) for who, until in self.allowed.items()
                     if until != 0 and until <= at.time)
        for _, _, who in due[:DEADLINES_PER_BLOCK]:
            del self.allowed[who]

    def may_receive(self, at, recipient):
        until = self.allowed.get(recipient)
        return not self.parameters.allow_list_only or until == 0 or until is not None and at.time < until

    # The chain.

    def on_chain(self, at, change):
        if change.kind == "block_connected":
            self._forget_spent()
        if change.kind == "block_disconnected" and change.height == self.bitcoin.tip.height + 1:
            self._revisit_young()
        if change.transaction:
            transaction = btc.read_transaction(change.transaction.bytes)
            moved = self._follow_wallet(transaction)
            self._follow_deposit(transaction)
            for outpoint in moved:
                self._judge_spenders(outpoint)
        if change.kind in ("block_connected", "transaction_connected", "block_scanned"):
            self._decide_due(at)

    # The wallet.

    def _follow_wallet(self, transaction):
        """Brings outputs in line with the chain; gives those that the wallet had not and has, or the reverse."""
        outputs = [(OutPoint(transaction.txid, i), o.value) for i, o in enumerate(transaction.outputs)
                   if o.script == self.parameters.wallet_script]
        inputs = [(OutPoint(*i), None) for i in transaction.inputs]
        moved = []
        for outpoint, value in outputs + inputs:
            known, row = self.wallet.pop(outpoint, None), None
            row = self._output_now(outpoint, known, value)
            if row:
                self.wallet[outpoint] = row
            if (known is None) != (row is None):
                moved.append(outpoint)
        return moved

    def _output_now(self, outpoint, known, value):
        kept_from = self.bitcoin.tip.kept_from
        if known and known[1] is not None and known[1] < kept_from:
            return known                                    # No reorganisation gives it back.
        utxo = known[0] if known else Utxo(value or 0)
        if not (known and utxo.height < kept_from):         # Else its transaction is forgotten, and stays.
            place = self.bitcoin.place_of(outpoint.txid)
            if place is None or known is None and value is None:
                return None
            utxo = Utxo(utxo.value, place.height, place.block)
        spenders = self.bitcoin.spenders_of(outpoint)
        return utxo, spenders[0][0].height if spenders else None

    def _forget_spent(self):
        old = sorted((spent_at, outpoint) for outpoint, (_, spent_at) in self.wallet.items()
                     if spent_at is not None and spent_at < self.bitcoin.tip.kept_from)
        for _, outpoint in old[:FORGOTTEN_PER_BLOCK]:
            del self.wallet[outpoint]

    # Deposits.

    def _is_final(self, row):
        return row.block != bytes(32) and row.height < self.bitcoin.tip.kept_from

    def _is_confirmed(self, block):
        return (self.bitcoin.confirmations(block) >= self.parameters.confirmations
                and self.bitcoin.scan_is_complete(block))

    def _follow_deposit(self, transaction):
        outpoint = OutPoint(transaction.txid, 1)
        try:
            recipient, reason = transaction.outputs and peg_in.recipient_of(
                transaction.outputs[0].script, self.bitcoin.network), 0
        except peg_in.NotHonoured as fault:
            recipient, reason = Principal(), fault.code
        known = self.deposits.get(outpoint)
        if not recipient or known and self._is_final(known):
            return
        place = self.bitcoin.place_of(transaction.txid)
        if place and not known:
            self._move(outpoint, self._read(transaction, recipient, reason), place, transaction)
        elif place and known.block != place.block:
            self._move(outpoint, known, place, transaction)
        elif known and not place:
            self._take_off(outpoint, known)

    def _read(self, transaction, recipient, reason):
        """What the transaction alone says."""
        payment = transaction.outputs[1] if len(transaction.outputs) > 1 else None
        if not reason and payment is None:
            reason = NO_PAYMENT
        elif not reason and payment.script != self.parameters.wallet_script:
            reason = FOREIGN_WALLET
        elif not reason and payment.value == 0:
            reason = NO_AMOUNT
        return Deposit(IGNORED if reason else WAITING, reason, amount=payment.value if payment else 0,
                       recipient=recipient)

    def _move(self, outpoint, row, place, transaction):
        row = row._replace(height=place.height, block=place.block)
        if (row.state == CREDITED or row.reason in DECIDED_FOR_GOOD) and not self._is_confirmed(place.block):
            row = self._reopened(row)
        self.deposits[outpoint] = self._judged(row, transaction)

    def _take_off(self, outpoint, row):
        if row.state != SHORTFALL:
            row = self._reopened(row)
        self.deposits[outpoint] = row._replace(reason=0, height=0, block=bytes(32))
        if row.state != SHORTFALL:
            del self.deposits[outpoint]

    def _reopened(self, row):
        """What was decided is taken back; what has gone outside can't be."""
        if row.state != CREDITED:
            return row._replace(state=WAITING, reason=0)
        if self.outbox.can_withdraw(row.effect):
            self.outbox.withdraw(row.effect)
            return row._replace(state=WAITING, reason=0, effect=bytes(32))
        return row._replace(state=SHORTFALL, reason=0)

    def _judged(self, row, transaction):
        """The wallet's own money, paid to itself, is no deposit."""
        was_own = row.reason == SPENDS_WALLET
        is_own = any(OutPoint(*i) in self.wallet for i in transaction.inputs)
        is_void = row.state == IGNORED and row.reason != SPENDS_WALLET and row.reason not in DECIDED_FOR_GOOD
        if is_own == was_own or is_void:
            return row
        if was_own:
            return row._replace(reason=0, state=WAITING if row.state == IGNORED else row.state)
        if row.state != SHORTFALL:
            row = self._reopened(row)
        return row._replace(reason=SPENDS_WALLET, state=IGNORED if row.state == WAITING else row.state)

    def _judge_spenders(self, output):
        for place, spender in self.bitcoin.spenders_of(output):
            outpoint = OutPoint(spender.txid, 1)
            row = self.deposits.get(outpoint)
            if row and row.block == place.block and not self._is_final(row):
                self.deposits[outpoint] = self._judged(row, btc.read_transaction(spender.bytes))

    def _decide_due(self, at):
        deepest = self.bitcoin.tip.height + 1 - self.parameters.confirmations
        for height, outpoint in self.waiting():
            if height <= deepest and self._is_confirmed(self.deposits[outpoint].block):
                self._decide(at, outpoint, self.deposits[outpoint])

    def _decide(self, at, outpoint, row):
        if row.state == WAITING:
            reason = (at.rules >= MINIMUM_SINCE and row.amount < self.parameters.minimum and BELOW_MINIMUM
                      or not self.may_receive(at, row.recipient) and NOT_ALLOWED
                      or self.minted() + row.amount >= 2**64 and OVERFLOW)
            if reason:
                self.deposits[outpoint] = row._replace(state=IGNORED, reason=reason)
                return
            mint = Mint.encode((outpoint, row.recipient, row.amount))
            row = row._replace(effect=self.outbox.open(at, rules_outbox.MINT, mint))
        self.deposits[outpoint] = row._replace(state=CREDITED)

    def _revisit_young(self):
        """A lower tip has made some of them too young."""
        youngest = self.bitcoin.tip.height + 2 - self.parameters.confirmations
        for place, transaction in sorted(self.bitcoin.transactions.items()):
            row = self.deposits.get(OutPoint(transaction.txid, 1))
            if place.height >= youngest and row and row.block == place.block and (
                    row.state == CREDITED or row.reason in DECIDED_FOR_GOOD):
                self.deposits[OutPoint(transaction.txid, 1)] = self._reopened(row)

    def on_effect(self, effect):
        """A mint that failed is not tried again for a shortfall."""
        for outpoint, row in list(self.deposits.items()):
            if row.effect != effect or row.state != SHORTFALL or not self.outbox.can_withdraw(effect):
                continue
            self.outbox.withdraw(effect)
            self.deposits[outpoint] = row._replace(
                effect=bytes(32), state=IGNORED if row.reason else WAITING)
            if row.block == bytes(32):
                del self.deposits[outpoint]
