#include "engine/cli/code_texts.hpp"
#include "engine/domain/access/rejects.hpp"
#include "engine/domain/bitcoin/rejects.hpp"
#include "engine/domain/outbox/rejects.hpp"
#include "engine/domain/peg/rejects.hpp"
#include "engine/domain/probe/rejects.hpp"

#include <algorithm>

namespace engine::cli
{
namespace
{
// clang-format off
constexpr RejectText kTexts[] = {
    {kDuplicate, "Facts arrive more than once, and count once. The event is counted as a duplicate and leaves no trace.",
        "nothing: the first one counts"},
    {kGap, "The event builds on a header, a position or a sequence that has not come. It would be judged wrongly.",
        "send what comes before it first; an adapter does that by itself"},
    {kOverRate, "A source has a bound of events and bytes for each second of log time, so that none can drown the others.",
        "nothing: it is read on in the next second; declare a higher rate if that is too slow"},

    {access::kAuthorNotAllowed, "Each kind of event has one kind of author: a command's key, a source, or the engine itself.",
        "submit it as what it is; commands go to POST /v1/requests"},
    {access::kUnknownKey, "Only keys that genesis or an operator has named may submit commands.",
        "sign with an operator's key (engine show access.operators), or have an operator add yours"},
    {access::kStaleSequence, "Sequence numbers of a key only go up: that is why a command can't be replayed.",
        "leave --sequence out, or use one above the key's (engine show access.operators KEY)"},
    {access::kExpired, "The command's expiry lies at or before the time of the block that it would stand in.",
        "sign it again with a later expiry (engine submit --expires-in)"},
    {access::kExpiryTooFar, "A signed command must not lie about for long: ten minutes of log time is the most.",
        "sign it again with an earlier expiry; check this machine's clock"},
    {access::kUnknownSource, "An observation names its source, and only declared sources are heard.",
        "declare the source, in genesis or by an operator's event (engine show access.sources)"},
    {access::kWrongSourceKey, "A source is bound to the key that it was declared with.",
        "sign with that key, or declare a source with the new one"},
    {access::kSourceExists, "The number of a source stands in events for ever and can't be given twice.",
        "choose another number"},
    {access::kSourceNotAllowed, "A source without key or proof is believed as it is. Such trust is decided once, in genesis.",
        "declare it with a key, or with Bitcoin's proof"},
    {access::kSourceWithoutRate, "A rate of zero would shut the source for ever; a missing one would let it drown the others.",
        "give events_per_second and bytes_per_second above zero"},
    {access::kOperatorExists, "The key is on the list already.", "nothing: it has its rights"},
    {access::kNoSuchOperator, "Only a key that is on the list can be taken off it.",
        "engine show access.operators lists them"},
    {access::kLastOperator, "Without any operator nobody could ever change a parameter or lift a halt again.",
        "add another operator first"},
    {access::kJumpInPast, "The permission to jump is for time that has not come.", "name a time ahead of the log's"},
    {access::kRulesInPast, "Blocks that exist were folded by the rules of their time and stay so.",
        "name a height above the log's (engine status)"},
    {access::kRulesOutOfOrder, "Versions follow each other, at heights that rise.",
        "schedule the next version, above the height of the one before (engine show access.rules)"},
    {access::kUnknownRules, "An engine that can't fold a version must not schedule it.",
        "install a version of the program that has these rules, then schedule them"},
    {access::kBadGenesis, "Parameters of genesis exclude each other: no operator, a source named twice, a limit of zero.",
        "correct the genesis file; engine init --help"},
    {access::kOutOfPlace, "Genesis stands in block 0 alone, and BlockOpened first in each later block.",
        "nothing can be submitted there; a log that has it otherwise was not written by an engine"},
    {access::kZeroKey, "Nobody has the secret of a key of zeroes, so it would lock whoever relies on it out.",
        "give a real public key"},

    {bitcoin::kWrongDifficulty, "The target follows from the blocks before it. A header with another is of no chain of this network.",
        "compare the Bitcoin node's network with the log's (engine show bitcoin.parameters)"},
    {bitcoin::kTimeTooOld, "Bitcoin asks for a time after the median of the eleven blocks before.",
        "nothing: no valid block has such a header"},
    {bitcoin::kTimeTooNew, "A header may be two hours ahead of the log's time at most. It can become valid later.",
        "check the clocks of this machine and of the Bitcoin node; the adapter sends it again"},
    {bitcoin::kTimewarp, "On this network a difficulty period must not begin far before the block before it (BIP-94).",
        "nothing: no valid block has such a header"},
    {bitcoin::kOldVersion, "Versions below 2, 3 and 4 ended with BIP-34, BIP-66 and BIP-65.",
        "nothing: no valid block has such a header"},
    {bitcoin::kWorkOverflow, "The sum of work would not fit in 256 bits. No real chain comes near.",
        "nothing; look where the header comes from"},
    {bitcoin::kHeightOverflow, "The height would not fit in 32 bits. No real chain comes near.",
        "nothing; look where the header comes from"},
    {bitcoin::kNotWatched, "Transactions are kept only where an output, an input or data is on the watch list.",
        "nothing: it moves no money here"},
    {bitcoin::kUnknownWatchVersion, "A scan says which version of the watch list it was made with, and this one has not been.",
        "nothing: the adapter scans again with the list as it is"},
    {bitcoin::kBadAnchor, "Header, height, work and times of the start must fit each other.",
        "let engine init --anchor-height take the anchor from a Bitcoin node"},
    {bitcoin::kBadWindow, "The window is how deep a reorganisation is a matter of course, and how much is kept.",
        "choose 1 to 2016 blocks"},
    {bitcoin::kForgotten, "Blocks below the window are final here and no longer kept one by one.",
        "nothing: what it brings was decided long ago"},
    {bitcoin::kNoTransaction, "The bytes under the Merkle branch don't decode as a Bitcoin transaction.",
        "look at the source that sent it; no Bitcoin node does"},

    {peg::kBadPrincipal, "The allow-list takes Stacks principals of the log's network alone, so that no mint goes astray.",
        "write the principal as the network does: SP... or SM... on mainnet, ST... or SN... elsewhere"},
    {peg::kUntilInPast, "A permission that has ended already would allow nothing.", "name a time ahead of the log's"},
    {peg::kNotOnList, "Only what is on the allow-list can be taken off it.", "engine show peg.allowed lists it"},
    {peg::kBadGenesis, "Wallet, confirmations and minimum of the peg must fit each other.",
        "correct the peg's part of genesis; engine init --help"},
    {peg::kWrongNetwork, "The data of the transaction is marked for another network, so it is no peg-in of this one.",
        "nothing is minted; the coins are in the wallet, and its owners can give them back"},
    {peg::kNoRecipient, "The data is cut off before the recipient.",
        "nothing is minted; send again with a complete OP_RETURN"},
    {peg::kUnknownForm, "The first bytes of the data name no form of a peg-in that was published.",
        "nothing is minted; make the transaction with a tool that knows the form"},
    {peg::kBadContractName, "A contract's name has 1 to 128 letters, digits and -_, beginning with a letter.",
        "nothing is minted; correct the recipient"},
    {peg::kBadAddressText, "The text is no address in c32check, or its checksum is wrong.",
        "nothing is minted; correct the recipient"},
    {peg::kRecipientOfOtherNetwork, "An address of another network can't receive here.",
        "nothing is minted; name an address of this network"},
    {peg::kNoPayment, "A peg-in pays the wallet in its output 1, behind the data in output 0.",
        "nothing is minted; put the payment into output 1"},
    {peg::kForeignWallet, "Output 1 pays somebody else, so nothing came into the wallet by it.",
        "nothing is minted; pay the script of engine show peg.parameters"},
    {peg::kNoAmount, "An output of zero satoshis backs nothing.", "nothing is minted"},
    {peg::kBelowMinimum, "Amounts below the minimum would cost more to move than they are worth.",
        "nothing is minted; the minimum is in engine show peg.parameters"},
    {peg::kNotAllowed, "The log mints to recipients on the allow-list alone, and this one was not on it when the deposit was credited.",
        "nothing is minted; have an operator allow the recipient before the next deposit"},
    {peg::kTotalOverflow, "The sum of all mints would not fit its number: more than all bitcoins.",
        "report it with the log: no real chain can bring this about"},
    {peg::kUnknownVersion, "The version byte of the address is none that Stacks has given out.",
        "nothing is minted; correct the recipient"},
    {peg::kSpendsWallet, "The coins come from the wallet, where they back what was minted when they came. They can't back it twice.",
        "nothing is minted; that is right for every transaction of the wallet itself"},

    {outbox::kUnknownEffect, "No outcome of an event has opened an effect with this id.",
        "engine show outbox.effects lists them"},
    {outbox::kNotPending, "An effect is taken once; one that was withdrawn, settled or parked can't be.",
        "engine history outbox.effects ID shows what became of it"},
    {outbox::kWrongAttempt, "Attempts are counted without gaps, so that no act goes unrecorded.",
        "take the number after the last (engine show outbox.effects ID)"},
    {outbox::kNotTaken, "An answer from outside is recorded only for an effect that was taken before.",
        "engine history outbox.effects ID shows what became of it"},
    {outbox::kNotParked, "Only a parked effect waits for an operator.", "engine show outbox.effects ID says where it stands"},
    {outbox::kHalted, "While the halt stands nothing that can't be taken back goes outside.",
        "engine status says which halt it is; end it by outbox.halt_lifted or outbox.halt_revoked"},
    {outbox::kNotHalted, "Each halt has its own end: halt_lifted ends the one after a reorganisation.",
        "engine status says which halt stands, if any"},
    {outbox::kNothingToDo, "What goes outside is recorded before it goes, so that it can be looked for after a crash.",
        "take the effect with its bytes"},
    {outbox::kHaltOrderStands, "The halt is in force already.", "nothing; outbox.halt_revoked ends it"},
    {outbox::kNoHaltOrder, "Each halt has its own end: halt_revoked ends the one that an operator has ordered.",
        "engine status says which halt stands, if any"},

    {probe::kDisabled, "Probes measure the engine and are no business of a log that moves money.",
        "make a log with engine init --probe to try them"},
    {probe::kSeen, "A probe's id counts once.", "choose another id"},
    {probe::kOverflow, "The sum of all amounts must fit in 64 bits.", "probe with a smaller amount"},
    {probe::kNoAttester, "An account needs an attester before attested probes are taken.",
        "name one first (probe.attester_named)"},
    {probe::kNotAttested, "The signature must be of the account's attester over exactly this id, account and amount.",
        "sign it again; engine show probe.attesters ACCOUNT has the key"},
};
// clang-format on
}  // namespace

std::span<const RejectText> reject_texts()
{
    return kTexts;
}

std::string_view verdict_name(std::uint16_t code)
{
    if (code == 0)
        return accepted.name();
    const auto* found = std::find_if(std::begin(kTexts), std::end(kTexts),
        [code](const RejectText& text) { return text.reject.code == code; });
    return found != std::end(kTexts) ? found->reject.name : std::string_view{};
}
}  // namespace engine::cli
