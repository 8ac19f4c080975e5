#include "engine/store/hash_index.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <map>

namespace engine
{
namespace
{
constexpr std::uint64_t kSeed = 5;

class Index : public ::testing::Test
{
protected:
    RowSlabs slabs;
    HashIndex index;
    std::map<std::uint32_t, LiveRow*> rows;

    static Bytes key(std::uint32_t number)
    {
        Bytes out(4);
        std::memcpy(out.data(), &number, 4);
        return out;
    }
    void insert(std::uint32_t number)
    {
        auto* row = slabs.make(key(number), std::nullopt);
        row->hash = place_hash(kSeed, row->key());
        index.insert(row);
        rows[number] = row;
    }
    void erase(std::uint32_t number)
    {
        index.erase(rows.at(number));
        slabs.free(rows.at(number));
        rows.erase(number);
    }
    LiveRow* find(std::uint32_t number) const
    {
        const auto bytes = key(number);
        return index.find(place_hash(kSeed, bytes), bytes);
    }

    /// Holds exactly the rows that it should.
    void expect_all(std::uint32_t end)
    {
        EXPECT_EQ(index.size(), rows.size());
        std::size_t seen = 0;
        index.for_each([&](LiveRow*) { ++seen; });
        EXPECT_EQ(seen, rows.size());
        for (std::uint32_t number = 0; number < end; ++number)
        {
            const auto known = rows.find(number);
            ASSERT_EQ(find(number), known == rows.end() ? nullptr : known->second) << number;
        }
    }
};

TEST_F(Index, ShrinksAsRowsGo)
{
    constexpr std::uint32_t kRows = 100'000;
    for (std::uint32_t i = 0; i < kRows; ++i)
        insert(i);
    const auto full = index.memory_bytes();
    for (std::uint32_t i = 0; i < kRows - 100; ++i)
        erase(i);
    expect_all(kRows);
    EXPECT_LT(index.memory_bytes(), full / 8);
    for (std::uint32_t i = 0; i < kRows - 100; ++i)
        insert(i);
    expect_all(kRows);
    EXPECT_LE(index.memory_bytes(), full);
}

TEST_F(Index, HoldsWhatAModelHoldsWhileItGrowsAndShrinks)
{
    constexpr std::uint32_t kNumbers = 40'000;
    std::uint32_t random = 1;
    for (int wave = 0; wave < 8; ++wave)
    {
        for (int i = 0; i < 60'000; ++i)
        {
            random = random * 1'664'525 + 1'013'904'223;
            const auto number = (random >> 8) % kNumbers;
            const bool grows = wave % 2 == 0;
            if (rows.contains(number) && (!grows || (random & 15) == 0))
                erase(number);
            else if (!rows.contains(number) && grows)
                insert(number);
        }
        expect_all(kNumbers);
    }
}
}  // namespace
}  // namespace engine
