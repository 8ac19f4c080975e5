#pragma once

#include "engine/runtime/config/error.hpp"

/// Every error that a program of the engine ends with, by number. A new one is one line here and
/// one in the list at the end; a test checks order, form and that each says what to do.
///
///   RF-01xx  configuration        RF-04xx  a running node, asked by a command
///   RF-02xx  command line         RF-05xx  Bitcoin
///   RF-03xx  data directory, log  RF-06xx  derived state, replay, verification
///   RF-07xx  findings of a running node, in `engine status`: they end nothing
namespace engine::errors
{
// clang-format off
inline constexpr ErrorKind kBadToml{"RF-0101", "the configuration is not TOML", kExitConfiguration,
    "The file could not be read as TOML 1.0, so no key of it can be trusted.",
    "correct the line; `engine config default` shows the form of every key"};
inline constexpr ErrorKind kNoConfigFile{"RF-0102", "the configuration file can't be read", kExitConfiguration,
    "A file that was named must be there: running on defaults instead would hide the mistake.",
    "check the path and its permissions, or leave --config out to run on defaults"};
inline constexpr ErrorKind kSecondConfigFile{"RF-0103", "two configuration files", kExitConfiguration,
    "Only one file is ever read. A second one that is silently ignored is how a setting gets lost.",
    "remove one of them, or move its settings into the other"};
inline constexpr ErrorKind kUnknownSection{"RF-0106", "unknown configuration section", kExitConfiguration,
    "A misspelt section would leave every default of the section in force.",
    "all sections and keys: engine config default"};
inline constexpr ErrorKind kUnknownKey{"RF-0107", "unknown configuration key", kExitConfiguration,
    "A misspelt key would leave the default in force without anybody noticing.",
    "all keys: engine config default"};
inline constexpr ErrorKind kBadType{"RF-0108", "a configuration value of the wrong type", kExitConfiguration,
    "Numbers stand without quotes, texts with them.",
    "write the value as `engine config default` shows it"};
inline constexpr ErrorKind kBadValue{"RF-0109", "a configuration value out of range", kExitConfiguration,
    "Every key has a unit and a range; a value outside is never clipped or ignored.",
    "choose a value in the range"};
inline constexpr ErrorKind kEmptyValue{"RF-0110", "an empty configuration value", kExitConfiguration,
    "Empty is never taken for `default`, `off` or 0.",
    "remove the key to get the default, or give it a value"};
inline constexpr ErrorKind kSecretInPlace{"RF-0111", "a secret in the configuration", kExitConfiguration,
    "Flags and environments are seen by other processes, and configuration files are copied and "
    "shown. Secrets come from a file with mode 0600, a file descriptor or a terminal.",
    "put the secret into a file of its own (chmod 600) and name that file"};
inline constexpr ErrorKind kContradiction{"RF-0112", "two settings contradict each other", kExitConfiguration,
    "Only one of them could take effect, and which one would be a guess.",
    "remove one of the two"};
inline constexpr ErrorKind kMissingValue{"RF-0113", "a setting is missing", kExitConfiguration,
    "Another setting, or the command, needs it.",
    "set it in the file, the environment or by a flag"};
inline constexpr ErrorKind kNotLoopback{"RF-0114", "the HTTP server would be open to other machines", kExitConfiguration,
    "What goes over a network can be read and changed on its way. Away from this machine the server "
    "speaks TLS, and lets in who shows a token or a client certificate.",
    "set http.tls_certificate and http.tls_key and make tokens with `engine token add`; or listen on "
    "127.0.0.1:PORT or [::1]:PORT"};
inline constexpr ErrorKind kSecretFileOpen{"RF-0115", "a secret file that others can read", kExitConfiguration,
    "Whoever can read the file can act as its owner. The mode is checked before the file is used.",
    "chmod 600 the file and make it belong to the user who runs the program"};
inline constexpr ErrorKind kBadSecretFile{"RF-0116", "a secret file that can't be used", kExitConfiguration,
    "The file must be there, be a plain file and hold exactly the secret.",
    "check the path; `engine init` makes key files"};

inline constexpr ErrorKind kBadTls{"RF-0121", "TLS can't be set up", kExitConfiguration,
    "Certificate, key and authority are PEM files; the key is that of the certificate and has no passphrase.",
    "check the files with `openssl x509 -in FILE -noout -text` and `openssl pkey -in FILE -noout -check`"};
inline constexpr ErrorKind kNobodyLetIn{"RF-0122", "nobody could be let in", kExitConfiguration,
    "The server answers only who shows a token or a client certificate, and there is neither a token "
    "nor an authority of client certificates.",
    "make a token with `engine token add NAME`, or set http.tls_client_ca"};
inline constexpr ErrorKind kBadTokens{"RF-0123", "the list of tokens can't be used", kExitConfiguration,
    "A list that is not whole could let in somebody whose token was revoked.",
    "correct or remove the line, or move the file away and make the tokens anew"};

inline constexpr ErrorKind kNoCommand{"RF-0201", "no such command", kExitUsage,
    "The first words of the command line name the command.",
    "all commands: engine help"};
inline constexpr ErrorKind kUnknownFlag{"RF-0202", "no such flag", kExitUsage,
    "Flags are never abbreviated or guessed: a script keeps its meaning.",
    "ask for --help"};
inline constexpr ErrorKind kBadFlag{"RF-0203", "a flag that can't be understood", kExitUsage,
    "The value is missing, too much, given twice or not of the form that --help shows.",
    "ask for --help"};
inline constexpr ErrorKind kFlagConflict{"RF-0204", "flags that exclude each other", kExitUsage,
    "Each of the two asks for something that the other one rules out.",
    "leave one of them out"};
inline constexpr ErrorKind kBadArguments{"RF-0205", "too many or too few arguments", kExitUsage,
    "The usage line shows what a command takes; [what stands in brackets] may be left out.",
    "ask for --help"};
inline constexpr ErrorKind kBadArgument{"RF-0206", "an argument that can't be understood", kExitUsage,
    "The argument is not of the form that --help shows.",
    "ask for --help"};

inline constexpr ErrorKind kDiskFailed{"RF-0301", "the disk said no", kExitNo,
    "The operating system refused to read or write a file.",
    "check the path, its owner and the room on the disk"};
inline constexpr ErrorKind kLogExists{"RF-0302", "there is a log already", kExitNo,
    "A log begins once. A second genesis would make every seal and signature of the first worthless.",
    "choose an empty data directory, or use the log that is there"};
inline constexpr ErrorKind kNoLog{"RF-0303", "there is no log", kExitNo,
    "Everything is derived from the log, so there is nothing to run, read or check.",
    "engine init --data DIR makes one; or name the right directory with --data"};
inline constexpr ErrorKind kOwned{"RF-0304", "another process has the data directory", kExitNo,
    "One process at a time writes a log. Readers (log, replay, verify-consistency) work beside it.",
    "stop that process first, or choose another data directory"};
inline constexpr ErrorKind kLogDamaged{"RF-0305", "the log is damaged", kExitNo,
    "Bytes are not what was written. Guessing would change what happened, so nothing is guessed.",
    "restore the log from a replica or a backup; keep the damaged files"};
inline constexpr ErrorKind kGenesisRefused{"RF-0306", "the genesis is refused", kExitNo,
    "The rules themselves refuse to begin with these parameters.",
    "correct the parameter that is named"};
inline constexpr ErrorKind kNoSuchHeight{"RF-0307", "no such height", kExitNo,
    "The log has not come that far.",
    "engine log shows the newest blocks"};
inline constexpr ErrorKind kUndecodable{"RF-0308", "an event of the log can't be decoded", kExitNo,
    "The bytes are intact and yet no event of this version.",
    "use a version of the program that is at least as new as the one that wrote the log"};
inline constexpr ErrorKind kKeyExists{"RF-0309", "a key file is there already", kExitNo,
    "A key is never overwritten: what it signed would have no key any more.",
    "choose another name, or move the old file away"};
inline constexpr ErrorKind kLogFailed{"RF-0310", "the log can't be used", kExitNo,
    "Reading or writing the log failed; what is in it stays as it is.",
    "do what the error of the log says"};
inline constexpr ErrorKind kNotRestored{"RF-0311", "the log is not marked as restored", kExitNo,
    "A declaration ends the mark that a restore has left. There is none, so nothing is declared.",
    "engine restored shows how the log stands; engine run goes on with it"};
inline constexpr ErrorKind kAnotherLog{"RF-0312", "it is another log", kExitNo,
    "The id of a log is the hash of its first block. This one is not the log that --genesis names.",
    "look at data.directory, and at the id that `engine init` has printed"};
inline constexpr ErrorKind kNewer{"RF-0313", "it was written by a later version", kExitNo,
    "A format or rules that this version doesn't have: what it made of them could be another state.",
    "use the version of the program that wrote it, or a later one"};
inline constexpr ErrorKind kNoBackup{"RF-0320", "there is no backup", kExitNo,
    "A backup is a directory with a manifest, which is written last: without it nothing is whole.",
    "name the right directory; `engine backup --to DIR` makes a backup"};
inline constexpr ErrorKind kBackupDamaged{"RF-0321", "the backup is damaged", kExitNo,
    "A file of it is not what its manifest says. A log that was restored from it would be another one.",
    "use another copy; `engine backup` into an empty directory makes a whole one"};
inline constexpr ErrorKind kAnotherBackup{"RF-0322", "a backup of another log", kExitNo,
    "One directory holds the copy of one log. Two in one place would overwrite each other.",
    "name another directory with --to, or the data directory of that log with --data"};
inline constexpr ErrorKind kBackupAhead{"RF-0323", "the backup has blocks that this log lacks", kExitNo,
    "The backup may be the only copy of them. Nothing is written over a longer or another history.",
    "keep that backup, find out why this log is behind it, and back up into another directory"};
inline constexpr ErrorKind kNotEmpty{"RF-0324", "the directory is not empty", kExitNo,
    "What is in it belongs to somebody, and nothing is ever written over.",
    "name an empty directory, or one that is not there yet"};

inline constexpr ErrorKind kNodeSilent{"RF-0401", "the node does not answer", kExitUnknown,
    "The command asks a running node over HTTP on loopback.",
    "start it with `engine run`, or name its address with --node URL"};
inline constexpr ErrorKind kNodeAnswer{"RF-0402", "the node gave an answer that makes no sense", kExitUnknown,
    "The address belongs to another program, or to another version of this one.",
    "check --node and the versions: engine --version"};
inline constexpr ErrorKind kRefused{"RF-0403", "refused", kExitNo,
    "The rules said no. Nothing was recorded.",
    "correct what the sentence names and submit again"};
inline constexpr ErrorKind kNotFound{"RF-0404", "not there", kExitNo,
    "There is no such table or row at that height.",
    "engine show lists the tables; engine show TABLE its rows"};
inline constexpr ErrorKind kNotReady{"RF-0405", "the node is not ready", kExitUnknown,
    "It is starting, stopping, or has no room.",
    "try again in a moment; engine status says what it waits for"};
inline constexpr ErrorKind kInvalidEvent{"RF-0406", "not an event", kExitNo,
    "The JSON or the bytes don't make an event of this version.",
    "engine log H.I --json shows events in the form that submit takes"};
inline constexpr ErrorKind kBadProof{"RF-0407", "the proof does not hold", kExitNo,
    "The hashes don't lead from the row to the sealed root.",
    "ask again; if it stays, run verify-consistency: the node contradicts its own seal"};
inline constexpr ErrorKind kNotReached{"RF-0408", "not so", kExitNo,
    "What was waited for has not come in the time that was given, or can't come any more.",
    "wait longer with --timeout, or see engine status"};

inline constexpr ErrorKind kUnclearProof{"RF-0409", "it can't be told whether the proof holds", kExitUnknown,
    "A proof is judged by a genesis id and a sequencer's key that are known from elsewhere, never by its own word.",
    "name them by --genesis and --sequencer, or a log at --data; give what the sentence says is missing"};

inline constexpr ErrorKind kUnknownCaller{"RF-0411", "the node does not know who asks", kExitNo,
    "It answers only who shows a token that it knows and whose time is not over, or a client certificate.",
    "name a file with a token by --token-file; `engine token add NAME` beside the node makes one"};
inline constexpr ErrorKind kNotAllowed{"RF-0412", "the token does not allow it", kExitNo,
    "A token has a role: read, submit (also hand in commands) or operate (also checkpoints).",
    "use a token with the role that the error names"};
inline constexpr ErrorKind kTokenNamed{"RF-0413", "a token of that name", kExitNo,
    "Names of tokens are unique, so that a log line and a revocation mean one of them.",
    "engine token list shows them"};

inline constexpr ErrorKind kBitcoinSilent{"RF-0501", "the Bitcoin node does not answer", kExitUnknown,
    "The command needs a block or a header of it.",
    "check bitcoin.rpc_url, and that bitcoind runs with -server"};
inline constexpr ErrorKind kBitcoinRefused{"RF-0502", "the Bitcoin node refused the request", kExitNo,
    "User, password, cookie or parameters are wrong.",
    "check bitcoin.cookie_file, or rpc_user and rpc_password_file"};
inline constexpr ErrorKind kBadAddress{"RF-0503", "not an address of this network", kExitUsage,
    "An address of another network, or with a typing error, would send coins into nothing.",
    "give an address of the network of --network, or a script in hexadecimal"};

inline constexpr ErrorKind kStateFailed{"RF-0601", "the derived state can't be used", kExitNo,
    "The state directory is a cache of the log. Nothing is lost with it.",
    "remove DATA/state and start again: it is rebuilt from the log"};
inline constexpr ErrorKind kReplayFailed{"RF-0602", "the log does not replay", kExitNo,
    "An event has another verdict, effect or root than the log has recorded.",
    "run verify-consistency: it names the first difference"};
inline constexpr ErrorKind kInconsistent{"RF-0603", "inconsistent", kExitNo,
    "A layer contradicts the log.",
    "see the report; if the log is sound, remove DATA/state and start again"};
inline constexpr ErrorKind kNoCheckpoint{"RF-0604", "the checkpoint can't be taken", kExitNo,
    "Checkpoints are cut at heights with a state root.",
    "try again in a moment; check the room on the disk"};
inline constexpr ErrorKind kStopped{"RF-0605", "the node stopped itself", kExitNo,
    "Something was found that must not be: going on could acknowledge what is not true.",
    "read the line before; run verify-consistency before starting again"};
inline constexpr ErrorKind kNoMemory{"RF-0606", "there is no memory", kExitUnknown,
    "The system gave the program no more memory, and it ended at once. What a node had acknowledged is on "
    "the disk, and nothing was acknowledged afterwards; what a check had found so far says nothing.",
    "start it again; if it comes back, give it more memory (MemoryMax= of the unit, ulimit -v) or let it "
    "keep less there (state.memory_bytes)"};

inline constexpr ErrorKind kDiskFull{"RF-0701", "the disk is full", kExitNo,
    "The next segment of the log does not fit. Nothing is accepted until it does; nothing is lost.",
    "make room on the disk of the data directory"};
inline constexpr ErrorKind kDiskNearlyFull{"RF-0702", "the disk is nearly full", kExitNo,
    "When it is full the node turns requests away.",
    "make room, or move the data directory to a larger disk while the node is stopped"};
inline constexpr ErrorKind kCheckpointOld{"RF-0703", "no recent checkpoint", kExitNo,
    "Without the state directory, or after a restore, everything since the newest checkpoint is folded again.",
    "engine checkpoint; the log lines of `checkpoint` say why none was kept"};
inline constexpr ErrorKind kHeld{"RF-0704", "the log was restored", kExitNo,
    "A copy may lack blocks that others have seen. Going on from it would make two histories.",
    "stop the node; engine restored says where the log ends and how to declare it"};
inline constexpr ErrorKind kClockStands{"RF-0705", "the clock is far ahead of the log", kExitNo,
    "If the time jumped by more than the limit, every deadline in between would fall due at once.",
    "check the clock; if it is right, submit access.clock_jump_allowed"};
inline constexpr ErrorKind kClockBehind{"RF-0706", "the clock is behind", kExitNo,
    "Log time never goes back: it stands still until the machine's clock has come up to it.",
    "check the clock of this machine (timedatectl)"};
inline constexpr ErrorKind kNodeFailed{"RF-0707", "the node has stopped itself", kExitNo,
    "Something was found that must not be: going on could acknowledge what is not true.",
    "read its log; run verify-consistency"};
inline constexpr ErrorKind kSealLags{"RF-0708", "the seal lags behind the log", kExitNo,
    "Blocks that no seal covers yet can't be proved to others.",
    "look at the log lines of `seal` and `state`; the disk may be too slow"};
inline constexpr ErrorKind kLogStalls{"RF-0709", "no block becomes durable", kExitNo,
    "Requests wait, and the log does not move: they are answered when a block is on the disk.",
    "look at the disk (iostat, dmesg) and at the log lines of `log`"};
inline constexpr ErrorKind kBitcoinTrouble{"RF-0711", "the Bitcoin node can't be followed", kExitNo,
    "What happens on the chain is not seen until it is back. Nothing is skipped.",
    "check that bitcoind runs, bitcoin.rpc_url and its cookie"};
inline constexpr ErrorKind kWrongNetwork{"RF-0712", "the Bitcoin node is on another chain", kExitNo,
    "Its blocks can't be those of this log's genesis.",
    "point bitcoin.rpc_url at a node of the network that `engine status` names"};
inline constexpr ErrorKind kBitcoinSyncing{"RF-0713", "the Bitcoin node is syncing", kExitNo,
    "The node is itself far behind its network: keeping up with it means little.",
    "wait; bitcoin-cli getblockchaininfo says how far it is"};
inline constexpr ErrorKind kBitcoinStale{"RF-0714", "no new Bitcoin block for long", kExitNo,
    "Either the network found none, or this node has lost it and shows an old chain.",
    "compare the height with other sources; bitcoin-cli getpeerinfo shows the node's peers"};
inline constexpr ErrorKind kBitcoinLies{"RF-0715", "the Bitcoin node's answers can't be true", kExitNo,
    "They are no whole answers, or contradict proof of work, hashes or each other. Nothing of them was taken.",
    "look at the node's own log and at what stands between it and here; verify its chain with another node"};
inline constexpr ErrorKind kBitcoinFlaps{"RF-0716", "the Bitcoin node goes back and forth", kExitNo,
    "It names a best block, another one, and the first again. Each is followed only where it has more work.",
    "see that bitcoin.rpc_url is one node and not several in turn; bitcoin-cli getchaintips shows branches"};
inline constexpr ErrorKind kHalted{"RF-0721", "irrevocable effects are halted", kExitNo,
    "A reorganisation below the window took back what had counted as final.",
    "look at bitcoin.deep_reorg; outbox.halt_lifted lets them go on"};
inline constexpr ErrorKind kHaltOrdered{"RF-0722", "irrevocable effects are halted by an order", kExitNo,
    "An operator has ordered it.",
    "outbox.halt_revoked takes the order back"};
inline constexpr ErrorKind kParked{"RF-0723", "effects are parked", kExitNo,
    "They failed in a way that time can't mend, and nothing of them is outside.",
    "look at outbox.effects; outbox.effect_retried tries one again"};
inline constexpr ErrorKind kEffectTrouble{"RF-0724", "an effect fails", kExitNo,
    "It is tried again, with growing pauses.",
    "look at the outside that it is for"};
inline constexpr ErrorKind kNoExecutor{"RF-0725", "effects wait and nobody carries them out", kExitNo,
    "Mints stay pending as long as no ledger is named.",
    "set ledger.url and start the node again"};
inline constexpr ErrorKind kKeyModes{"RF-0731", "the key can be read by others", kExitNo,
    "Whoever reads the sequencer's key can seal another history. The next start will refuse it.",
    "chmod 600 the key file; if others had access, treat the key as known to them"};
inline constexpr ErrorKind kDataModes{"RF-0732", "the data directory is open to others", kExitNo,
    "Others on this machine can read what the node keeps, or put files in its place.",
    "chmod 700 the data directory"};
inline constexpr ErrorKind kFewOpenFiles{"RF-0733", "few open files are allowed", kExitNo,
    "Tables, segments and connections each take a descriptor; without one, requests fail.",
    "raise it: LimitNOFILE= of the unit, or ulimit -n"};
inline constexpr ErrorKind kCoreDumps{"RF-0734", "a core dump would hold the key", kExitNo,
    "If the process ends badly the system writes its memory to a file, and the key with it.",
    "LimitCORE=0 in the unit, or ulimit -c 0"};
inline constexpr ErrorKind kDataInMemory{"RF-0735", "the data directory is in memory", kExitNo,
    "What is acknowledged as durable is gone with the next restart of the machine.",
    "move the data directory to a disk"};
inline constexpr ErrorKind kDataOnNetwork{"RF-0736", "the data directory is on a network file system", kExitNo,
    "Locks and syncs there may not hold what they promise when the network or the server fails.",
    "move the data directory to a disk of this machine"};
inline constexpr ErrorKind kNoBackupYet{"RF-0741", "there is no backup", kExitNo,
    "backup.directory names a place for one. Until there is one, this disk holds the only copy.",
    "engine backup"};
inline constexpr ErrorKind kBackupOld{"RF-0742", "the backup is old", kExitNo,
    "What came after it exists on this disk alone.",
    "engine backup; a timer does it every hour"};
inline constexpr ErrorKind kBackupUnusable{"RF-0743", "the backup can't be used", kExitNo,
    "It is damaged, or the copy of another log.",
    "engine backup --check DIR says what is wrong with it"};
inline constexpr ErrorKind kLinesDropped{"RF-0751", "log lines were dropped", kExitNo,
    "Standard error was not read fast enough. Nothing else waits for it.",
    "raise logging.level, or read standard error faster"};

inline constexpr ErrorKind kAll[] = {
    kBadToml, kNoConfigFile, kSecondConfigFile, kUnknownSection, kUnknownKey, kBadType, kBadValue,
    kEmptyValue, kSecretInPlace, kContradiction, kMissingValue, kNotLoopback, kSecretFileOpen,
    kBadSecretFile, kBadTls, kNobodyLetIn, kBadTokens,
    kNoCommand, kUnknownFlag, kBadFlag, kFlagConflict, kBadArguments, kBadArgument,
    kDiskFailed, kLogExists, kNoLog, kOwned, kLogDamaged, kGenesisRefused, kNoSuchHeight,
    kUndecodable, kKeyExists, kLogFailed, kNotRestored, kAnotherLog, kNewer,
    kNoBackup, kBackupDamaged, kAnotherBackup, kBackupAhead, kNotEmpty,
    kNodeSilent, kNodeAnswer, kRefused, kNotFound, kNotReady, kInvalidEvent, kBadProof,
    kNotReached, kUnclearProof,
    kUnknownCaller, kNotAllowed, kTokenNamed,
    kBitcoinSilent, kBitcoinRefused, kBadAddress,
    kStateFailed, kReplayFailed, kInconsistent, kNoCheckpoint, kStopped,
    kNoMemory,
    kDiskFull, kDiskNearlyFull, kCheckpointOld, kHeld, kClockStands, kClockBehind, kNodeFailed,
    kSealLags, kLogStalls, kBitcoinTrouble, kWrongNetwork, kBitcoinSyncing, kBitcoinStale,
    kBitcoinLies, kBitcoinFlaps,
    kHalted, kHaltOrdered, kParked, kEffectTrouble, kNoExecutor,
    kKeyModes, kDataModes, kFewOpenFiles, kCoreDumps, kDataInMemory, kDataOnNetwork,
    kNoBackupYet, kBackupOld, kBackupUnusable, kLinesDropped,
};
// clang-format on
}  // namespace engine::errors
