@0xce53357ac1c42eac;
# One event of the log: who wrote it, and what it says. Where and when it happened is not in it: the
# header of its block says so.
#
# What stands in the log is the canonical form of an Event: one segment without a segment table.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("engine::wire");

using Access = import "access.capnp";
using Bitcoin = import "bitcoin.capnp";
using Outbox = import "outbox.capnp";
using Peg = import "peg.capnp";
using Probe = import "probe.capnp";

struct Event {
  author :union {
    unset @0 :Void;                  # Refused: zeros never stand for an author.
    engine @1 :Void;                 # The sequencer's own process.
    command @2 :Command;
    observation @3 :Observation;
  }

  body :union {
    unset @4 :Void;                  # Refused.
    genesis @5 :Genesis;
    blockOpened @6 :Void;
    access @7 :Access.AccessEvent;
    bitcoin @8 :Bitcoin.BitcoinEvent;
    outbox @9 :Outbox.OutboxEvent;
    peg @10 :Peg.PegEvent;
    probe @11 :Probe.ProbeEvent;
  }
}

struct Command {
  # From a caller who gets an answer.
  key @0 :Data;                      # 32 bytes: BIP-340 public key.
  sequence @1 :UInt64;               # Greater than the key's last.
  expiry @2 :Int64;                  # Milliseconds since 1970, on the log's clock.
  signature @3 :Data;                # 64 bytes: BIP-340. Absent in the bytes that are signed.
}

struct Observation {
  # From a declared source.
  source @0 :UInt16;
  position @1 :UInt64;               # From 0, without gaps. 0 where content is identity.
  key @2 :Data;                      # 32 bytes, of a source that signs. Absent elsewhere.
  signature @3 :Data;                # 64 bytes, of a source that signs. Absent elsewhere.
}

struct Genesis {
  # Block 0 of every log. One part per module.
  random @0 :Data;                   # 32 bytes: no two logs have one id.
  time @1 :Int64;                    # Milliseconds since 1970: the log time of block 0.
  access @2 :Access.AccessGenesis;
  bitcoin @3 :Bitcoin.BitcoinGenesis;
  peg @4 :Peg.PegGenesis;
  probe @5 :Probe.ProbeGenesis;
}
