#include "engine/domain/access/admission.hpp"

#include "engine/domain/access/rejects.hpp"

namespace engine::access
{
namespace
{
std::int64_t second_of(LogTime time)
{
    return time.value / 1000;
}

/// A source with its counts set back if they belong to an earlier second.
Source at_this_second(Source source, LogTime now)
{
    if (source.second != second_of(now))
    {
        source.second = second_of(now);
        source.events = 0;
        source.bytes = 0;
    }
    return source;
}

bool has_positions(const Source& source)
{
    return source.declaration.proof != SourceProof::bitcoin;
}

Authors kind_of(const Source& source)
{
    return has_positions(source) ? Authors::sources : Authors::bitcoin;
}

bool fits(const Source& source, std::uint32_t bytes)
{
    // An event larger than a whole second's share passes alone, or it could never pass.
    const auto& limit = source.declaration;
    return source.events < limit.events_per_second &&
           (source.events == 0 ||
               std::uint64_t{source.bytes} + bytes <= std::uint64_t{limit.bytes_per_second});
}

std::uint32_t add_capped(std::uint32_t a, std::uint32_t b)
{
    return b > UINT32_MAX - a ? UINT32_MAX : a + b;
}
}  // namespace

Verdict admit(const Step& step, Authors allowed, const CommandClaim& claim)
{
    const auto now = step.context().time;
    if (!includes(allowed, Authors::operators))
        return kAuthorNotAllowed;

    const auto key = step.find(kOperators, claim.key);
    if (!key)
        return kUnknownKey;
    if (key->last == step.context().event)
        return kDuplicate;
    if (!key->active)
        return kUnknownKey;
    if (claim.sequence <= key->sequence)
        return Verdict{kStaleSequence}.with("sequence", claim.sequence).with("last", key->sequence);
    if (claim.expiry < now)
        return Verdict{kExpired}
            .with("expiry_ms", static_cast<std::uint64_t>(claim.expiry.value))
            .with("log_time_ms", static_cast<std::uint64_t>(now.value));
    if (claim.expiry.value - now.value > kExpiryMaxMs)
        return Verdict{kExpiryTooFar}
            .with("expiry_ms", static_cast<std::uint64_t>(claim.expiry.value))
            .with("log_time_ms", static_cast<std::uint64_t>(now.value));
    return accepted;
}

Verdict admit(const Step& step, Authors allowed, const SourceClaim& claim)
{
    const auto row = step.find(kSources, claim.source);
    if (!row)
        return Verdict{kUnknownSource}.with("source", claim.source.value);
    if (!includes(allowed, kind_of(*row)))
        return kAuthorNotAllowed;
    if (claim.key != row->declaration.key)
        return kWrongSourceKey;

    const auto source = at_this_second(*row, step.context().time);
    if (has_positions(source) && claim.position < source.next_position)
        return kDuplicate;
    if (has_positions(source) && claim.position > source.next_position)
        return Verdict{kGap}.with("position", claim.position).with("next", source.next_position);
    if (!fits(source, step.context().bytes))
        return Verdict{kOverRate}.with("events_per_second", source.declaration.events_per_second);
    return accepted;
}

void record(Step& step, const CommandClaim& claim)
{
    // An event may have taken its own author's rights away: the row says so, and stays so.
    auto key = step.find(kOperators, claim.key);
    ENSURE(key.has_value());
    key->sequence = claim.sequence;
    key->last = step.context().event;
    key->place = step.context().place;
    step.put(kOperators, claim.key, *key);
}

void record(Step& step, const SourceClaim& claim)
{
    const auto row = step.find(kSources, claim.source);
    ENSURE(row.has_value());
    auto source = at_this_second(*row, step.context().time);
    source.events = add_capped(source.events, 1);
    source.bytes = add_capped(source.bytes, step.context().bytes);
    if (has_positions(source))
        ++source.next_position;
    step.put(kSources, claim.source, source);
}
}  // namespace engine::access
