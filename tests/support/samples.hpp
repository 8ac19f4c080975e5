#pragma once

#include "engine/fold/event.hpp"

#include <vector>

namespace engine::test
{
/// Bytes that tell their place: first, first + 1, first + 2, ...
template <typename Id>
Id counting_id(int first)
{
    Id id;
    for (std::size_t i = 0; i < Id::kSize; ++i)
        id.bytes[i] = static_cast<std::uint8_t>(static_cast<std::size_t>(first) + i);
    return id;
}

inline Bytes counting_bytes(int first, std::size_t size)
{
    Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i)
        bytes[i] = static_cast<std::uint8_t>(static_cast<std::size_t>(first) + i);
    return bytes;
}

inline Author sample_command()
{
    return Authorization{
        counting_id<PublicKey>(1), 7, LogTime{1'700'000'000'000}, counting_id<Signature>(0x40)};
}

inline Author sample_origin()
{
    return Origin{access::SourceId{3}, 11, counting_id<PublicKey>(2), counting_id<Signature>(0x41)};
}

inline Author sample_bitcoin_origin()
{
    return Origin{access::SourceId{1}, 0, {}, {}};
}

inline Genesis sample_genesis()
{
    const access::SourceDeclaration follower{
        access::SourceId{1}, "bitcoin", access::SourceProof::bitcoin, {}, 10'000, 50'000'000};
    const access::SourceDeclaration relay{access::SourceId{3}, "relay", access::SourceProof::key,
        counting_id<PublicKey>(2), 100, 100'000};

    Genesis genesis{counting_id<Hash256>(3), LogTime{1'700'000'000'000}, {}};
    std::get<access::Genesis>(genesis.modules) = {
        .sequencer = counting_id<PublicKey>(4),
        .operators = {counting_id<PublicKey>(1), counting_id<PublicKey>(5)},
        .sources = {follower, relay},
        .rules = {{RulesVersion{1}, LogHeight{0}}, {RulesVersion{2}, LogHeight{1'000}}},
        .clock_jump_max_ms = 604'800'000,
    };
    std::get<bitcoin::Genesis>(genesis.modules) = {
        .network = bitcoin::Network::regtest,
        .anchor = {.header = counting_id<bitcoin::RawHeader>(6),
            .height = ChainHeight{840'000},
            .work = counting_id<Hash256>(7),
            .period_start = ChainTime{1'713'571'767},
            .period_bits = 0x207fffff,
            .last_times = {ChainTime{1'713'571'000}, ChainTime{1'713'571'767}}},
        .window = 144,
    };
    std::get<peg::Genesis>(genesis.modules) = {
        .wallet_script = counting_bytes(8, 34),
        .confirmations = 6,
        .minimum = *Sats::from(10'000),
        .allow_list_only = true,
    };
    std::get<probe::Genesis>(genesis.modules) = {.enabled = true};
    return genesis;
}

inline bitcoin::TransactionSeen sample_transaction()
{
    return {
        .header = counting_id<bitcoin::RawHeader>(20),
        .index = 5,
        .branch = {counting_id<Hash256>(21), counting_id<Hash256>(22), counting_id<Hash256>(23)},
        .coinbase = counting_bytes(24, 101),
        .coinbase_branch = {counting_id<Hash256>(25), counting_id<Hash256>(26),
            counting_id<Hash256>(27)},
        .transaction = counting_bytes(28, 222),
    };
}

/// One event of every kind, each member with a value of its own; every kind of author. What golden
/// hashes are of, what mutations begin with, and the seeds of the fuzzers.
inline std::vector<Event> one_event_of_each_kind()
{
    const auto command = sample_command();
    const peg::Principal person{26, counting_id<Hash160>(40), ""};
    const peg::Principal contract{22, counting_id<Hash160>(41), "pool-v1"};
    const access::SourceDeclaration source{access::SourceId{9}, "prices", access::SourceProof::key,
        counting_id<PublicKey>(42), 10, 20'000};

    return {
        {EngineAuthor{}, sample_genesis()},
        {EngineAuthor{}, BlockOpened{}},
        {command, access::Event{access::SourceDeclared{source}}},
        {command, access::Event{access::OperatorAdded{counting_id<PublicKey>(43)}}},
        {command, access::Event{access::OperatorRemoved{counting_id<PublicKey>(44)}}},
        {command, access::Event{access::ClockJumpAllowed{LogTime{1'800'000'000'000}}}},
        {command, access::Event{access::RulesScheduled{{RulesVersion{2}, LogHeight{5'000}}}}},
        {sample_bitcoin_origin(),
            bitcoin::Event{bitcoin::HeaderSeen{counting_id<bitcoin::RawHeader>(45)}}},
        {sample_bitcoin_origin(), bitcoin::Event{sample_transaction()}},
        {sample_bitcoin_origin(),
            bitcoin::Event{bitcoin::BlockScanned{counting_id<BlockHash>(46), 12}}},
        {EngineAuthor{}, outbox::Event{outbox::EffectTaken{
                             counting_id<EffectId>(47), 1, counting_bytes(48, 33)}}},
        {EngineAuthor{}, outbox::Event{outbox::EffectSettled{
                             counting_id<EffectId>(49), counting_bytes(50, 32)}}},
        {EngineAuthor{},
            outbox::Event{outbox::EffectFailed{counting_id<EffectId>(51), 2, "no answer", true}}},
        {command, outbox::Event{outbox::EffectRetried{counting_id<EffectId>(52)}}},
        {command, outbox::Event{outbox::HaltLifted{}}},
        {command, outbox::Event{outbox::HaltOrdered{}}},
        {command, outbox::Event{outbox::HaltRevoked{}}},
        {command, peg::Event{peg::RecipientAllowed{person, LogTime{1'900'000'000'000}}}},
        {command, peg::Event{peg::RecipientRemoved{contract}}},
        {sample_origin(), probe::Event{probe::Probed{counting_id<Hash256>(53), 54, 55}}},
        {command, probe::Event{probe::Probed{counting_id<Hash256>(56), 57, 58}}},
        {command, probe::Event{probe::AttesterSet{59, counting_id<PublicKey>(60)}}},
        {sample_origin(), probe::Event{probe::Attested{
                              counting_id<Hash256>(61), 62, 63, counting_id<Signature>(64)}}},
    };
}
}  // namespace engine::test
