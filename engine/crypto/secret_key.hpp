#pragma once

#include "engine/base/bytes.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace engine
{
/// A secret key of secp256k1: a number from 1 to the group order less one.
///
/// It cannot be copied or printed, and its bytes are wiped when it ends or is moved from. A key
/// that was moved from must not be used again: it is zero, and signing with it stops the process.
class SecretKey
{
    std::array<std::uint8_t, 32> m_bytes{};

    SecretKey() = default;

public:
    /// 32 bytes, big-endian. Nothing when they are no key. The caller wipes its own copy.
    static std::optional<SecretKey> from(ByteView bytes);

    SecretKey(SecretKey&& other) noexcept;
    SecretKey& operator=(SecretKey&& other) noexcept;
    SecretKey(const SecretKey&) = delete;
    SecretKey& operator=(const SecretKey&) = delete;
    ~SecretKey();

    /// The key itself, for the key file and for the curve library. Valid while this object lives.
    const std::array<std::uint8_t, 32>& reveal() const { return m_bytes; }

    template <typename Stream>
    friend Stream& operator<<(Stream&, const SecretKey&) = delete;
};

/// Overwrites bytes so that the compiler can't leave it out.
void wipe(std::span<std::uint8_t> bytes);
}  // namespace engine
