#include "engine/codec/json.hpp"

#include "engine/codec/codec.hpp"
#include "tests/support/arbitrary_event.hpp"
#include "tests/support/samples.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <boost/json.hpp>

#include <ostream>
#include <set>

namespace engine
{
namespace
{
std::string text(const boost::json::value& value)
{
    return boost::json::serialize(value);
}

boost::json::value parsed(std::string_view text)
{
    auto value = parse_json(text);
    EXPECT_TRUE(value.has_value()) << value.error().what;
    return *std::move(value);
}

std::string why(std::string_view body)
{
    const auto read = body_from_json(parsed(body));
    return read ? "accepted" : read.error().what;
}

TEST(Json, EveryKindComesBackAsItWas)
{
    for (const auto& event : test::one_event_of_each_kind())
    {
        const auto read = event_from_json(parsed(text(to_json(event))));
        ASSERT_TRUE(read.has_value()) << read.error().what << "\n" << text(to_json(event));
        EXPECT_EQ(*read, event);
    }
}

RC_GTEST_PROP(Json, AnyEventComesBackAsItWas, (const Event& event))
{
    const auto read = event_from_json(*parse_json(text(to_json(event))));
    RC_ASSERT(read.has_value());
    RC_ASSERT(*read == event);
}

TEST(Json, EveryKindHasANameOfItsOwn)
{
    std::set<std::string> seen;
    for (const auto& event : test::one_event_of_each_kind())
        seen.insert(kind_name(event.body));
    const auto names = kind_names();
    EXPECT_EQ(seen, std::set<std::string>(names.begin(), names.end()));
    EXPECT_EQ(names.front(), "genesis");
    EXPECT_EQ(names[1], "block_opened");
}

TEST(Json, AnEventIsItsAuthorAndItsBody)
{
    const Event event{Origin{access::SourceId{3}, 11, {}, {}},
        bitcoin::Event{bitcoin::BlockScanned{test::counting_id<BlockHash>(0), 12}}};
    EXPECT_EQ(text(to_json(event)),
        R"({"author":{"observation":{"source":3,"position":11,"key":")" + std::string(64, '0') +
            R"(","signature":")" + std::string(128, '0') +
            R"("}},)"
            R"("body":{"bitcoin.block_scanned":{"block":)"
            R"("1f1e1d1c1b1a191817161514131211100f0e0d0c0b0a09080706050403020100",)"
            R"("watch_version":12}}})");
}

TEST(Json, AmountsSayThatTheyAreSatoshis)
{
    const auto genesis = to_json(Body{test::sample_genesis()});
    EXPECT_EQ(genesis.at("genesis").at("peg").at("minimum_sats"), 10'000);
}

TEST(Json, EnumsAreWords)
{
    const auto genesis = to_json(Body{test::sample_genesis()});
    EXPECT_EQ(genesis.at("genesis").at("bitcoin").at("network"), "regtest");
    EXPECT_EQ(genesis.at("genesis").at("access").at("sources").at(1).at("proof"), "key");
}

TEST(Json, PrincipalsAreAddresses)
{
    // SIP-005's example address.
    const auto body = body_from_json(parsed(R"({"peg.recipient_removed":
        {"recipient":"SP2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ7.pool-v1"}})"));
    ASSERT_TRUE(body.has_value()) << body.error().what;
    const auto& removed = std::get<peg::RecipientRemoved>(std::get<peg::Event>(*body));
    EXPECT_EQ(removed.recipient.version, 22);
    EXPECT_EQ(removed.recipient.contract, "pool-v1");
    EXPECT_EQ(why(R"({"peg.recipient_removed":
        {"recipient":"SP2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ8"}})"),
        R"(peg.recipient_removed.recipient: expected the text of an address with a right checksum, )"
        R"(got "SP2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ8")");
}

struct Row
{
    const char* name;
    const char* body;
    const char* expected;

    friend std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }
};

