#include "engine/codec/table_codec.hpp"

#include "engine/base/hex.hpp"
#include "engine/core/deadlines.hpp"
#include "engine/core/row_codec.hpp"
#include "engine/domain/bitcoin/state.hpp"
#include "engine/domain/outbox/state.hpp"
#include "engine/domain/peg/state.hpp"
#include "engine/fold/modules.hpp"
#include "tests/support/samples.hpp"

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <set>

namespace engine
{
namespace
{
const TableCodec& table(std::string_view name)
{
    const auto* found = table_by_name(name);
    EXPECT_NE(found, nullptr) << name;
    return *found;
}

std::string text(const Result<boost::json::value, Invalid>& json)
{
    return json ? boost::json::serialize(*json) : json.error().what;
}

const std::string kTxid = "1f1e1d1c1b1a191817161514131211100f0e0d0c0b0a09080706050403020100";
const OutPoint kOutPoint{test::counting_id<Txid>(0), 7};

TEST(TableCodec, EveryTableOfEveryModuleHasOne)
{
    std::set<std::string_view> names;
    for (const auto& info : Modules::tables())
    {
        const auto* codec = table_by_name(info.name);
        ASSERT_NE(codec, nullptr) << info.name;
        EXPECT_EQ(codec->info.id, info.id);
        EXPECT_EQ(table_by_id(info.id), codec);
        names.insert(info.name);
    }
    EXPECT_EQ(names.size(), table_codecs().size()) << "no two tables have one name";
    EXPECT_NE(table_by_name(kDeadlines.name), nullptr);
}

TEST(TableCodec, AnUnknownTableIsNamedWithTheNearest)
{
    EXPECT_EQ(table_by_name("peg.deposit"), nullptr);
    EXPECT_EQ(
        unknown_table("peg.deposit").what, "no table peg.deposit (did you mean peg.deposits?)");
    EXPECT_EQ(table_by_id(TableId{0x7777}), nullptr);
}

TEST(TableCodec, RowsAreShownByTheirMembers)
{
    peg::Deposit deposit;
    deposit.state = peg::DepositState::credited;
    deposit.height = ChainHeight{840'000};
    deposit.block = test::counting_id<BlockHash>(0);
    deposit.amount = *Sats::from(5'000);
    deposit.recipient = {26, {}, ""};
    const auto json = table("peg.deposits").row_to_json(encode_row(deposit));
    ASSERT_TRUE(json.has_value()) << json.error().what;
    EXPECT_EQ(json->at("state"), "credited");
    EXPECT_EQ(json->at("amount_sats"), 5'000);
    EXPECT_EQ(json->at("block"), boost::json::string_view{kTxid});
    EXPECT_TRUE(json->at("recipient").as_string().starts_with("ST"));
    EXPECT_EQ(json->at("effect"), boost::json::string_view{std::string(64, '0')});
    EXPECT_EQ(json->as_object().size(), table("peg.deposits").row_members.size());
}

TEST(TableCodec, TheRowOfASetIsAnEmptyObject)
{
    EXPECT_EQ(text(table("peg.waiting").row_to_json({})), "{}");
}

TEST(TableCodec, PlacesAndKindsOfEffectsAreShown)
{
    outbox::EffectRow row;
    row.kind = outbox::EffectKind::mint;
    row.opened = {LogHeight{12}, 3};
    const auto json = table("outbox.effects").row_to_json(encode_row(row));
    ASSERT_TRUE(json.has_value());
    EXPECT_EQ(json->at("kind"), "mint");
    EXPECT_EQ(json->at("opened"), "12.3");
}

TEST(TableCodec, BytesThatAreNoRowAreAnError)
{
    EXPECT_EQ(text(table("peg.totals").row_to_json(Bytes{1, 2})),
        "peg.totals: no row of this table: 0102");
    EXPECT_EQ(text(table("peg.deposits").key_to_json(Bytes{1, 2})),
        "peg.deposits: no key of this table: 0102");
}

TEST(TableCodec, AKeyOfOneMemberIsThatMember)
{
    const auto& deposits = table("peg.deposits");
    EXPECT_EQ(deposits.key_members, std::vector<std::string>{"key"});
    const auto key = encode_key(kOutPoint);
    EXPECT_EQ(*deposits.key_to_text(key), kTxid + ":7");
    EXPECT_EQ(*deposits.parse_key(kTxid + ":7"), key);
    EXPECT_EQ(*deposits.parse_key("\"" + kTxid + ":7\""), key);
    EXPECT_EQ(*deposits.parse_key("0x" + to_hex(key)), key);
}

TEST(TableCodec, AKeyOfSeveralMembersHasSlashesBetweenThem)
{
    const auto& spends = table("bitcoin.spends");
    EXPECT_EQ(
        spends.key_members, (std::vector<std::string>{"outpoint", "height", "block", "index"}));
    const bitcoin::SpendKey spend{
        kOutPoint, {ChainHeight{840'000}, test::counting_id<BlockHash>(0), 2}};
    const auto key = encode_key(spend);
    const auto components = kTxid + ":7/840000/" + kTxid + "/2";
    EXPECT_EQ(*spends.key_to_text(key), components);
    EXPECT_EQ(*spends.parse_key(components), key);
    EXPECT_EQ(*spends.parse_key(text(spends.key_to_json(key))), key);
}

TEST(TableCodec, NumbersAndWordsAreWrittenPlainly)
{
    EXPECT_EQ(*table("bitcoin.best").parse_key("840000"), encode_key(ChainHeight{840'000}));
    EXPECT_EQ(*table("probe.accounts").parse_key("18446744073709551615"),
        encode_key(std::uint64_t{UINT64_MAX}));
    const bitcoin::WatchKey watch{bitcoin::WatchKind::prefix, {0x58, 0x32}, 3};
    EXPECT_EQ(*table("bitcoin.watches").parse_key("prefix/5832/3"), encode_key(watch));
    EXPECT_EQ(*table("bitcoin.watches").key_to_text(encode_key(watch)), "prefix/5832/3");
    const DeadlineKey deadline{LogTime{-5}, 0x0303, {{0xAB}}};
    EXPECT_EQ(*table("core.deadlines").parse_key("-5/771/ab"), encode_key(deadline));
}

TEST(TableCodec, TheKeyOfASingleRowIsEmpty)
{
    const auto& tip = table("bitcoin.tip");
    EXPECT_TRUE(tip.key_members.empty());
    EXPECT_EQ(*tip.parse_key(""), Bytes{});
    EXPECT_EQ(*tip.key_to_text({}), "");
    EXPECT_EQ(tip.parse_key("x").error().what, "bitcoin.tip: expected nothing, got x");
}

TEST(TableCodec, AddressesAreKeysOfTheAllowList)
{
    const auto& allowed = table("peg.allowed");
    const std::string address = "SP2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ7.pool-v1";
    const auto key = allowed.parse_key(address);
    ASSERT_TRUE(key.has_value()) << key.error().what;
    EXPECT_EQ(*allowed.key_to_text(*key), address);
}

TEST(TableCodec, AWrongKeyIsNamedByItsMember)
{
    EXPECT_EQ(table("peg.deposits").parse_key("abc").error().what,
        R"(peg.deposits.key: expected TXID:INDEX, got "abc")");
    EXPECT_EQ(table("bitcoin.best").parse_key("-1").error().what,
        "bitcoin.best.key: expected a whole number from 0 to 4294967295, got -1");
    EXPECT_EQ(table("bitcoin.best").parse_key("tip").error().what,
        R"(bitcoin.best.key: expected a whole number from 0 to 4294967295, got "tip")");
    EXPECT_EQ(table("bitcoin.watches").parse_key("script/00").error().what,
        "bitcoin.watches: expected kind/pattern/owner, got script/00");
    EXPECT_EQ(table("bitcoin.watches")
                  .parse_key(R"({"kind":"script","patern":"","owner":1})")
                  .error()
                  .what,
        "bitcoin.watches: no member patern (did you mean pattern?)");
    EXPECT_EQ(table("bitcoin.best").parse_key("0x01").error().what,
        "bitcoin.best: 0x01 is no encoded key of this table");
    EXPECT_EQ(table("bitcoin.watches").parse_key("{").error().what.substr(0, 31),
        "bitcoin.watches: JSON: byte 1: ");
}
}  // namespace
}  // namespace engine
