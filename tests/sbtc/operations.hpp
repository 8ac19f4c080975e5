#pragma once

// Transactions that carry operations, made the way their senders made them.

#include "engine/bitcoin/script.hpp"
#include "engine/bitcoin/script_type.hpp"
#include "engine/bitcoin/taproot.hpp"
#include "engine/bitcoin/transaction.hpp"
#include "engine/hash/hash160.hpp"
#include "engine/hash/sha256.hpp"
#include "engine/sbtc/operation.hpp"
#include "engine/sbtc/signer.hpp"

#include <initializer_list>
#include <string_view>

namespace engine::sbtc::test
{
inline Bytes text(std::string_view t)
{
    return {t.begin(), t.end()};
}

inline Bytes join(std::initializer_list<Bytes> pieces)
{
    Bytes out;
    for (const auto& piece : pieces)
        append(out, piece);
    return out;
}

inline Bytes number(std::uint64_t value)
{
    Bytes out;
    for (int shift = 56; shift >= 0; shift -= 8)
        out.push_back(static_cast<std::uint8_t>(value >> shift));
    return out;
}

inline const Bytes kRecipient = btc::pay_to_witness_key_hash({{1, 2, 3}});
inline const Bytes kWallet = btc::pay_to_taproot({{4, 5, 6}});
inline const Principal kReceiver{26, {{7, 8, 9}}, {}};

/// A signature that is none of anybody's, and a payload of a request with it.
inline Bytes some_signature(std::uint8_t recovery_id = 0)
{
    Bytes out(65, 0x11);
    out[0] = recovery_id;
    return out;
}
inline Bytes request_payload(std::uint64_t amount = 1'000)
{
    return join({number(amount), some_signature()});
}

/// The payload of a peg-in for kReceiver, as sbtc-cli writes it.
inline Bytes peg_in_payload()
{
    Bytes out{kReceiver.version};
    append(out, kReceiver.hash.bytes);
    return out;
}

/// One input and the data; payments follow.
inline btc::Transaction carrier(const Bytes& data)
{
    btc::Transaction transaction;
    transaction.inputs.push_back({{{{9}}, 2}, {}, 0xfffffffd, {}});
    transaction.outputs.push_back({Sats{}, btc::carry_data(data)});
    return transaction;
}

inline btc::Transaction with_payments(
    btc::Transaction transaction, std::initializer_list<std::pair<std::uint64_t, Bytes>> payments)
{
    for (const auto& [amount, script] : payments)
        transaction.outputs.push_back({*Sats::from(amount), script});
    return transaction;
}

inline btc::Transaction request(const Bytes& data)
{
    return with_payments(carrier(data), {{330, kRecipient}, {42, kWallet}});
}

/// data OP_DROP key OP_CHECKSIG
inline Bytes drop_script(const Bytes& data)
{
    Bytes script;
    btc::append_data(script, data);
    script.push_back(btc::op::kDrop);
    btc::append_data(script, Bytes(32, 0x02));
    script.push_back(btc::op::kCheckSig);
    return script;
}

/// An input that shows a script, and the output script that it spends.
struct Commitment
{
    btc::Input input;
    Bytes spent_script;
};

inline Commitment commit(CommitKind kind, const Bytes& script)
{
    const Bytes signature(64, 0x03);
    const auto wrap = [](Commitment inner, const Bytes& redeem) {
        btc::append_data(inner.input.script_sig, redeem);
        inner.spent_script = btc::pay_to_script_hash(hash160(redeem));
        return inner;
    };
    switch (kind)
    {
        case CommitKind::taproot:
        {
            // Beside it the owner's way to take the bitcoins back.
            btc::ControlBlock control;
            control.internal = btc::kNobodysKey;
            control.path = {btc::tap_leaf(Bytes{0x51})};
            const auto root = btc::tap_root(btc::tap_leaf(script), control.path);
            const auto key = *btc::taproot_output_key(control.internal, root);
            control.odd = key.odd;
            return {{{{{8}}, 0}, {}, 0xffffffff, {signature, script, btc::encode(control)}},
                btc::pay_to_taproot(key.key)};
        }
        case CommitKind::witness_script:
            return {{{{{8}}, 0}, {}, 0xffffffff, {signature, script}},
                btc::pay_to_witness_script_hash(sha256(script))};
        case CommitKind::script:
        {
            Commitment out;
            btc::append_data(out.input.script_sig, signature);
            return wrap(out, script);
        }
        case CommitKind::wrapped_witness_script:
        {
            auto inner = commit(CommitKind::witness_script, script);
            const auto redeem = inner.spent_script;
            return wrap(std::move(inner), redeem);
        }
        case CommitKind::wrapped_taproot:
        {
            auto inner = commit(CommitKind::taproot, script);
            const auto redeem = inner.spent_script;
            return wrap(std::move(inner), redeem);
        }
    }
    return {};
}

inline constexpr std::array kCommitKinds{CommitKind::taproot, CommitKind::witness_script,
    CommitKind::script, CommitKind::wrapped_witness_script, CommitKind::wrapped_taproot};

/// A transaction that reveals data; payments follow.
inline btc::Transaction reveal(const Commitment& commitment)
{
    auto transaction = carrier(text("idw"));
    transaction.inputs[0] = commitment.input;
    return transaction;
}
}  // namespace engine::sbtc::test
