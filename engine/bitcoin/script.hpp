#pragma once

#include "engine/base/bytes.hpp"

#include <cstdint>
#include <optional>

namespace engine::btc
{
/// The opcodes that are named somewhere.
namespace op
{
inline constexpr std::uint8_t k0 = 0x00;
inline constexpr std::uint8_t kPushData1 = 0x4c;
inline constexpr std::uint8_t kPushData2 = 0x4d;
inline constexpr std::uint8_t kPushData4 = 0x4e;
inline constexpr std::uint8_t k1Negate = 0x4f;
inline constexpr std::uint8_t kReserved = 0x50;
inline constexpr std::uint8_t k1 = 0x51;
inline constexpr std::uint8_t k16 = 0x60;
inline constexpr std::uint8_t kReturn = 0x6a;
inline constexpr std::uint8_t kDrop = 0x75;
inline constexpr std::uint8_t kDup = 0x76;
inline constexpr std::uint8_t kEqual = 0x87;
inline constexpr std::uint8_t kEqualVerify = 0x88;
inline constexpr std::uint8_t kHash160 = 0xa9;
inline constexpr std::uint8_t kCodeSeparator = 0xab;
inline constexpr std::uint8_t kCheckSig = 0xac;
inline constexpr std::uint8_t kCheckMultiSig = 0xae;
inline constexpr std::uint8_t kCheckLockTimeVerify = 0xb1;
inline constexpr std::uint8_t kCheckSequenceVerify = 0xb2;
inline constexpr std::uint8_t kCheckSigAdd = 0xba;
}  // namespace op

/// An opcode and what it pushes: empty for those that push nothing, and for small numbers.
struct Instruction
{
    std::uint8_t opcode = 0;
    ByteView data;

    /// Whether it only puts something on the stack.
    bool is_push() const { return opcode <= op::k16 && opcode != op::kReserved; }
};

/// Walks a script from front to back. Views are valid as long as the script.
class Instructions
{
    ByteView m_rest;
    bool m_malformed = false;

public:
    explicit Instructions(ByteView script) : m_rest{script} {}

    /// The next instruction, or nothing at the end and before a push that runs over the end.
    std::optional<Instruction> next();

    /// Whether a push ran over the end.
    bool malformed() const { return m_malformed; }

    /// What has not been walked over.
    ByteView rest() const { return m_rest; }
};

/// Whether every push ends inside the script.
bool is_well_formed(ByteView script);

/// Whether a push uses the shortest form (BIP-62 rule 3).
bool is_minimal_push(const Instruction& push);

/// Appends the shortest push of the data, which may be up to 2^32 - 1 bytes.
void append_push(Bytes& script, ByteView data);

/// Appends the shortest push that carries the data as bytes: never one of the opcodes for -1 to 16.
void append_data(Bytes& script, ByteView data);

/// Appends the shortest push of a number.
void append_number(Bytes& script, std::int64_t number);

/// The number that a stack item of at most `size_max` bytes stands for. Nothing for a longer item
/// and for one that is not in its shortest form. `size_max` is at most 8.
std::optional<std::int64_t> script_number(ByteView item, std::size_t size_max);

/// The number that an instruction pushes, in 5 bytes at most: a small number or an item.
std::optional<std::int64_t> script_number(const Instruction& push);
}  // namespace engine::btc
