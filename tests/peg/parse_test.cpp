#include "engine/domain/peg/parse.hpp"

#include "engine/bitcoin/transaction.hpp"
#include "engine/domain/peg/rejects.hpp"
#include "engine/sbtc/c32.hpp"
#include "tests/bitcoin/vectors.hpp"
#include "tests/support/chain.hpp"

#include <gtest/gtest.h>
#include <cstdlib>
#include <random>

namespace engine::peg
{
namespace
{
using bitcoin::Network;
using sbtc::to_c32;
using test::data_script;

/// Bytes from pieces: text as it is, numbers as bytes.
Bytes join(std::initializer_list<Bytes> pieces)
{
    Bytes out;
    for (const auto& piece : pieces)
        append(out, piece);
    return out;
}
Bytes text(std::string_view t)
{
    return {t.begin(), t.end()};
}
Bytes byte(std::uint8_t b)
{
    return {b};
}

const Bytes kHash(20, 0xab);
const Bytes kStart = text("id<");
const std::string kLongest(40, 'n');

Principal principal(std::uint8_t version = 26, std::string contract = {})
{
    Principal p{version, {}, std::move(contract)};
    p.hash.bytes.fill(0xab);
    return p;
}

std::optional<Result<PegIn, Reject>> parse(const Bytes& data, Network network = Network::regtest)
{
    return parse_peg_in(data_script(data), network);
}

PegIn good(const Bytes& data, Network network = Network::regtest)
{
    const auto parsed = parse(data, network);
    EXPECT_TRUE(parsed.has_value());
    EXPECT_TRUE(parsed && parsed->has_value());
    return parsed && *parsed ? **parsed : PegIn{};
}

std::string_view reason(const Bytes& data, Network network = Network::regtest)
{
    const auto parsed = parse(data, network);
    if (!parsed)
        return "no peg-in";
    return *parsed ? "accepted" : parsed->error().name;
}

Bytes padded(std::string_view name)
{
    Bytes field = text(name);
    field.resize(40);
    return field;
}

TEST(PegInForms, EveryPublishedFormIsToldFromTheOthers)
{
    const auto address = join({byte(26), kHash});
    const PegIn standard{PegInForm::sip005_standard, principal()};
    EXPECT_EQ(good(join({kStart, byte(5), address})), standard);
    EXPECT_EQ(good(join({kStart, byte(5), address, text("memo")})), standard);

    const PegIn contract{PegInForm::sip005_contract, principal(26, "vault")};
    EXPECT_EQ(good(join({kStart, byte(6), address, byte(5), text("vault")})), contract);
    EXPECT_EQ(good(join({kStart, byte(6), address, byte(5), text("vault+memo")})), contract);

    EXPECT_EQ(good(join({kStart, address})), (PegIn{PegInForm::cli, principal()}));

    const PegIn second{PegInForm::node_second, principal()};
    EXPECT_EQ(good(join({kStart, address, byte(0)})), second);
    EXPECT_EQ(good(join({kStart, address, byte(0), text("memo")})), second);
    EXPECT_EQ(good(join({kStart, address, byte(5), text("vaultmemo")})),
        (PegIn{PegInForm::node_second, principal(26, "vault")}));

    EXPECT_EQ(good(join({kStart, address, padded("vault")})),
        (PegIn{PegInForm::node_first, principal(26, "vault")}));
    EXPECT_EQ(good(join({kStart, address, padded("vault"), text("memo")})),
        (PegIn{PegInForm::node_first, principal(26, "vault")}));

    const auto written = to_c32({26, principal().hash});
    const PegIn as_text{PegInForm::text, principal()};
    EXPECT_EQ(good(join({kStart, text(written)})), as_text);
    EXPECT_EQ(good(join({kStart, text(written), Bytes(10)})), as_text);
    EXPECT_EQ(good(join({kStart, text(written + ".vault")})),
        (PegIn{PegInForm::text, principal(26, "vault")}));
}

TEST(PegInForms, ANameMayHaveFortyCharactersAndNotOneMore)
{
    const auto address = join({byte(26), kHash});
    const auto longest = text(kLongest);
    const auto too_long = text(kLongest + "n");
    EXPECT_EQ(good(join({kStart, byte(6), address, byte(40), longest})).recipient,
        principal(26, kLongest));
    EXPECT_EQ(good(join({kStart, address, byte(40), longest})).recipient, principal(26, kLongest));
    EXPECT_EQ(good(join({kStart, address, longest})).recipient, principal(26, kLongest));
    EXPECT_EQ(
        reason(join({kStart, byte(6), address, byte(41), too_long})), "peg-bad-contract-name");
    EXPECT_EQ(reason(join({kStart, address, byte(41), too_long})), "peg-bad-contract-name");
}

TEST(PegInForms, EachFaultHasItsName)
{
    const auto address = join({byte(26), kHash});
    const auto short_address = join({byte(26), Bytes(19, 0xab)});
    const struct
    {
        Bytes data;
        std::string_view reason;
    } rows[] = {
        {kStart, "peg-no-recipient"},
        {join({kStart, byte(5)}), "peg-no-recipient"},
        {join({kStart, byte(5), short_address}), "peg-no-recipient"},
        {join({kStart, byte(6), short_address}), "peg-no-recipient"},
        {join({kStart, short_address}), "peg-no-recipient"},
        {join({kStart, byte(7), address}), "peg-unknown-form"},
        {join({kStart, byte(0), kHash}), "peg-unknown-form"},
        {join({kStart, byte(6), address}), "peg-bad-contract-name"},
        {join({kStart, byte(6), address, byte(0)}), "peg-bad-contract-name"},
        {join({kStart, byte(6), address, byte(6), text("vault")}), "peg-bad-contract-name"},
        {join({kStart, byte(6), address, byte(1), text("1")}), "peg-bad-contract-name"},
        {join({kStart, byte(6), address, byte(2), text("a.")}), "peg-bad-contract-name"},
        {join({kStart, address, byte(6), text("vault")}), "peg-bad-contract-name"},
        {join({kStart, address, text("vault")}), "peg-bad-contract-name"},
        {join({kStart, address, padded("va-_1\0x")}), "accepted"},
        {join({kStart, address, text("vault"), Bytes(34), byte('x')}), "peg-bad-contract-name"},
        {join({kStart, text("ST")}), "peg-bad-address-text"},
        {join({kStart, text(to_c32({26, principal().hash}) + ".")}), "peg-bad-contract-name"},
        {join({kStart, byte(5), byte(1), kHash}), "peg-unknown-version"},
        {join({kStart, byte(5), byte(22), kHash}), "peg-recipient-of-other-network"},
        {join({kStart, byte(20), kHash}), "peg-recipient-of-other-network"},
        {join({text("X2<"), byte(26), kHash}), "peg-wrong-network"},
        {text("T2<"), "peg-wrong-network"},
        {text("id>"), "no peg-in"},
        {text("id"), "no peg-in"},
        {text("ID<"), "no peg-in"},
        {{}, "no peg-in"},
    };
    for (const auto& row : rows)
        EXPECT_EQ(reason(row.data), row.reason) << to_hex(row.data);
}

TEST(PegInForms, EachNetworkHasItsMarkAndItsAddresses)
{
    const struct
    {
        Network network;
        std::string_view magic;
        std::uint8_t version;
    } rows[] = {
        {Network::mainnet, "X2<", 22},
        {Network::mainnet, "X2<", 20},
        {Network::testnet4, "T2<", 26},
        {Network::signet, "T2<", 21},
        {Network::regtest, "id<", 26},
    };
    for (const auto& row : rows)
    {
        EXPECT_EQ(good(join({text(row.magic), byte(row.version), kHash}), row.network).recipient,
            principal(row.version));
        for (const auto* magic : {"X2<", "T2<", "id<"})
        {
            if (magic != row.magic)
            {
                EXPECT_EQ(reason(join({text(magic), byte(row.version), kHash}), row.network),
                    "peg-wrong-network");
            }
        }
        for (const auto other : std::array<std::uint8_t, 4>{20, 21, 22, 26})
        {
            const bool is_mainnet = other == 20 || other == 22;
            EXPECT_EQ(reason(join({text(row.magic), byte(5), byte(other), kHash}), row.network),
                is_mainnet == (row.network == Network::mainnet) ? "accepted"
                                                                : "peg-recipient-of-other-network");
        }
    }
}

TEST(PegInForms, OnlyASinglePushBehindOpReturnCarriesData)
{
    const auto data = join({kStart, byte(26), kHash});
    const auto size = static_cast<std::uint8_t>(data.size());
    const auto is_peg_in = [](const Bytes& script) {
        return parse_peg_in(script, Network::regtest).has_value();
    };
    EXPECT_TRUE(is_peg_in(join({byte(0x6a), byte(size), data})));
    EXPECT_TRUE(is_peg_in(join({byte(0x6a), byte(0x4c), byte(size), data})));
    EXPECT_TRUE(is_peg_in(join({byte(0x6a), byte(0x4d), byte(size), byte(0), data})));
    EXPECT_FALSE(is_peg_in(join({byte(0x6a), byte(size), data, byte(0)})));
    EXPECT_FALSE(is_peg_in(join({byte(0x6a), byte(static_cast<std::uint8_t>(size + 1)), data})));
    EXPECT_FALSE(is_peg_in(join({byte(size), data})));
    EXPECT_FALSE(is_peg_in({}));
    EXPECT_FALSE(is_peg_in({0x6a}));
}

// sbtc-developer-release: sbtc-core op_return/deposit.rs, and the README of sbtc-cli.
TEST(PegInForms, RealTransactionsOfTheDeveloperReleaseAreRead)
{
    const auto vectors = btc::read_json_vector("sbtc-alpha/developer_release.json");
    SKIP_WITHOUT(vectors, "sbtc-alpha/developer_release.json");

    const auto& first = vectors->at("deposit_tx");
    const auto deposit = btc::decode_transaction(btc::hex(first.at("hex")));
    ASSERT_TRUE(deposit.has_value());
    const auto parsed = parse_peg_in(deposit->outputs[0].script_pubkey, Network::signet);
    ASSERT_TRUE(parsed && *parsed);
    EXPECT_EQ((*parsed)->form, PegInForm::sip005_standard);
    EXPECT_EQ(to_c32({(*parsed)->recipient.version, (*parsed)->recipient.hash}),
        btc::text(first.at("expected_recipient")));
    EXPECT_EQ(deposit->outputs[1].value.value(), first.at("expected_amount").to_number<unsigned>());

    const auto short_form =
        btc::decode_transaction(btc::hex(vectors->at("deposit_tx_cli_readme").at("hex")));
    ASSERT_TRUE(short_form.has_value());
    const auto from_cli = parse_peg_in(short_form->outputs[0].script_pubkey, Network::signet);
    ASSERT_TRUE(from_cli && *from_cli);
    EXPECT_EQ((*from_cli)->form, PegInForm::cli);
    EXPECT_EQ((*from_cli)->recipient.version, 26);

    // The same bytes are of another network elsewhere.
    const auto on_mainnet = parse_peg_in(deposit->outputs[0].script_pubkey, Network::mainnet);
    ASSERT_TRUE(on_mainnet && !*on_mainnet);
    EXPECT_EQ(on_mainnet->error(), kWrongNetwork);
}

/// Random scripts that come close to peg-ins: forms cut off, lengths changed, bytes flipped.
class Fuzz
{
    std::mt19937_64 m_random;

