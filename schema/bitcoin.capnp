@0x8f3407990a10f4a9;
# What is seen of the Bitcoin chain. Hashes are in internal byte order.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("engine::wire");

struct BitcoinEvent {
  union {
    unset @0 :Void;                  # Refused.
    headerSeen @1 :Data;             # 80 bytes: a block header as it stands in the chain.
    transactionSeen @2 :TransactionSeen;
    blockScanned @3 :BlockScanned;
  }
}

struct TransactionSeen {
  header @0 :Data;                   # 80 bytes.
  index @1 :UInt32;                  # Of the transaction in the block.
  branch @2 :Data;                   # 32 bytes a level from the leaf up, at most 32 levels.
  coinbase @3 :Data;                 # The block's first transaction, without its witness.
  coinbaseBranch @4 :Data;           # As branch.
  transaction @5 :Data;              # With its witness. With the coinbase, at most 4,000,000 bytes.
}

struct BlockScanned {
  block @0 :Data;                    # 32 bytes: hash of the block.
  watchVersion @1 :UInt32;
}

struct BitcoinGenesis {
  network @0 :Network;
  anchor @1 :ChainAnchor;
  window @2 :UInt32;                 # Blocks below the tip.
}

enum Network {
  mainnet @0;
  testnet4 @1;
  signet @2;
  regtest @3;
}

struct ChainAnchor {
  # Where the header chain of a log begins.
  header @0 :Data;                   # 80 bytes.
  height @1 :UInt32;                 # Of the Bitcoin chain.
  work @2 :Data;                     # 32 bytes, big endian: up to and including the anchor.
  periodStart @3 :UInt32;            # Seconds since 1970: first block of the difficulty period.
  periodBits @4 :UInt32;             # Compact target of that block.
  lastTimes @5 :List(UInt32);        # Seconds since 1970, at most 11, the anchor's last.
}
