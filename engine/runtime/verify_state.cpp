#include "engine/runtime/verify_state.hpp"

#include "engine/base/hex.hpp"
#include "engine/codec/table_codec.hpp"
#include "engine/store/compare.hpp"
#include "engine/store/full_root.hpp"

#include <fmt/format.h>
#include <boost/json/serialize.hpp>

namespace engine
{
namespace
{
/// A row that differs, kept for naming the events that wrote it.
struct DifferingRow
{
    TableId table;
    Bytes key;
    std::size_t difference = 0;  ///< Its place in the report.
    std::vector<EventPlace> writers;
};

std::string row_text(const TableCodec* codec, const std::optional<ByteView>& row)
{
    if (!row)
        return "no row";
    const auto json = codec != nullptr ? codec->row_to_json(*row) : Failure{Invalid{}};
    return json ? boost::json::serialize(*json) : "undecodable 0x" + to_hex(*row);
}

std::string key_text(const TableCodec* codec, TableId table, ByteView key)
{
    if (codec == nullptr)
        return fmt::format("table {:#06x} key 0x{}", table.value, to_hex(key));
    const auto text = codec->key_to_text(key);
    return fmt::format("{} {}", codec->info.name, text ? *text : "0x" + to_hex(key));
}

class StateLayer
{
    const VerifyInputs& m_in;
    const CaughtUp& m_refolded;
    LayerReport m_report;
    std::vector<DifferingRow> m_rows;

public:
    StateLayer(const VerifyInputs& inputs, const CaughtUp& refolded)
      : m_in{inputs}, m_refolded{refolded}
    {
        m_report.layer = Layer::state;
        m_report.verdict = LayerReport::Verdict::ok;
    }

    LayerReport run()
    try
    {
        const auto mark = *m_in.stored->stands_at();
        const auto tables = Modules::tables();
        const auto rows = compare(*m_in.stored, *m_refolded.state, tables,
            [&](const RowDifference& row) { return add(row); });
        check_mark(mark);
        name_writers(mark.height);
        m_report.looked_at = fmt::format("{} rows at height {}", rows, mark.height.value);
        return std::move(m_report);
    }
    catch (const StoreFailure& failure)
    {
        add({failure.error().where, failure.error().what, "", "", failure.error().why});
        m_report.looked_at = "stopped where the state can't be read";
        return std::move(m_report);
    }

private:
    void add(Difference difference)
    {
        m_report.verdict = LayerReport::Verdict::differs;
        ++m_report.differences_all;
        if (m_report.differences.size() < kDifferencesMax)
            m_report.differences.push_back(std::move(difference));
    }

    bool add(const RowDifference& row)
    {
        const auto* codec = table_by_id(row.table);
        if (m_report.differences.size() < kDifferencesMax)
            m_rows.push_back(
                {row.table, {row.key.begin(), row.key.end()}, m_report.differences.size(), {}});
        add({key_text(codec, row.table, row.key), "the row isn't what the log says",
            row_text(codec, row.stored), row_text(codec, row.live), ""});
        return true;
    }

    /// The height row and the tree's pages against the rows themselves and the refolded root.
    void check_mark(const StateMark& mark)
    {
        const auto where = fmt::format("height {}", mark.height.value);
        if (m_refolded.root.height != mark.height)
            return add({where, "the state stands at a height that isn't rooted", "", "", ""});
        if (m_refolded.root.root != mark.root)
            add({where, "the state's root isn't the refolded one", to_hex(mark.root.bytes),
                to_hex(m_refolded.root.root.bytes), ""});
        if (m_refolded.root.hash != mark.block_hash)
            add({where, "the state names another block", to_hex(mark.block_hash.bytes),
                to_hex(m_refolded.root.hash.bytes), ""});
        if (const auto rows = full_root(*m_in.stored, m_in.memory_bytes_max).root;
            rows != mark.root)
            add({where, "the stored rows don't give the stored root", to_hex(mark.root.bytes),
                to_hex(rows.bytes), ""});
    }

    /// Folds once more, in memory, to see which events wrote the rows that differ.
    void name_writers(LogHeight to)
    {
        if (m_rows.empty())
            return;
        LiveState state{Modules::tables()};
        Refolder refolder{state, {.validate = false, .laws = false}};
        refolder.on_event([&](EventPlace place, const Changes& changes) {
            for (auto& row : m_rows)
            {
                if (changes.find(row.table, row.key) != nullptr)
                    row.writers.push_back(place);
            }
        });
        auto reader = m_in.log.reader(LogHeight{0});
        while (reader && refolder.next_height() <= to)
        {
            const auto block = (*reader)->next();
            if (!block || *block == nullptr || refolder.fold(**block))
                return;
        }
        for (const auto& row : m_rows)
            m_report.differences[row.difference].cause = writers_text(row.writers);
    }

    static std::string writers_text(const std::vector<EventPlace>& writers)
    {
        if (writers.empty())
            return "no event wrote this row";
        const auto& last = writers.back();
        return fmt::format("last written by event {}.{}, one of {}", last.height.value, last.index,
            writers.size());
    }
};
}  // namespace

LayerReport verify_state(const VerifyInputs& inputs, const CaughtUp& refolded)
{
    return StateLayer{inputs, refolded}.run();
}

LayerReport verify_laws(const StateView& state)
{
    LayerReport report;
    report.layer = Layer::laws;
    report.verdict = LayerReport::Verdict::ok;
    const auto laws = Modules::laws();
    for (const auto& law : laws)
    {
        if (auto broken = law.full(state))
        {
            report.verdict = LayerReport::Verdict::differs;
            ++report.differences_all;
            report.differences.push_back(
                {std::string{law.name}, "the law is broken", *std::move(broken), "", ""});
        }
    }
    report.looked_at = fmt::format("{} laws", laws.size());
    return report;
}
}  // namespace engine