    std::size_t below(std::size_t bound) { return m_random() % bound; }

    Bytes noise(std::size_t size_max)
    {
        Bytes out(below(size_max + 1));
        for (auto& b : out)
            b = static_cast<std::uint8_t>(m_random());
        return out;
    }

public:
    explicit Fuzz(std::uint64_t seed) : m_random{seed} {}

    Bytes script()
    {
        static constexpr std::array<std::string_view, 4> kMagics{"X2<", "T2<", "id<", "zz<"};
        static constexpr std::array<std::uint8_t, 8> kFirst{5, 6, 20, 21, 22, 26, 'S', 0};
        if (below(8) == 0)
            return noise(100);
        auto data = text(kMagics[below(kMagics.size())]);
        data.push_back(kFirst[below(kFirst.size())]);
        append(data, noise(4) /* of any length */);
        append(data, Bytes(below(3) == 0 ? 20 : below(64), static_cast<std::uint8_t>(below(128))));
        append(data, noise(60));
        data.resize(below(2) == 0 ? data.size() : below(data.size() + 1));
        auto script = data_script(data);
        for (auto flips = below(3); flips > 0; --flips)
            script[below(script.size())] = static_cast<std::uint8_t>(m_random());
        return script;
    }
};

TEST(PegInForms, NoScriptCrashesTheParserAndWhatItAcceptsIsAPrincipal)
{
    const char* chosen = std::getenv("REFOLD_SEED");
    const auto seed = chosen != nullptr ? std::strtoull(chosen, nullptr, 10) : 1;
    SCOPED_TRACE("REFOLD_SEED=" + std::to_string(seed));
    Fuzz fuzz{seed};
    std::array<std::size_t, 4> counts{};
    for (std::size_t i = 0; i < 1'000'000; ++i)
    {
        const auto network = static_cast<Network>(i % 4);
        const auto parsed = parse_peg_in(fuzz.script(), network);
        const auto kind = !parsed ? 0u : !*parsed ? 1u : 2u;
        ++counts[kind];
        if (kind == 2)
        {
            ASSERT_FALSE(find_fault((*parsed)->recipient, network).has_value());
        }
    }
    EXPECT_GT(counts[0], 10'000u);
    EXPECT_GT(counts[1], 10'000u);
    EXPECT_GT(counts[2], 1'000u);
}
}  // namespace
}  // namespace engine::peg
