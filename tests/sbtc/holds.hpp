#pragma once

// What is true of every operation that is read, whatever the bytes. Shared by the property test and
// the fuzz target; ENSURE stops either.

#include "engine/base/check.hpp"
#include "engine/bitcoin/address.hpp"
#include "engine/bitcoin/data_carrier.hpp"
#include "engine/bitcoin/script.hpp"
#include "engine/bitcoin/script_type.hpp"
#include "engine/sbtc/operation.hpp"
#include "engine/sbtc/signer.hpp"

namespace engine::sbtc::test
{
inline void holds(const PaidPegIn& read, btc::Network network)
{
    ENSURE(!find_fault(read.peg_in.recipient, network));
    ENSURE(read.amount > Sats{});
    const auto again = from_text(std::type_identity<Principal>{}, to_text(read.peg_in.recipient));
    ENSURE(again == read.peg_in.recipient);
}

inline void holds(const PegOutRequest& read, btc::Network network)
{
    ENSURE(read.amount > Sats{});
    ENSURE(read.fee > Sats{});
    ENSURE(read.recovery_id <= 3);
    ENSURE(btc::encode_address(read.recipient_script, network).has_value());
    ENSURE(request_text(read.amount, read.recipient_script, network)->size() < 253);
}

/// Who signed is dear to find: apart.
inline void signers_hold(const PegOutRequest& read, btc::Network network)
{
    for (const auto form : {MessageForm::plain, MessageForm::prefixed, MessageForm::text})
    {
        const auto signer = recover_signer(read, form, network);
        ENSURE(
            signer ? !find_fault(*signer, network) : signer.error().kind == FaultKind::no_signer);
    }
}

inline void holds(const PegOutFulfilment& read, btc::Network network)
{
    ENSURE(read.amount > Sats{});
    ENSURE(btc::encode_address(read.recipient_script, network).has_value());
}

inline void holds(const HandOff& read, btc::Network network)
{
    ENSURE(read.amount > Sats{});
    ENSURE(btc::encode_address(read.next_wallet_script, network).has_value());
}

inline void holds(const Reveal& read)
{
    ENSURE(read.payload.size() <= 77);
    ENSURE(read.opcode == opcode::kPegIn || read.opcode == opcode::kPegOutRequest);
}

/// The readers of a script agree on any bytes, and its address pays back to it.
inline void script_holds(ByteView script, btc::Network network)
{
    const auto classified = btc::classify(script);
    ENSURE(classified.payload.size() <= script.size());
    const auto address = btc::encode_address(script, network);
    if (address)
    {
        const auto again = btc::decode_address(*address, network);
        ENSURE(again.has_value());
        ENSURE(equal(*again, script));
    }
    const auto data = btc::data_carrier(script);
    ENSURE(!data || classified.type == btc::ScriptType::null_data);
    ENSURE(!data || !address);
    btc::Instructions instructions{script};
    while (const auto instruction = instructions.next())
        btc::script_number(*instruction);
    ENSURE(instructions.malformed() == !btc::is_well_formed(script));
}

/// What the reader gave, if it is of the right form; then the index of the operation's kind, 4 for
/// a fault and 5 for nothing.
inline std::size_t judge(
    const std::optional<Result<FoundOperation, Fault>>& parsed, btc::Network network)
{
    if (!parsed)
        return 5;
    if (!*parsed)
    {
        ENSURE(!name(parsed->error().kind).empty());
        ENSURE(!to_string(parsed->error()).empty());
        return 4;
    }
    std::visit([&](const auto& read) { holds(read, network); }, (*parsed)->operation);
    if ((*parsed)->reveal)
        holds(*(*parsed)->reveal);
    return (*parsed)->operation.index();
}
}  // namespace engine::sbtc::test