const Row kRows[] = {
    {"NoObject", "[]", "expected an object, got []"},
    {"TwoKinds", R"({"block_opened":{},"genesis":{}})",
        R"(expected an object with one member, whose name says the kind, got )"
        R"({"block_opened":{},"genesis":{}})"},
    {"UnknownKind", R"({"peg.recipient_alowed":{}})",
        "no kind peg.recipient_alowed (did you mean peg.recipient_allowed?)"},
    {"FarFromAnyKind", R"({"something else entirely":{}})", "no kind something else entirely"},
    {"UnknownMember", R"({"outbox.halt_lifted":{"why":1}})", "outbox.halt_lifted: no member why"},
    {"MisspeltMember", R"({"access.clock_jump_allowed":{"untill":1}})",
        "access.clock_jump_allowed: no member untill (did you mean until?)"},
    {"MissingMember", R"({"access.clock_jump_allowed":{}})",
        "access.clock_jump_allowed: member until is missing"},
    {"TextForANumber", R"({"access.clock_jump_allowed":{"until":"1"}})",
        "access.clock_jump_allowed.until: expected a whole number from -9223372036854775808 to "
        R"(9223372036854775807, got "1")"},
    {"FractionForANumber", R"({"access.clock_jump_allowed":{"until":1.0}})",
        "access.clock_jump_allowed.until: expected a whole number from -9223372036854775808 to "
        "9223372036854775807, got 1E0"},
    {"NumberTooLarge",
        R"({"outbox.effect_failed":{"id":"0000000000000000000000000000000000000000000000000000000000000000","attempt":4294967296,"reason":"","park":false}})",
        "outbox.effect_failed.attempt: expected a whole number from 0 to 4294967295, got "
        "4294967296"},
    {"NegativeNumber", R"({"access.rules_scheduled":{"activation":{"version":-1,"height":2}}})",
        "access.rules_scheduled.activation.version: expected a whole number from 0 to 4294967295, "
        "got -1"},
    {"NumberForABool",
        R"({"outbox.effect_failed":{"id":"0000000000000000000000000000000000000000000000000000000000000000","attempt":1,"reason":"","park":1}})",
        "outbox.effect_failed.park: expected true or false, got 1"},
    {"ShortKey", R"({"access.operator_added":{"key":"00ff"}})",
        R"(access.operator_added.key: expected 64 hexadecimal digits, got "00ff")"},
    {"ForeignDigit", R"({"outbox.effect_settled":{"id":"zz","evidence":""}})",
        R"(outbox.effect_settled.id: expected 64 hexadecimal digits, got "zz")"},
    {"GenesisPart", R"({"genesis":{"random":"","time":0,"acess":{}}})",
        "genesis: no member acess (did you mean access?)"},
};

class JsonErrors : public testing::TestWithParam<Row>
{};

TEST_P(JsonErrors, NameTheMemberAndWhatIsWrong)
{
    EXPECT_EQ(why(GetParam().body), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Json, JsonErrors, testing::ValuesIn(kRows), [](const auto& row) { return row.param.name; });

TEST(Json, AnItemOfAListIsNamedByItsNumber)
{
    auto genesis = to_json(Body{test::sample_genesis()});
    genesis.at("genesis").at("access").at("sources").at(1).at("proof") = "trust";
    const auto read = body_from_json(genesis);
    ASSERT_FALSE(read.has_value());
    EXPECT_EQ(read.error().what, R"(genesis.access.sources[1].proof: expected one of "bitcoin", )"
                                 R"("key", "none", got "trust")");
}

TEST(Json, AnAmountAboveTheSupplyIsNamed)
{
    auto genesis = to_json(Body{test::sample_genesis()});
    genesis.at("genesis").at("peg").at("minimum_sats") = Sats::kMax + 1;
    EXPECT_EQ(body_from_json(genesis).error().what,
        "genesis.peg.minimum_sats: expected satoshis, at most 2100000000000000, got "
        "2100000000000001");
}

TEST(Json, AnUnknownAuthorIsNamed)
{
    EXPECT_EQ(event_from_json(parsed(R"({"author":{"comand":{}},"body":{"block_opened":{}}})"))
                  .error()
                  .what,
        "author: no author comand (did you mean command?)");
}

TEST(ParseJson, SaysWhereATextEndsToBeJson)
{
    EXPECT_EQ(parse_json("{\"a\":1,}").error().what.substr(0, 14), "JSON: byte 7: ");
    EXPECT_EQ(parse_json("{} {}").error().what, "JSON: byte 3: more behind the value");
    EXPECT_EQ(parse_json("").error().what.substr(0, 14), "JSON: byte 0: ");
    EXPECT_FALSE(parse_json(std::string(100, '[')).has_value());
}
}  // namespace
}  // namespace engine
