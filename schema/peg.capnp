@0xb26f4bb3553ce54e;
# Peg-ins: who may receive, and what is asked of a deposit.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("engine::wire");

struct PegEvent {
  union {
    unset @0 :Void;                  # Refused.
    recipientAllowed @1 :RecipientAllowed;
    recipientRemoved @2 :Principal;
  }
}

struct RecipientAllowed {
  recipient @0 :Principal;
  until @1 :Int64;                   # Milliseconds since 1970, on the log's clock. 0: for ever.
}

struct Principal {
  # A Stacks principal (SIP-005).
  version @0 :UInt8;                 # c32 address version, 0 to 31.
  hash @1 :Data;                     # 20 bytes.
  contract @2 :Text;                 # At most 40 bytes. Absent: a standard principal.
}

struct PegGenesis {
  walletScript @0 :Data;             # scriptPubKey, at most 10,000 bytes.
  confirmations @1 :UInt32;          # Blocks: tip - height + 1.
  minimum @2 :UInt64;                # Satoshis.
  allowListOnly @3 :Bool;
}
