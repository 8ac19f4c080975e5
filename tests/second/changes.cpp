// What the engine says that each event changes, for a second opinion that disagrees with a root:
//
//   changes FILE FROM TO       "H.I table key row" of each change in the heights FROM to TO, in
//                              hexadecimal; a row that goes away is "-"
//
// FILE is as fixtures/golden has them.

#include "engine/base/hex.hpp"
#include "engine/runtime/refolder.hpp"
#include "tests/support/block_files.hpp"

#include <cstdio>

namespace engine
{
namespace
{
void print(const EventPlace& place, const Changes& changes)
{
    for (std::size_t i = 0; i < changes.size(); ++i)
        std::printf("%llu.%u %04x %s %s\n", static_cast<unsigned long long>(place.height.value),
            place.index, changes[i].table.value, to_hex(changes[i].key).c_str(),
            changes[i].after ? to_hex(*changes[i].after).c_str() : "-");
}

int run(char** words)
{
    const auto from = std::strtoull(words[2], nullptr, 10);
    const auto to = std::strtoull(words[3], nullptr, 10);
    LiveState state{Modules::tables()};
    Refolder refolder{state, {}};
    refolder.on_event([&](EventPlace place, const Changes& changes) {
        if (place.height.value >= from)
            print(place, changes);
    });
    for (const auto& bytes : test::read_blocks(words[1]))
    {
        const auto block = log::BlockView::parse(bytes);
        if (!block || block->height().value > to)
            break;
        if (const auto finding = refolder.fold(*block))
        {
            std::fprintf(stderr, "%s\n", to_string(*finding).c_str());
            return 1;
        }
    }
    return 0;
}
}  // namespace
}  // namespace engine

int main(int count, char** words)
{
    if (count == 4)
        return engine::run(words);
    std::fputs("changes FILE FROM TO\n", stderr);
    return 64;
}
