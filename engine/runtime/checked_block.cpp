#include "engine/runtime/checked_block.hpp"

#include "engine/codec/validate.hpp"

namespace engine
{
void BlockChecker::check(
    const log::BlockView& block, EventChecks checks, const LogIdentity* identity, CheckedBlock& out)
{
    out.hash = block.hash();
    out.event_hashes.clear();
    out.damage.reset();
    out.events.clear();
    out.unusable.reset();
    for (std::uint32_t i = 0; i < block.event_count(); ++i)
        out.event_hashes.push_back(event_hash(block.event(i)));
    // The chain binds headers; the roots in a header bind the events to it.
    if (auto good = log::check_block(block, out.event_hashes); !good)
    {
        out.damage = good.error();
        return;
    }
    for (std::uint32_t i = 0; i < block.event_count() && !out.unusable; ++i)
        read_event(block, i, checks, identity, out);
}

void BlockChecker::read_event(const log::BlockView& block, std::uint32_t index, EventChecks checks,
    const LogIdentity* identity, CheckedBlock& out)
{
    const EventPlace place{block.height(), index};
    const auto bytes = block.event(index);
    const bool all = checks == EventChecks::all;
    auto event = all ? m_decoder.decode(bytes) : m_decoder.decode_vouched(bytes);
    if (!event)
    {
        out.unusable = Finding{place, "not an event: " + event.error().what, "an event", "invalid"};
        return;
    }
    if (all && identity != nullptr && block.height() != LogHeight{0})
    {
        const auto rules = block.header().rules_version;
        if (const auto invalid = validate({identity->genesis, identity->id}, rules, *event))
        {
            out.unusable = Finding{place, "not valid: " + invalid->what, "an event", "invalid"};
            return;
        }
    }
    out.events.push_back(*std::move(event));
}
}  // namespace engine
