@0x8fdfe03777958616;
# What becomes of effects.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("engine::wire");

struct OutboxEvent {
  union {
    unset @0 :Void;                  # Refused.
    effectTaken @1 :EffectTaken;
    effectSettled @2 :EffectSettled;
    effectFailed @3 :EffectFailed;
    effectRetried @4 :Data;          # 32 bytes: id of the effect.
    haltLifted @5 :Void;             # Ends the halt after a reorganisation below the window.
    haltOrdered @6 :Void;
    haltRevoked @7 :Void;            # Ends an ordered halt.
  }
}

struct EffectTaken {
  id @0 :Data;                       # 32 bytes.
  attempt @1 :UInt32;                # From 1, without gaps.
  bytes @2 :Data;                    # What goes outside, or the id under which it is found there.
}

struct EffectSettled {
  id @0 :Data;                       # 32 bytes.
  evidence @1 :Data;                 # What the outside answered.
}

struct EffectFailed {
  id @0 :Data;                       # 32 bytes.
  attempt @1 :UInt32;
  reason @2 :Text;                   # At most 1,024 bytes.
  park @3 :Bool;                     # No further attempt without an operator.
}
