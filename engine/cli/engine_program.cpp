#include "engine/cli/commands.hpp"

namespace engine::cli
{
namespace
{
const Flag kNode{"node", "URL",
    "The node to ask, as http://HOST:PORT or https://HOST:PORT. Without it: the one at http.listen "
    "of the "
    "configuration."};

Command init()
{
    return {.name = "init",
        .summary = "makes a data directory with a new log",
        .text =
            "Makes the data directory, the sequencer's key (DATA/keys/sequencer.key, mode 0600) "
            "and "
            "block 0 of the log, which holds genesis: what can't change in the life of the log. "
            "Says "
            "the genesis id. A directory that holds a log already is refused.\n\n"
            "Genesis is put together from the flags below, or from a file in the form of the "
            "second "
            "example. The operators named in it may submit commands; at least one is needed.",
        .flags = {{"operator", "PUBKEY",
                      "The x-only public key of an operator, 64 hexadecimal digits."},
            {"operator-key", "FILE",
                "Makes a key for an operator and writes it to this file, mode 0600."},
            {"network", "NAME",
                "Bitcoin's network: mainnet, testnet4, signet or regtest (default). Work proves "
                "little on signet and regtest: they are for tests."},
            {"anchor-height", "HEIGHT",
                "The chain begins at this block of the node at bitcoin.rpc_url. Without it: at the "
                "network's first block."},
            {"window", "BLOCKS", "How deep a reorganization is a matter of course. Default: 144."},
            {"wallet", "ADDRESS",
                "The peg wallet: an address of the network, or its script in hexadecimal. Without "
                "it there is no peg."},
            {"confirmations", "BLOCKS", "When a peg-in is credited. Default: 6."},
            {"minimum", "SATS", "The smallest peg-in. Default: 10000."},
            {"allow-list", "", "Credit only recipients that an operator has allowed."},
            {"probe", "", "Take probe commands, which measure the engine and move no money."},
            {"rules", "VERSION",
                "The rules that are in force from the beginning. Default: the newest."},
            {"genesis", "FILE", "All of these as a TOML file, by the same names."}},
        .exclusions = {{"operator", "operator-key",
                           "an operator's key is either made here or known already"},
            {"genesis", "operator", "the file says everything about genesis"},
            {"genesis", "network", "the file says everything about genesis"},
            {"genesis", "anchor-height", "the file says everything about genesis"},
            {"genesis", "window", "the file says everything about genesis"},
            {"genesis", "wallet", "the file says everything about genesis"},
            {"genesis", "confirmations", "the file says everything about genesis"},
            {"genesis", "minimum", "the file says everything about genesis"},
            {"genesis", "allow-list", "the file says everything about genesis"},
            {"genesis", "probe", "the file says everything about genesis"},
            {"genesis", "rules", "the file says everything about genesis"}},
        .examples = {{"engine init --data ./data --operator-key ./operator.key --wallet "
                      "bcrt1p...",
                         "A log on regtest with an operator whose key is made now."},
            {"engine init --data ./data --genesis genesis.toml",
                "The same from a file; its names are those of the flags, with _ for -, and "
                "operators = "
                "[...]."}},
        .run = run_init};
}

Command node()
{
    return {.name = "run",
        .summary = "runs the node",
        .text =
            "Opens the log, folds what the state on disk lacks, then follows Bitcoin, takes "
            "commands "
            "and serves the HTTP API, until SIGTERM or SIGINT: then it accepts nothing more, "
            "writes "
            "what it accepted and ends with 0. A second signal ends it at once; nothing that was "
            "acknowledged is lost.",
        .examples = {{"engine run --data ./data --bitcoin-rpc http://127.0.0.1:18443",
                         "Follows the regtest node of this user, by its cookie."},
            {"engine run --config /etc/refold/refold.toml --log-format json",
                "As a service, with log lines for programs."}},
        .run = run_node};
}

Command status()
{
    return {.name = "status",
        .summary = "says how the running node is",
        .text =
            "Asks the node for its log, state, Bitcoin and effects. Exit code 0: healthy; 1: "
            "something needs attention; 2: the node does not answer. The form for people may "
            "change; --json does not.",
        .flags = {kNode},
        .examples = {{"engine status", "One screen about the node on this machine."},
            {"engine status --json | jq .log.height", "The newest durable height, for a script."}},
        .run = run_status};
}

Command show()
{
    return {.name = "show",
        .arguments = "[TABLE [KEY]]",
        .arguments_max = 2,
        .summary = "shows rows of the derived state",
        .text =
            "Without TABLE: the tables. With TABLE: its rows, the first 20 or --limit. With KEY: "
            "one row. A key is written as the rows show it: its components between slashes, "
            "numbers as they are, ids in hexadecimal. The running node is asked; with --at the log "
            "is folded in this process, from the nearest checkpoint, and nothing is written.",
        .flags = {kNode, {"at", "HEIGHT", "As of this height of the log, without asking a node."},
            {"limit", "N", "At most so many rows, 1 to 1000. Default: 20."},
            {"from", "KEY", "Rows from this key on, included."}},
        .exclusions = {{"at", "node", "a height is folded here; a node is not asked"}},
        .examples = {{"engine show", "The names of all tables."},
            {"engine show peg.deposits --limit 5", "The first five peg-ins."},
            {"engine show bitcoin.tip --at 1200",
                "Where Bitcoin stood at height 1,200 of the log."}},
        .run = run_show};
}

Command diff()
{
    return {.name = "diff",
        .arguments = "HEIGHT HEIGHT [TABLE]",
        .arguments_min = 2,
        .arguments_max = 3,
        .summary = "shows the rows that differ between two heights",
        .text =
            "Folds the log from the nearest checkpoint to the second height, in this process, and "
            "puts together what the events after the first height have changed: each row with its "
            "members before and after, and the last event that wrote it. A row that ended as it "
            "began is not shown. Nothing is written, and a node may be running.\n\n"
            "Memory is bounded. If more rows differ than fit, the counts say `at least` "
            "(`complete` is false in JSON), and the last line says how to go on.",
        .flags = {{"from", "KEY", "With TABLE: rows from this key on, included."},
            {"limit", "N", "At most so many rows, 1 to 1000. Default: 20."}},
        .examples = {{"engine diff 183900 184102 peg.deposits",
                         "Which peg-ins came or changed, and by which events."},
            {"engine diff 0 12 --json", "Everything since genesis, for programs."}},
        .run = run_diff};
}

Command history()
{
    return {.name = "history",
        .arguments = "TABLE [KEY]",
        .arguments_min = 1,
        .arguments_max = 2,
        .summary = "shows every change of a row",
        .text =
            "Folds the log in this process and shows each event that has changed the row: its "
            "place, log time and kind, and the members that it changed. The newest 20 or --limit, "
            "the oldest of them first. Exit code 1: nothing has changed it.\n\n"
            "Without --from everything is folded, with it from the nearest checkpoint. Nothing is "
            "written, and a node may be running.",
        .flags = {{"from", "HEIGHT", "Changes from this height on."},
            {"to", "HEIGHT", "Changes up to this height."},
            {"limit", "N", "At most so many changes, 1 to 1000. Default: 20."}},
        .examples = {{"engine history peg.totals", "How the sums have grown."},
            {"engine history outbox.effects 8c1f..02 --json",
                "What became of an effect (its id is written whole)."}},
        .run = run_history};
}

Command wait()
{
    return {.name = "wait",
        .arguments = "CONDITION [VALUE]",
        .arguments_min = 1,
        .arguments_max = 2,
        .summary = "waits until something is so",
        .text =
            "Asks the running node five times a second until the condition holds (exit code 0), "
            "can't hold any more or has not come in time (1). A node that does not answer is asked "
            "on, and makes it 2 when the time is over. Conditions:\n\n"
            "healthy: the node is healthy.\n"
            "height N: block N of the log is durable.\n"
            "root N: the state root of a height from N on is known.\n"
            "seal N: a height from N on is sealed.\n"
            "bitcoin N: the block of height N of the chain was folded.\n"
            "effect ID: the effect is settled; one that is withdrawn or parked ends the waiting.",
        .flags = {kNode,
            {"timeout", "TIME",
                "Seconds, or with m or h minutes or hours, up to a day. 0 asks once. Default: "
                "60."}},
        .examples = {{"engine wait height 184300 --timeout 15m",
                         "For scripts that go on when a block is there."},
            {"engine wait healthy && engine submit allow.json --key operator.key",
                "After a start."}},
        .run = run_wait};
}

Command log()
{
    return {.name = "log",
        .arguments = "[HEIGHT[.INDEX]]",
        .arguments_max = 1,
        .summary = "shows blocks and events of the log",
        .text =
            "Reads the log directory itself: with or without a running node, and without changing "
            "anything. Without arguments: the newest 20 blocks. With a height: the block and its "
            "events. With a place: one event, whole.",
        .flags = {{"from", "HEIGHT", "The first block."}, {"to", "HEIGHT", "The last block."},
            {"module", "NAME", "Only events of this module, one a line."},
            {"limit", "N", "At most so many blocks, or events with --module. Default: 20."}},
        .examples = {{"engine log --data ./data", "The newest blocks."},
            {"engine log 12.0 --json", "One event, in the form that submit takes."},
            {"engine log --from 0 --module peg --limit 100",
                "The first hundred events of the peg."}},
        .run = run_log};
}

Command submit()
{
    return {.name = "submit",
        .arguments = "FILE",
        .arguments_min = 1,
        .arguments_max = 1,
        .summary = "signs a command and submits it to the running node",
        .text =
            "Reads the body of an event as JSON from FILE (- for standard input), gives it the "
            "operator's next sequence number and an expiry, signs it and submits it. Ends when the "
            "event is durable (0), refused (1), or when that can't be told (2). Trying again with "
            "the same sequence is safe: the node answers with the place of the first.",
        .flags = {kNode,
            {"key", "FILE",
                "The operator's key: a file with mode 0600, fd:N or terminal. Needed unless the "
                "event is signed already."},
            {"sequence", "N", "Instead of asking the node for the key's next one."},
            {"expires-in", "SECONDS", "When the command expires, 1 to 590. Default: 60."}},
        .examples =
            {{"engine submit probe.json --key operator.key",
                 "{\"probe.probed\":{\"id\":\"<64 digits>\",\"account\":1,\"amount\":5}}: adds "
                 "5 to account 1, if genesis has probes."},
                {"engine submit allow.json --key fd:3 3<operator.key", "The key by a descriptor."}},
        .run = run_submit};
}

Command prove()
{
    return {.name = "prove",
        .arguments = "[TABLE KEY]",
        .arguments_max = 2,
        .summary = "gets a proof of a row, of its absence, or of an event, and checks it",
        .text =
            "With TABLE and KEY: asks the running node for the row's path in the state tree and "
            "the seal over the root, checks both here, and says what they prove.\n\n"
            "With --event: shows that an event stands at its place in a block: its bytes, its "
            "branch under the events root, and the block's header. The log at --data is read, "
            "beside a running node or without one; with --node, or without a log there, the node "
            "is asked. The newest seal completes the proof if it is of that block; if it is of a "
            "later one, the headers from here to there do (GET /v1/blocks/H), each of which names "
            "the hash of the one before it. An event that no seal covers yet is proved to be in "
            "its block, and that is said.\n\n"
            "With --output the proof is kept in a file.\n\n"
            "With --check: looks at such a file, and asks nobody. What is believed is not in the "
            "file: --genesis and --sequencer say it, or the log at --data. A proof of an event "
            "whose block is below the sealed one needs the headers in between, by --headers. Exit "
            "code 0: it is proved, and the answer says what; 1: it is not; 2: it can't be told.",
        .flags = {kNode, {"event", "H.I", "The event with index I in the block of height H."},
            {"output", "FILE", "Writes the proof as JSON."},
            {"check", "FILE", "Checks a proof that --output has written."},
            {"headers", "FILE",
                "With --check: the first 200 bytes of each block from the one after the event's to "
                "the sealed one, in hexadecimal, one on each line."},
            {"genesis", "ID", "With --check and --sequencer: the log that is believed."},
            {"sequencer", "PUBKEY",
                "Whose seal is believed. Without it: the sequencer of the log at --data, else the "
                "one that the node names, which proves only that the node agrees with itself."}},
        .exclusions = {{"check", "event", "the file says itself what it proves"},
            {"check", "node", "nobody is asked"}, {"check", "output", "the file is there already"}},
        .examples = {{"engine prove access.operators 3c..9f --output p.json",
                         "A proof that this operator is in the state."},
            {"engine prove --event 184183.4 --json", "A proof that this event is in the log."},
            {"engine prove --check p.json --genesis 5e..01 --sequencer 02..9f",
                "Whether the file proves what it says, on any machine."}},
        .run = run_prove};
}

Command checkpoint()
{
    return {.name = "checkpoint",
        .summary = "asks the running node for a checkpoint",
        .text =
            "The node flushes its state at the newest rooted height, copies it (hard links) and "
            "asks "
            "every law over the copy before it is kept under DATA/checkpoints. With a large state "
            "that takes minutes; the command waits for an hour. replay and show --at start from "
            "the nearest one.",
        .flags = {kNode},
        .examples = {{"engine checkpoint", "Says height, root and directory."}},
        .run = run_checkpoint};
}

Command backup()
{
    return {.name = "backup",
        .summary = "copies log, seal and checkpoints to a directory",
        .text =
            "Beside a running node or without one; nothing in the data directory is written. "
            "Copied are the full segments of the log, the newest one up to its last durable "
            "block, the newest seal and the newest checkpoints, each file with its SHA-256 in a "
            "manifest that is replaced last and in one step: a backup that is cut short leaves "
            "the one before it whole. The next one copies only what is new. Blocks are checked "
            "as they are copied.\n\n"
            "Keys are never copied. Keep DATA/keys/sequencer.key apart from the backup: without "
            "it the log can be read and checked, and not continued.\n\n"
            "A directory that holds anything else, the backup of another log, or blocks that this "
            "log lacks is refused. The log is never shortened, here or there; old checkpoints go.",
        .flags = {{"to", "DIR", "The backup. Without it: backup.directory of the configuration."},
            {"keep", "N",
                "How many checkpoints the backup holds. Without it: backup.checkpoints. 0: none."},
            {"verify", "", "Reads every byte back at the end, and checks it."},
            {"check", "DIR",
                "Backs nothing up: reads a backup and checks every file against the manifest, "
                "every block against the one before it, and seal and checkpoints against the "
                "log."}},
        .exclusions = {{"check", "to", "a check looks at one directory and writes none"},
            {"check", "keep", "a check changes nothing"},
            {"check", "verify", "a check reads every byte anyway"}},
        .examples = {{"engine backup --to /mnt/backup/refold --verify",
                         "The first time everything, later what is new."},
            {"engine backup --check /mnt/backup/refold", "0: whole; 1: damaged, and which files."}},
        .run = run_backup};
}

Command restore()
{
    return {.name = "restore",
        .summary = "makes a data directory of a backup",
        .text =
            "Copies every file of the backup into the data directory, which must be empty or not "
            "there, and holds each against its SHA-256. The state is that of the newest "
            "checkpoint; what comes after it is folded again when the node starts.\n\n"
            "The log is marked as restored: the node serves reads from it, and opens no block "
            "until `engine restored` has ended the mark. Keys are in no backup: put the "
            "sequencer's key back yourself.\n\n"
            "A restore that is cut short leaves no log that could be taken for a shorter one; "
            "called again it begins anew.",
        .flags = {{"from", "DIR", "The backup."}},
        .examples = {{"engine restore --from /mnt/backup/refold --data ./data",
            "Says where the log ends, and the next steps."}},
        .run = run_restore};
}

Command restored()
{
    return {.name = "restored",
        .summary = "says whether the log is marked as restored, and ends the mark",
        .text =
            "A log that came back from a copy may lack blocks that others have seen; going on from "
            "it would make two histories. Whoever puts a copy in its place creates the file "
            "DATA/restored first, with a line about where it comes from. While it is there the "
            "node serves reads, but opens no block, follows nothing and executes no effect.\n\n"
            "--no-other-copy ends it: you declare that no replica, signer or other copy has a "
            "block beyond this height. The height must be the one where the log ends, and the "
            "node must be stopped. What was declared is kept in DATA/restored-ended.",
        .flags = {{"no-other-copy", "HEIGHT",
            "Declares that nobody has a block beyond HEIGHT, where the log ends."}},
        .examples = {{"engine restored --data ./data",
                         "Where the log ends, and whether it is marked."},
            {"engine restored --data ./data --no-other-copy 184211",
                "From here on blocks are opened again."}},
        .run = run_restored};
}

Command token_add()
{
    return {.name = "token add",
        .arguments = "NAME",
        .arguments_min = 1,
        .arguments_max = 1,
        .summary = "makes a token for the HTTP API",
        .text =
            "Makes a token of 256 random bits and prints it, once: the list at http.tokens_file "
            "(DATA/tokens) keeps a salted hash of it, with mode 0600. A running node knows it "
            "within a second. A caller shows it as `Authorization: Bearer TOKEN`; commands read it "
            "from --token-file. Where other machines can reach http.listen, and where "
            "http.require_token is yes, nobody is let in without one or a client certificate. What "
            "is recorded needs an operator's signature all the same.",
        .flags =
            {{"role", "ROLE",
                 "read (default): everything that changes nothing; submit: also hand in signed "
                 "commands; operate: also checkpoints."},
                {"expires-in", "DAYS",
                    "Refused after so many days, 1 to 3650. Without it: never."}},
        .examples = {{"engine token add monitor", "A token that can read."},
            {"engine token add wallet --role submit --expires-in 90 --json | jq -r .token > token",
                "For a program that hands in commands; chmod 600 the file."}},
        .run = run_token_add};
}

Command token_list()
{
    return {.name = "token list",
        .summary = "lists the tokens of the HTTP API",
        .text = "Names, roles and times. The tokens themselves are kept nowhere.",
        .examples = {{"engine token list --json", "The list, for a program."}},
        .run = run_token_list};
}

Command token_revoke()
{
    return {.name = "token revoke",
        .arguments = "NAME",
        .arguments_min = 1,
        .arguments_max = 1,
        .summary = "takes a token out of force",
        .text = "A running node refuses it within a second. Streams that it has opened go on.",
        .examples = {{"engine token revoke monitor", "Whoever has that token is a stranger now."}},
        .run = run_token_revoke};
}

Command completion()
{
    return {.name = "completion",
        .arguments = "SHELL",
        .arguments_min = 1,
        .arguments_max = 1,
        .summary = "prints the shell completion of the programs",
        .text =
            "For bash: commands, flags, the words of a choice, codes, files. It is made of the "
            "tables that --help is made of. The Debian package installs it.",
        .configured = false,
        .examples = {{"source <(engine completion bash)", "In this shell."}},
        .run = run_completion};
}

Command man()
{
    return {.name = "man",
        .arguments = "[PAGE]",
        .arguments_max = 1,
        .summary = "prints man pages, or writes all of them into a directory",
        .text =
            "Without PAGE: their names. They are made of the tables that --help is made of. "
            "The Debian package installs them.",
        .configured = false,
        .flags = {{"output", "DIR", "Writes every page into this directory."}},
        .examples = {{"engine man engine-backup | man -l -", "Reads one."},
            {"engine man --output ./man/man1", "All of them, as files."}},
        .run = run_man};
}

std::vector<Command> make_commands()
{
    return {init(), node(), status(), show(), diff(), history(), log(), wait(), submit(), prove(),
        checkpoint(), backup(), restore(), restored(), token_add(), token_list(), token_revoke(),
        {.name = "config show",
            .summary = "shows the configuration in force",
            .text =
                "Every key with its value, after file, environment and flags were put together. "
                "No key holds a secret, so nothing is masked.",
            .flags = {{"origin", "", "Also where each value comes from."}},
            .examples = {{"engine config show --origin",
                "Which file and line, variable or flag has set a key."}},
            .run = run_config_show},
        {.name = "config check",
            .arguments = "FILE",
            .arguments_min = 1,
            .arguments_max = 1,
            .summary = "checks a configuration file",
            .text =
                "Reads FILE alone, without environment, flags and defaults of this machine, and "
                "reports every error in it. Opens nothing else.",
            .configured = false,
            .examples = {{"engine config check /etc/refold/refold.toml",
                "0: valid; 78: what is wrong, line by line."}},
            .run = run_config_check},
        {.name = "config default",
            .summary = "prints a configuration file with every key, explained",
            .text = "All keys are commented out and show their defaults.",
            .configured = false,
            .examples = {{"engine config default > refold.toml", "A file to begin with."}},
            .run = run_config_default},
        {.name = "explain",
            .arguments = "CODE",
            .arguments_min = 1,
            .arguments_max = 1,
            .summary = "explains a code: of an error, of a verdict, of an answer over HTTP",
            .text =
                "What it means, why it arises, and what to do. Errors of programs are written "
                "RF-0107; reasons of the rules, for which a command is refused or an observation "
                "ignored, peg-below-minimum, 0x0319 or 793; what the HTTP API answers with, "
                "row-absent.",
            .configured = false,
            .examples = {{"engine explain RF-0107", "About unknown configuration keys."},
                {"engine explain peg-below-minimum", "Why a peg-in was ignored."}},
            .run = run_explain},
        completion(), man()};
}
}  // namespace

Program engine_program()
{
    static const auto kCommands = make_commands();
    return {"engine", "a coordinator for Bitcoin-backed protocols that can prove its own books",
        kCommands};
}
}  // namespace engine::cli
