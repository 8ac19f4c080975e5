#pragma once

// A data directory that a node has left behind, means to damage it, and verify over it.

#include "engine/core/row_codec.hpp"
#include "engine/log/frame.hpp"
#include "engine/runtime/verify.hpp"
#include "engine/store/rocksdb_fs.hpp"
#include "tests/support/world.hpp"

#include <gtest/gtest.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>

#include <list>

namespace engine::test
{
/// A block taken apart, so that a forger can put it together again.
struct BlockParts
{
    log::BlockHeader header;
    std::vector<Bytes> events;
    std::vector<log::EventResult> results;
    std::optional<log::Seal> seal;
};

class VerifyWorld : public ::testing::Test
{
protected:
    World world;
    std::list<std::unique_ptr<StateStore>> scratches;

    /// Forty probes: account n is written by those whose number is n modulo 17.
    void run_probes()
    {
        world.start();
        for (std::uint64_t i = 0; i < 40; ++i)
        {
            world.submit_one(observation(probe_of(i, i), i), Door::sources);
            world.executor->run_for(i % 4 == 0 ? 300 : 1);
        }
        world.stop();
    }

    std::vector<BlockParts> take_apart()
    {
        std::vector<BlockParts> out;
        const auto reader = log::open_reader(world.disk, "/data", LogHeight{0});
        for (;;)
        {
            const auto block = (*reader)->next();
            if (!block || *block == nullptr)
                return out;
            BlockParts parts{(*block)->header(), {}, {}, (*block)->seal()};
            for (std::uint32_t i = 0; i < (*block)->event_count(); ++i)
            {
                const auto event = (*block)->event(i);
                parts.events.emplace_back(event.begin(), event.end());
                parts.results.push_back((*block)->result(i));
            }
            out.push_back(std::move(parts));
        }
    }

    /// Writes a log of these blocks in place of the old one: checksums, roots and chain are right.
    void put_together(const std::vector<BlockParts>& blocks, std::uint64_t segment_size = 1 << 20)
    {
        ASSERT_TRUE(world.disk.remove_all("/data/log").has_value());
        ASSERT_TRUE(world.disk.remove("/data/clean-stop").has_value());
        LogBlockHash previous{};
        std::vector<Bytes> encoded;
        for (const auto& parts : blocks)
        {
            std::vector<log::EventRecord> records;
            for (std::size_t i = 0; i < parts.events.size(); ++i)
                records.push_back(
                    {parts.events[i], log::event_hash(parts.events[i]), parts.results[i]});
            auto header = parts.header;
            header.previous = previous;
            auto block = log::encode_block(header, records, parts.seal);
            previous = block.hash;
            encoded.push_back(std::move(block.bytes));
        }
        write_log(world.disk, "/data", encoded, segment_size);
    }

    /// Where the probe of a number stands in the log.
    EventPlace place_of_probe(std::uint64_t number)
    {
        const auto wanted = observation(probe_of(number, number), number);
        for (const auto& parts : take_apart())
        {
            for (std::uint32_t i = 0; i < parts.events.size(); ++i)
            {
                if (parts.events[i] == wanted)
                    return {parts.header.height, i};
            }
        }
        throw std::logic_error{"no such probe"};
    }

    /// Overwrites the row of a probe account in RocksDB, behind the engine's back.
    void change_row(std::uint8_t account, const std::string& directory = "/data/state")
    {
        const auto fs = make_rocksdb_fs(world.disk, RocksAccess::read_write);
        const auto env = rocksdb::NewCompositeEnv(fs);
        rocksdb::Options options;
        options.env = env.get();
        rocksdb::DB* raw = nullptr;
        ASSERT_TRUE(rocksdb::DB::Open(options, directory, &raw).ok());
        const std::unique_ptr<rocksdb::DB> db{raw};
        std::string key{'r', 0x05, 0x02};
        key.append(7, '\0');
        key.push_back(static_cast<char>(account));
        const auto row = encode_row(probe::Account{3, 1'000'000});
        ASSERT_TRUE(db->Put({}, key, {reinterpret_cast<const char*>(row.data()), row.size()}).ok());
        ASSERT_TRUE(db->Flush({}).ok());
    }

    /// Signs the seal file anew, after a change.
    void change_seal(const std::function<void(log::Seal&)>& change, std::uint8_t key)
    {
        auto seal = **Node::read_seal(world.disk, "/data");
        change(seal);
        seal.signature =
            schnorr_sign(key_of(key), log::seal_message(world.genesis_id, seal).bytes, {});
        ASSERT_TRUE(replace_file(world.disk, "/data/seal", log::encode_seal(seal)).has_value());
    }

    VerifyReport check(std::vector<Layer> layers = {kLayers.begin(), kLayers.end()},
        std::optional<GenesisId> pinned = {})
    {
        auto read_only = world.options.store;
        read_only.read_only = true;
        auto stored = StateStore::open(world.disk, "/data/state", read_only);
        const auto seal = read_seal_file(world.disk, "/data");
        const auto mark = stored ? (*stored)->stands_at() : std::nullopt;
        const LogUnderTest log{
            world.disk, "/data", claims_beside_log(world.disk, "/data", seal, mark)};
        return verify({.log = log,
            .seal = seal,
            .clock = world.clock,
            .make_scratch = [this] { return make_scratch(); },
            .stored = stored ? stored->get() : nullptr,
            .stored_missing = {},
            .stored_error = stored ? std::nullopt : std::optional{stored.error()},
            .checkpoint_of =
                [&](LogHeight height) {
                    return checkpoint_of_height(world.disk, "/data", height, read_only);
                },
            .checkpoints = "/data/checkpoints",
            .chain = nullptr,
            .chain_missing = "no endpoint",
            .layers = std::move(layers),
            .pinned = pinned,
            .on_progress = [this](const VerifyProgress& p) { progress.push_back(p); },
            .on_layer = {}});
    }

    std::vector<VerifyProgress> progress;

    Result<StateStore*, OperatorError> make_scratch()
    {
        const auto directory = "/scratch/" + std::to_string(scratches.size());
        auto made = StateStore::open(world.disk, directory, world.options.store);
        if (!made)
            return Failure{from_store(made.error())};
        scratches.push_back(*std::move(made));
        return scratches.back().get();
    }

    static const LayerReport& layer(const VerifyReport& report, Layer which)
    {
        for (const auto& one : report.layers)
        {
            if (one.layer == which)
                return one;
        }
        throw std::logic_error{"no such layer"};
    }

    /// What is said of a place; null if nothing is.
    static const Difference* find(const LayerReport& report, std::string_view where)
    {
        for (const auto& one : report.differences)
        {
            if (one.where == where)
                return &one;
        }
        return nullptr;
    }

    static std::string text(const LayerReport& report)
    {
        std::string out = report.looked_at + "\n";
        for (const auto& d : report.differences)
            out += d.where + " | " + d.what + " | " + d.stored + " | " + d.computed + " | " +
                   d.cause + "\n";
        return out;
    }

    static std::string place_text(EventPlace place)
    {
        return "event " + std::to_string(place.height.value) + "." + std::to_string(place.index);
    }
};
}  // namespace engine::test
