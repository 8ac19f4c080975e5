#pragma once

// Random scripts and transactions that come close to operations: fields cut off, lengths changed,
// bytes flipped. One seed gives one sequence.

#include "tests/sbtc/operations.hpp"

#include <random>

namespace engine::sbtc::test
{
class WildScripts
{
    std::mt19937_64 m_random;

public:
    explicit WildScripts(std::uint64_t seed) : m_random{seed} {}

    std::size_t below(std::size_t bound) { return m_random() % bound; }

    Bytes noise(std::size_t size_max)
    {
        Bytes out(below(size_max + 1));
        for (auto& b : out)
            b = static_cast<std::uint8_t>(m_random());
        return out;
    }

    /// Flips bits, cuts off, and adds; more often it leaves alone.
    Bytes bent(Bytes bytes)
    {
        for (auto flips = below(4); flips > 1 && !bytes.empty(); --flips)
            bytes[below(bytes.size())] ^= static_cast<std::uint8_t>(1u << below(8));
        if (below(8) == 0)
            bytes.resize(below(bytes.size() + 1));
        if (below(8) == 0)
            append(bytes, noise(20));
        return bytes;
    }

    /// The data of an output 0, or of a reveal without its magic.
    Bytes data()
    {
        static constexpr std::array<std::string_view, 4> kMarks{"X2", "T2", "id", "zz"};
        static constexpr std::array<std::string_view, 6> kCodes{"<", ">", "!", "H", "w", "?"};
        const auto mark = text(kMarks[below(16) == 0 ? below(4) : 2]);
        return bent(join({mark, text(kCodes[below(kCodes.size())]), payload()}));
    }

    Bytes payload()
    {
        static constexpr std::array<std::uint8_t, 8> kFirst{5, 6, 20, 21, 22, 26, 'S', 0};
        switch (below(6))
        {
            case 0:
                return join({number(m_random() >> below(64)),
                    some_signature(static_cast<std::uint8_t>(below(6))), noise(4)});
            case 1:
                return join({Bytes{kFirst[below(kFirst.size())]}, Bytes(20, 0xab),
                    Bytes{static_cast<std::uint8_t>(below(64))}, text("pool-v1"), noise(40)});
            case 2:
                return join({Bytes{5, 26}, noise(24)});
            case 3:
                return join({text("ST3W2ATS1H9RF29DMYW5QP7NYJ643WNP2YFT4Z45C"), noise(3)});
            case 4:
                return Bytes(8 * below(6), static_cast<std::uint8_t>(below(256)));
            default:
                return noise(80);
        }
    }

    /// A script that shows data, and whatever else a witness may have.
    btc::Input shown()
    {
        auto script =
            drop_script(bent(join({text(below(2) == 0 ? "<" : ">"), payload(), number(1)})));
        auto input = commit(kCommitKinds[below(kCommitKinds.size())], bent(script)).input;
        if (below(8) == 0)
            input.witness.push_back(noise(70));
        if (below(8) == 0)
            input.script_sig = bent(input.script_sig);
        for (auto& item : input.witness)
        {
            if (below(16) == 0)
                item = bent(item);
        }
        return input;
    }

    /// A script of an output, of any kind.
    Bytes script()
    {
        switch (below(6))
        {
            case 0:
                return noise(100);
            case 1:
                return bent(kRecipient);
            case 2:
                return bent(kWallet);
            case 3:
                return bent(drop_script(data()));
            default:
                return bent(btc::carry_data(data()));
        }
    }

    btc::Transaction transaction()
    {
        btc::Transaction out;
        for (auto inputs = below(16) == 0 ? below(3) : 1; inputs > 0; --inputs)
        {
            out.inputs.push_back(below(2) == 0 ? btc::Input{{{{9}}, 2}, {}, 0, {}} : shown());
            out.inputs.back().previous.index = static_cast<std::uint32_t>(below(4));
        }
        const auto sats = [&] { return *Sats::from(below(4) == 0 ? 0 : below(Sats::kMax)); };
        const bool shows = !out.inputs.empty() && !out.inputs[0].witness.empty();
        out.outputs.push_back({Sats{}, shows ? btc::carry_data(text("idw")) : script()});
        for (auto payments = below(4); payments > 0; --payments)
            out.outputs.push_back({sats(), below(2) == 0 ? kRecipient : script()});
        return out;
    }
};
}  // namespace engine::sbtc::test
