#include "engine/runtime/bitcoin_intake.hpp"

#include "engine/domain/bitcoin/queries.hpp"

namespace engine
{
namespace
{
bitcoin::RawHeader raw(const RawHeader& header)
{
    return bitcoin::RawHeader{header};
}

bitcoin::Event event_of(HeaderSeen fact)
{
    return bitcoin::HeaderSeen{raw(fact.header)};
}
bitcoin::Event event_of(TransactionSeen fact)
{
    return bitcoin::TransactionSeen{.header = raw(fact.header),
        .index = fact.index,
        .branch = std::move(fact.branch),
        .coinbase = std::move(fact.coinbase),
        .coinbase_branch = std::move(fact.coinbase_branch),
        .transaction = std::move(fact.transaction)};
}
bitcoin::Event event_of(BlockScanned fact)
{
    return bitcoin::BlockScanned{fact.block, fact.watch_version};
}

Admission admission_of(Receipt::Status status)
{
    switch (status)
    {
        case Receipt::Status::applied:
        case Receipt::Status::ignored:  // In the log, with its reason: delivered.
            return Admission::accepted;
        case Receipt::Status::duplicate:
            return Admission::duplicate;
        case Receipt::Status::gap:
            return Admission::gap;
        case Receipt::Status::busy:
            return Admission::busy;
        case Receipt::Status::refused:
        case Receipt::Status::invalid:
            return Admission::invalid;
        case Receipt::Status::stopping:
            return Admission::stopping;
    }
    return Admission::invalid;
}

AdmissionAnswer answer_of(const Receipt& receipt)
{
    auto text = receipt.text;
    if (text.empty() && !receipt.verdict.accepted())
        text = std::string{receipt.verdict.name()} + ": " + std::string{receipt.verdict.sentence()};
    return {admission_of(receipt.status), std::move(text)};
}

bitcoin::RescanState rescan_in(const std::optional<ByteView>& row)
{
    const auto rescan = row ? decode_row<bitcoin::RescanState>(*row) : std::nullopt;
    return rescan.value_or(bitcoin::RescanState{});
}
}  // namespace

void SequencerIntake::position(std::function<void(ChainPosition)> answer)
{
    m_sequencer.read([answer = std::move(answer)](const DurableView& view) {
        const auto parameters = get(view.state, bitcoin::kParameters);
        const auto tip = bitcoin::tip(view.state);
        ChainPosition position{.anchor = {parameters.anchor, parameters.anchor_height},
            .tip = {tip.block, tip.height},
            .rescan = {}};
        if (const auto rescan = bitcoin::rescan(view.state))
            position.rescan = RescanWanted{rescan->watch_version, rescan->from};
        answer(position);
    });
}

void SequencerIntake::standing(BlockHash block, std::function<void(BlockStanding)> answer)
{
    m_sequencer.read([block, answer = std::move(answer)](const DurableView& view) {
        const auto scanned_with = bitcoin::scanned_with(view.state, block);
        const auto header = bitcoin::header(view.state, block);
        answer({header.has_value(), scanned_with, header ? header->height : ChainHeight{},
            scanned_with && !bitcoin::scan_is_complete(view.state, block)});
    });
}

void SequencerIntake::watch_list(Bytes from, std::function<void(WatchListPart)> answer)
{
    m_sequencer.read([from = std::move(from), answer = std::move(answer)](const DurableView& view) {
        auto part = bitcoin::watch_list_part(view.state, from, kWatchesAtOnce);
        auto& list = part.list;
        answer({{list.version, std::move(list.scripts), std::move(list.data_prefixes),
                    std::move(list.outpoints)},
            std::move(part.next)});
    });
}

void SequencerIntake::submit(BitcoinFact fact, std::function<void(AdmissionAnswer)> answer)
{
    Event event;
    event.author = Origin{.source = m_source, .position = 0, .key = {}, .signature = {}};
    event.body =
        std::visit([]<typename F>(F&& f) { return event_of(std::forward<F>(f)); }, std::move(fact));
    m_sequencer.submit({.events = {encode_event(event)},
        .door = Door::sources,
        .answer = [answer = std::move(answer)](
                      std::vector<Receipt> receipts) { answer(answer_of(receipts.front())); }});
}

bool is_news_to_follower(const Changes& changes)
{
    if (changes.find(bitcoin::kWatch.id, {}) != nullptr)
        return true;
    const auto* rescan = changes.find(bitcoin::kRescan.id, {});
    if (rescan == nullptr)
        return false;
    const auto before = rescan_in(rescan->before);
    const auto after = rescan_in(rescan->after);
    return after.open.watch_version != 0 && !(after.open == before.open);
}

std::optional<access::SourceId> bitcoin_source(const Genesis& genesis)
{
    for (const auto& source : std::get<access::Genesis>(genesis.modules).sources)
    {
        if (source.proof == access::SourceProof::bitcoin)
            return source.id;
    }
    return std::nullopt;
}
}  // namespace engine
