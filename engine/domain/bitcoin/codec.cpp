#include "engine/domain/bitcoin/codec.hpp"

#include "engine/codec/limits.hpp"
#include "engine/codec/reading.hpp"
#include "engine/codec/writing.hpp"

namespace engine::bitcoin
{
namespace
{
static_assert(static_cast<int>(wire::Network::MAINNET) == static_cast<int>(Network::mainnet));
static_assert(static_cast<int>(wire::Network::TESTNET4) == static_cast<int>(Network::testnet4));
static_assert(static_cast<int>(wire::Network::SIGNET) == static_cast<int>(Network::signet));
static_assert(static_cast<int>(wire::Network::REGTEST) == static_cast<int>(Network::regtest));

/// The median of a block's past is that of eleven times.
constexpr std::size_t kMaxLastTimes = 11;

TransactionSeen read(wire::TransactionSeen::Reader in)
{
    const auto coinbase = in.getCoinbase();
    const auto transaction = in.getTransaction();
    reading::at_most(coinbase.size() + transaction.size(), kMaxTransactionBytes, "bytes",
        "transaction and coinbase");
    return {
        .header = reading::fixed<RawHeader>(in.getHeader(), "header"),
        .index = in.getIndex(),
        .branch = reading::fixed_list<Hash256>(in.getBranch(), kMaxBranch, "branch"),
        .coinbase = reading::bytes(coinbase, kMaxTransactionBytes, "coinbase"),
        .coinbase_branch =
            reading::fixed_list<Hash256>(in.getCoinbaseBranch(), kMaxBranch, "coinbase_branch"),
        .transaction = reading::bytes(transaction, kMaxTransactionBytes, "transaction"),
    };
}

BlockScanned read(wire::BlockScanned::Reader in)
{
    return {reading::fixed<BlockHash>(in.getBlock(), "block"), in.getWatchVersion()};
}

ChainAnchor read(wire::ChainAnchor::Reader in)
{
    ChainAnchor anchor{
        .header = reading::fixed<RawHeader>(in.getHeader(), "anchor.header"),
        .height = ChainHeight{in.getHeight()},
        .work = reading::fixed<Hash256>(in.getWork(), "anchor.work"),
        .period_start = ChainTime{in.getPeriodStart()},
        .period_bits = in.getPeriodBits(),
        .last_times = {},
    };
    for (const auto time :
        reading::list_at_most(in.getLastTimes(), kMaxLastTimes, "anchor.last_times"))
        anchor.last_times.push_back(ChainTime{time});
    return anchor;
}

void write(wire::BitcoinEvent::Builder out, const HeaderSeen& event)
{
    out.setHeaderSeen(writing::data(event.header));
}

void write(wire::BitcoinEvent::Builder out, const TransactionSeen& event)
{
    using Out = wire::TransactionSeen::Builder;
    auto seen = out.initTransactionSeen();
    seen.setHeader(writing::data(event.header));
    seen.setIndex(event.index);
    writing::fixed_list(seen, &Out::initBranch, event.branch);
    writing::bytes(seen, &Out::setCoinbase, event.coinbase);
    writing::fixed_list(seen, &Out::initCoinbaseBranch, event.coinbase_branch);
    writing::bytes(seen, &Out::setTransaction, event.transaction);
}

void write(wire::BitcoinEvent::Builder out, const BlockScanned& event)
{
    auto scanned = out.initBlockScanned();
    scanned.setBlock(writing::data(event.block));
    scanned.setWatchVersion(event.watch_version);
}

void write(wire::ChainAnchor::Builder out, const ChainAnchor& anchor)
{
    out.setHeader(writing::data(anchor.header));
    out.setHeight(anchor.height.value);
    out.setWork(writing::data(anchor.work));
    out.setPeriodStart(anchor.period_start.value);
    out.setPeriodBits(anchor.period_bits);
    if (anchor.last_times.empty())
        return;
    auto times = out.initLastTimes(static_cast<unsigned int>(anchor.last_times.size()));
    for (unsigned int i = 0; i < times.size(); ++i)
        times.set(i, anchor.last_times[i].value);
}
}  // namespace

Event decode(wire::BitcoinEvent::Reader in)
{
    switch (in.which())
    {
        case wire::BitcoinEvent::UNSET:
            break;
        case wire::BitcoinEvent::HEADER_SEEN:
            return HeaderSeen{reading::fixed<RawHeader>(in.getHeaderSeen(), "header")};
        case wire::BitcoinEvent::TRANSACTION_SEEN:
            reading::required(in.hasTransactionSeen(), "transaction_seen");
            return read(in.getTransactionSeen());
        case wire::BitcoinEvent::BLOCK_SCANNED:
            reading::required(in.hasBlockScanned(), "block_scanned");
            return read(in.getBlockScanned());
    }
    throw wire_error{"no event that this engine knows"};
}

void encode(wire::BitcoinEvent::Builder out, const Event& event)
{
    std::visit([&](const auto& e) { write(out, e); }, event);
}

Genesis decode_genesis(wire::BitcoinGenesis::Reader in)
{
    reading::required(in.hasAnchor(), "anchor");
    return {
        .network = reading::declared<Network>(in.getNetwork(), "network"),
        .anchor = read(in.getAnchor()),
        .window = in.getWindow(),
    };
}

void encode_genesis(wire::BitcoinGenesis::Builder out, const Genesis& genesis)
{
    out.setNetwork(static_cast<wire::Network>(genesis.network));
    write(out.initAnchor(), genesis.anchor);
    out.setWindow(genesis.window);
}
}  // namespace engine::bitcoin
