#include "engine/runtime/event_proof_json.hpp"

#include "engine/base/hex.hpp"
#include "engine/runtime/api_json.hpp"

namespace engine
{
namespace
{
namespace bj = boost::json;

std::optional<std::string_view> text_of(const bj::value& value)
{
    const auto* text = value.if_string();
    return text ? std::optional<std::string_view>{*text} : std::nullopt;
}

/// Members of an object; once one is missing or of another form, it is bad.
class Members
{
    const bj::object& m_object;
    bool m_good = true;

public:
    explicit Members(const bj::object& object) : m_object{object} {}

    bool good() const { return m_good; }

    const bj::value& at(std::string_view name)
    {
        static const bj::value kNone;
        const auto* value = m_object.if_contains(name);
        m_good = m_good && value != nullptr;
        return value ? *value : kNone;
    }
    template <typename T>
    T take(std::optional<T> value)
    {
        m_good = m_good && value.has_value();
        return value ? *std::move(value) : T{};
    }
    Bytes bytes(const bj::value& value)
    {
        const auto text = text_of(value);
        return take(text ? from_hex(*text) : std::nullopt);
    }
    template <typename Id>
    Id id(const bj::value& value)
    {
        const auto text = text_of(value);
        return take(text ? fixed_from_hex<Id>(*text) : std::nullopt);
    }
};

std::uint32_t count_of(Members& in, const bj::value& value)
{
    if (!value.is_int64() && !value.is_uint64())
        return in.take(std::optional<std::uint32_t>{});
    boost::system::error_code wrong;
    const auto number = value.to_number<std::uint32_t>(wrong);
    return in.take(wrong ? std::nullopt : std::optional{number});
}
}  // namespace

bj::object seal_to_json(const log::Seal& seal)
{
    bj::object out;
    out["height"] = seal.height.value;
    out["hash"] = to_hex(seal.block_hash.bytes);
    out["root"] = to_hex(seal.root.bytes);
    out["signature"] = to_hex(seal.signature.bytes);
    out["seal"] = to_hex(log::encode_seal(seal));
    return out;
}

bj::object event_proof_to_json(
    const log::EventProof& proof, const std::optional<log::Seal>& newest, const LogName& name)
{
    bj::object out;
    out["place"] = to_text({proof.height, proof.index});
    out["index"] = proof.index;
    out["event_count"] = proof.event_count;
    out["event"] = to_hex(proof.event);
    out["event_hash"] = to_hex(log::event_hash(proof.event).bytes);
    bj::array branch;
    for (const auto& sibling : proof.branch)
        branch.emplace_back(to_hex(sibling.bytes));
    out["branch"] = std::move(branch);
    out["header"] = to_hex(proof.header);
    out["hash"] = to_hex(proof.block_hash.bytes);
    out["seal"] = nullptr;
    out["sealed_height"] = nullptr;
    if (newest && newest->height >= proof.height)
    {
        out["seal"] = to_hex(log::encode_seal(*newest));
        out["sealed_height"] = newest->height.value;
    }
    out["sequencer"] = to_hex(name.sequencer.bytes);
    out["genesis"] = to_hex(name.genesis.bytes);
    return out;
}

std::optional<SealedEvent> event_proof_from_json(const bj::value& value)
{
    const auto* object = value.if_object();
    if (object == nullptr)
        return std::nullopt;
    Members in{*object};
    SealedEvent out;
    const auto place_text = text_of(in.at("place"));
    const auto place = in.take(place_text ? place_from_text(*place_text) : std::nullopt);
    auto& proof = out.proof;
    proof.height = place.height;
    proof.index = count_of(in, in.at("index"));
    proof.event_count = count_of(in, in.at("event_count"));
    proof.event = in.bytes(in.at("event"));
    if (const auto* branch = in.at("branch").if_array())
    {
        for (const auto& sibling : *branch)
            proof.branch.push_back(in.id<Hash256>(sibling));
    }
    else
        return std::nullopt;
    const auto header = in.bytes(in.at("header"));
    proof.block_hash = in.id<LogBlockHash>(in.at("hash"));
    if (const auto& seal = in.at("seal"); !seal.is_null())
        out.seal = in.take(log::decode_seal(in.bytes(seal)));
    if (!in.good() || header.size() != proof.header.size() || proof.index != place.index)
        return std::nullopt;
    std::copy(header.begin(), header.end(), proof.header.begin());
    return out;
}
}  // namespace engine
