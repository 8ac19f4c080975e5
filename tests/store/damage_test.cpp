// What rots on the disk is noticed, by name, and never served.

#include "adapters/system/disk.hpp"
#include "engine/base/hex.hpp"
#include "engine/store/compare.hpp"
#include "engine/store/full_root.hpp"
#include "tests/sim/disk.hpp"
#include "tests/store/node.hpp"

#include <rocksdb/db.h>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace engine
{
namespace
{
using namespace test;

struct Difference
{
    std::string key;
    std::string stored;
    std::string live;

    friend bool operator==(const Difference&, const Difference&) = default;
};

std::vector<Difference> differences(const RowSource& stored, const StateView& live)
{
    std::vector<Difference> out;
    compare(stored, live, kTables, [&](const RowDifference& d) {
        out.push_back(
            {text(d.key), d.stored ? text(*d.stored) : "-", d.live ? text(*d.live) : "-"});
        return true;
    });
    return out;
}

/// Writes into RocksDB behind the engine's back.
void plant(const std::string& directory, const std::string& key, const std::string* value)
{
    rocksdb::DB* raw = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open({}, directory, &raw).ok());
    const std::unique_ptr<rocksdb::DB> db{raw};
    rocksdb::WriteOptions write;
    const auto status = value ? db->Put(write, key, *value) : db->Delete(write, key);
    ASSERT_TRUE(status.ok());
    ASSERT_TRUE(db->Flush({}).ok());
}

std::string row_key(TableId table, std::string_view key)
{
    std::string out{'r', static_cast<char>(table.value >> 8), static_cast<char>(table.value)};
    return out.append(key);
}

struct DamageTest : ::testing::Test
{
    TemporaryDirectory home;
    PosixDisk disk;
    std::string path = home.path + "/state";
    MemoryState model;

    void SetUp() override
    {
        Node node{disk, path};
        for (int i = 10; i < 30; ++i)
            node.put(std::to_string(i), "row");
        node.fold(Writer{node.model}.put(kDue, "soon", "").changes());
        node.root();
        node.flush();
        model = node.model;
    }
    std::unique_ptr<StateStore> open() { return must(StateStore::open(disk, path, small_store())); }
};

TEST_F(DamageTest, AWholeStateHasNoDifferences)
{
    const auto store = open();
    EXPECT_TRUE(differences(*store, model).empty());
    EXPECT_EQ(compare(*store, model, kTables, [](const RowDifference&) { return true; }), 21U);
    EXPECT_EQ(full_root(*store), store->top());
}

TEST_F(DamageTest, AChangedRowIsNamed)
{
    const std::string value = "rot";
    plant(path, row_key(kCoins, "17"), &value);
    const auto store = open();
    EXPECT_EQ(differences(*store, model), (std::vector<Difference>{{"17", "rot", "row"}}));
    EXPECT_NE(full_root(*store), store->top());
    const auto proof = store->prove(kCoins, bytes("17"));
    ASSERT_FALSE(proof.has_value());
    EXPECT_EQ(proof.error().code, StoreErrorCode::corrupt);
    EXPECT_NE(proof.error().where.find(to_hex(bytes(row_key(kCoins, "17")))), std::string::npos);
}

TEST_F(DamageTest, AMissingAndAnExtraRowAreNamed)
{
    const std::string value = "extra";
    plant(path, row_key(kCoins, "17"), nullptr);
    plant(path, row_key(kCoins, "99"), &value);
    plant(path, row_key(kDue, "a"), &value);
    const auto store = open();
    EXPECT_EQ(differences(*store, model),
        (std::vector<Difference>{{"17", "-", "row"}, {"99", "extra", "-"}, {"a", "extra", "-"}}));
    EXPECT_NE(full_root(*store), store->top());
}

TEST_F(DamageTest, AnExtraRowOfAnUnknownTableChangesTheFullRoot)
{
    const std::string value = "extra";
    plant(path, row_key(TableId{0x7000}, "17"), &value);
    const auto store = open();
    EXPECT_NE(full_root(*store), store->top());
}

TEST_F(DamageTest, ComparisonStopsWhenTheVisitorHasSeenEnough)
{
    MemoryState empty;
    const auto store = open();
    int seen = 0;
    compare(*store, empty, kTables, [&](const RowDifference&) { return ++seen < 3; });
    EXPECT_EQ(seen, 3);
}

TEST_F(DamageTest, AHeightRowThatIsDamagedOrGoneIsRefused)
{
    const std::string value = "nonsense";
    plant(path, "h", &value);
    const auto damaged = StateStore::open(disk, path, small_store());
    ASSERT_FALSE(damaged.has_value());
    EXPECT_EQ(damaged.error().code, StoreErrorCode::corrupt);

    plant(path, "h", nullptr);
    const auto gone = StateStore::open(disk, path, small_store());
    ASSERT_FALSE(gone.has_value());
    EXPECT_EQ(gone.error().code, StoreErrorCode::corrupt);
    EXPECT_NE(gone.error().why.find("without a height row"), std::string::npos);
}

TEST_F(DamageTest, ADamagedTreePageIsNamed)
{
    const std::string value = "nonsense";
    plant(path, std::string{"t\0\0", 3}, &value);
    const auto store = open();
    const auto proof = store->prove(kCoins, bytes("17"));
    ASSERT_FALSE(proof.has_value());
    EXPECT_NE(proof.error().where.find("740000"), std::string::npos);
}

/// Every byte of every file, one after another: what is read is right, or an error. RocksDB passes
/// over a damaged end of its manifest, and stands at an earlier flush then, from where the log
/// takes it on: here at the empty state.
TEST(Damage, AFlippedByteOfAnyFileIsNeverServed)
{
    sim::SimDisk disk{1};
    MemoryState model;
    {
        Node node{disk, "/data/state"};
        for (int i = 10; i < 20; ++i)
            node.put(std::to_string(i), "row " + std::to_string(i));
        node.root();
        node.flush();
        model = node.model;
    }
    auto options = small_store();
    options.read_only = true;
    std::size_t refused = 0;
    const std::vector<std::string> names = *disk.list("/data/state");
    for (const auto& name : names)
    {
        const auto file = "/data/state/" + name;
        const Bytes content = *read_file(disk, file);
        const std::size_t step = content.size() > 600 ? 7 : 1;
        for (std::size_t i = 0; i < content.size(); i += step)
        {
            disk.edit(file, [&](Bytes& b) { b[i] ^= 0x40; });
            try
            {
                const auto store = must(StateStore::open(disk, "/data/state", options));
                if (store->stands_at() || !name.starts_with("MANIFEST"))
                {
                    EXPECT_TRUE(differences(*store, model).empty()) << name << " byte " << i;
                }
                EXPECT_EQ(full_root(*store), store->top()) << name << " byte " << i;
            }
            catch (const std::runtime_error&)
            {
                ++refused;
            }
            catch (const StoreFailure&)
            {
                ++refused;
            }
            disk.edit(file, [&](Bytes& b) { b = content; });
        }
    }
    EXPECT_GT(refused, 100U);
}

RC_GTEST_PROP(FullRoot, IsTheNaiveRootHoweverLittleMemoryThereIs, ())
{
    LiveState state{kTables};
    MemoryState model;
    const auto changes = changes_of(model, *rc::gen::container<std::vector<Write>>(any_write()));
    state.apply(changes);
    model.apply(changes);
    const auto memory = *rc::gen::element<std::size_t>(0, 64, 640, 1 << 20);
    const TreeTop expected{naive_root(model), model.size()};
    RC_ASSERT(full_root(state, kTables, memory) == expected);
}

RC_GTEST_PROP(Compare, NamesExactlyTheRowsThatDiffer, ())
{
    MemoryState a;
    MemoryState b;
    a.apply(changes_of(a, *rc::gen::container<std::vector<Write>>(any_write())));
    b = a;
    b.apply(changes_of(b, *rc::gen::container<std::vector<Write>>(any_write())));
    auto rebuilt = a;
    compare(ViewSource{a}, b, kTables, [&](const RowDifference& d) {
        rebuilt.plant(d.table, d.key, d.live);
        return true;
    });
    RC_ASSERT(rebuilt == b);
    RC_ASSERT(differences(ViewSource{b}, b).empty());
}
}  // namespace
}  // namespace engine
