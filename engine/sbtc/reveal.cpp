#include "engine/sbtc/reveal.hpp"

#include "engine/bitcoin/script.hpp"
#include "engine/sbtc/cursor.hpp"
#include "engine/sbtc/marked_data.hpp"
#include "engine/sbtc/shown_script.hpp"

namespace engine::sbtc
{
namespace
{
constexpr std::size_t kFeeSize = 8;
constexpr std::size_t kDataMin = 1 + kFeeSize;
constexpr std::size_t kDataMax = 1 + 77 + kFeeSize;

/// What the script pushes and drops at once.
std::optional<ByteView> dropped_data(ByteView script)
{
    btc::Instructions instructions{script};
    const auto push = instructions.next();
    const auto drop = instructions.next();
    const bool is_drop =
        push && push->opcode <= btc::op::kPushData4 && drop && drop->opcode == btc::op::kDrop;
    return is_drop ? std::optional{push->data} : std::nullopt;
}
}  // namespace

Result<Reveal, Fault> read_reveal(
    const btc::Input& input, const std::optional<ByteView>& spent_script)
{
    const auto shown = shown_script(input);
    if (!shown || (spent_script && !is_committed_to(*shown, *spent_script)))
        return Failure{Fault{FaultKind::no_script_shown}};
    const auto data = dropped_data(shown->script);
    if (!data)
        return Failure{Fault{FaultKind::not_a_drop_script}};
    if (data->size() < kDataMin)
        return Failure{Fault{FaultKind::cut_off, kDataMin, data->size()}};
    if (data->size() > kDataMax)
        return Failure{Fault{FaultKind::data_too_long, kDataMax, data->size()}};
    const auto code = (*data)[0];
    if (code != opcode::kPegIn && code != opcode::kPegOutRequest)
        return Failure{Fault{FaultKind::unknown_opcode, 0, code}};

    const auto payload = data->subspan(1, data->size() - kDataMin);
    return Reveal{shown->kind, {shown->script.begin(), shown->script.end()}, code,
        {payload.begin(), payload.end()}, *Cursor{data->last(kFeeSize)}.take_number()};
}
}  // namespace engine::sbtc
