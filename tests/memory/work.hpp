#pragma once

#include "tests/support/world.hpp"

#include <cstring>

namespace engine::test
{
/// The work of a life, event by event: probes of ids that come once, over accounts that come back
/// from anywhere in the state; headers of a chain, whose old ones are forgotten again; allowances
/// that end soon after they were given. So rows are made, changed, looked up and removed, in hash
/// tables and in ordered ones, and most of what is touched has left memory long before.
class Work
{
    GenesisId m_genesis;
    std::uint64_t m_accounts;
    std::uint64_t m_count = 0;
    std::uint64_t m_position = 0;
    std::uint64_t m_sequence = 0;
    btc::Header m_tip = btc::parameters(btc::Network::regtest).genesis;

    static constexpr std::uint64_t kHeaderEvery = 40;
    static constexpr std::int64_t kAllowedForMs = 3'000;

public:
    Work(const GenesisId& genesis, std::uint64_t accounts)
      : m_genesis{genesis}, m_accounts{accounts}
    {}

    static std::uint64_t mix(std::uint64_t x)
    {
        x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
        x = (x ^ x >> 27) * 0x94d049bb133111eb;
        return x ^ x >> 31;
    }

    /// The id of a probe: anywhere in the table.
    static Hash256 id_of(std::uint64_t number)
    {
        Hash256 id;
        for (std::uint64_t i = 0; i < 4; ++i)
        {
            const auto word = mix(4 * number + i + 1);
            std::memcpy(id.bytes.data() + 8 * i, &word, 8);
        }
        return id;
    }

    /// The next observation.
    Bytes next()
    {
        const auto i = m_count++;
        if (i % kHeaderEvery == kHeaderEvery - 1)
            return header();
        probe::Probed probed;
        probed.id = id_of(i);
        probed.account = mix(i) % m_accounts;
        probed.amount = 1;
        return observation(probe::Event{probed}, m_position++);
    }

    /// The next command: one of 256 recipients is allowed for a while.
    Bytes allowance(LogTime now)
    {
        ++m_sequence;
        const auto recipient = test_principal(static_cast<std::uint8_t>(m_sequence));
        return command(m_genesis,
            peg::Event{peg::RecipientAllowed{recipient, LogTime{now.value + kAllowedForMs}}},
            m_sequence, now);
    }

private:
    Bytes header()
    {
        m_tip.previous = btc::block_hash(m_tip);
        m_tip.version = 0x20000000;
        m_tip.time = ChainTime{m_tip.time.value + 1};
        mine(m_tip);
        return encode_event(
            {Origin{kBitcoinSource, 0, {}, {}}, bitcoin::Event{bitcoin::HeaderSeen{raw(m_tip)}}});
    }
};

[[noreturn]] inline void give_up(const std::string& why)
{
    std::fprintf(stderr, "memory_life: %s\n", why.c_str());
    std::exit(1);
}

/// Folds a log twice at once, with a bound on memory over a store and without any, and compares all
/// that can be asked. Gives up at the first difference.
void compare_in_lockstep(
    const log::Log& log, Disk& disk, const std::string& scratch, std::size_t memory_bytes);
}  // namespace engine::test
