#include "engine/runtime/root_ahead.hpp"

namespace engine
{
void RootAhead::take(FrozenSet set, LogHeight height, const LogBlockHash& hash, bool wants_flush)
{
    auto job = std::make_unique<Job>();
    job->set = std::move(set);
    job->block = {height, hash, {}};
    job->wants_flush = wants_flush;
    job->rows = job->set.rows().size();
    job->bytes = job->set.bytes();
    m_rows += job->rows;
    m_bytes += job->bytes;
    auto& posted = *m_jobs.emplace_back(std::move(job));
    if (m_executor != nullptr)
        m_executor->post(Lane::root, [this, &posted] { run(posted); });
    else
        run(posted);
}

/// After an error the store is of no more use: what comes behind it is not tried.
void RootAhead::run(Job& job)
{
    if (!m_failed)
    {
        auto root = m_store.take(std::move(job.set));
        if (root)
            job.block.root = *root;
        else
            job.error = root.error();
        if (root && job.wants_flush)
        {
            if (const auto flushed = m_store.flush(job.block.height, job.block.hash); !flushed)
                job.error = flushed.error();
        }
        m_failed = job.error.has_value();
    }
    job.is_done = true;
}

StoreResult<std::optional<RootAhead::Taken>> RootAhead::next()
{
    if (m_jobs.empty() || !m_jobs.front()->is_done)
        return std::optional<Taken>{};
    const auto job = std::move(m_jobs.front());
    m_jobs.pop_front();
    m_rows -= job->rows;
    m_bytes -= job->bytes;
    if (job->error)
        return Failure{*job->error};
    return std::optional{Taken{job->block, job->wants_flush}};
}

void RootAhead::wait()
{
    if (m_executor != nullptr && !m_jobs.empty())
        m_executor->wait_until([this] { return m_jobs.back()->is_done.load(); });
}
}  // namespace engine
