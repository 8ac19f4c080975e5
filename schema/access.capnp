@0x9de9c350ea510a68;
# Who may say what: operators, sources, the clock, the rules.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("engine::wire");

struct AccessEvent {
  union {
    unset @0 :Void;                        # Refused.
    sourceDeclared @1 :SourceDeclaration;
    operatorAdded @2 :Data;                # 32 bytes: BIP-340 public key.
    operatorRemoved @3 :Data;              # 32 bytes.
    clockJumpAllowed @4 :Int64;            # Milliseconds since 1970: up to this log time.
    rulesScheduled @5 :RulesActivation;
  }
}

struct AccessGenesis {
  sequencer @0 :Data;                      # 32 bytes: BIP-340 public key.
  operators @1 :Data;                      # 32 bytes each, at most 64.
  sources @2 :List(SourceDeclaration);     # At most 64.
  rules @3 :List(RulesActivation);         # At most 64, ascending. The first is at height 0.
  clockJumpMaxMs @4 :Int64;                # Milliseconds.
}

struct SourceDeclaration {
  id @0 :UInt16;
  name @1 :Text;                           # At most 64 bytes.
  proof @2 :SourceProof;
  key @3 :Data;                            # 32 bytes where proof is key. Absent elsewhere.
  eventsPerSecond @4 :UInt32;              # Of log time.
  bytesPerSecond @5 :UInt32;               # Of log time.
}

enum SourceProof {
  bitcoin @0;                              # Each carries its proof of work and Merkle branch.
  key @1;                                  # Each is signed with the source's key.
  none @2;                                 # Taken as told. Only genesis can declare one.
}

struct RulesActivation {
  version @0 :UInt32;
  height @1 :UInt64;                       # Of the log.
}
