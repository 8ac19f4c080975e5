#include "engine/runtime/ignored_facts.hpp"

namespace engine
{
namespace
{
std::int64_t hour_of(LogTime time)
{
    return time.value / 3'600'000;
}
}  // namespace

std::optional<EventPlace> IgnoredFacts::place_of(const EventHash& fact) const
{
    const auto found = m_places.find(fact);
    return found != m_places.end() ? std::optional{found->second} : std::nullopt;
}

bool IgnoredFacts::fits(LogTime time, std::size_t bytes) const
{
    if (hour_of(time) != m_hour || m_events == 0)
        return true;
    return m_events < m_limits.events_per_hour && m_bytes + bytes <= m_limits.bytes_per_hour;
}

void IgnoredFacts::add(const EventHash& fact, EventPlace place, LogTime time, std::size_t bytes)
{
    if (hour_of(time) != m_hour)
    {
        m_hour = hour_of(time);
        m_events = 0;
        m_bytes = 0;
    }
    ++m_events;
    m_bytes += bytes;
    if (!m_places.emplace(fact, place).second)
        return;
    m_in_order.push_back(fact);
    if (m_in_order.size() > m_limits.remembered)
    {
        m_places.erase(m_in_order.front());
        m_in_order.pop_front();
    }
}
}  // namespace engine
