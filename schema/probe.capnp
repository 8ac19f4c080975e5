@0x9f48f0e83974b638;
# A measurement of the engine itself.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("engine::wire");

struct ProbeEvent {
  union {
    unset @0 :Void;                  # Refused.
    probed @1 :Probed;
    attesterSet @2 :AttesterSet;
    attested @3 :Attested;
  }
}

struct Probed {
  id @0 :Data;                       # 32 bytes.
  account @1 :UInt64;
  amount @2 :UInt64;                 # No unit: moves no money.
}

struct AttesterSet {
  account @0 :UInt64;
  key @1 :Data;                      # 32 bytes, x-only.
}

struct Attested {
  id @0 :Data;                       # 32 bytes.
  account @1 :UInt64;
  amount @2 :UInt64;
  signature @3 :Data;                # 64 bytes.
}

struct ProbeGenesis {
  enabled @0 :Bool;
}
