#pragma once

#include "engine/base/result.hpp"
#include "engine/crypto/secret_key.hpp"
#include "engine/ports/random.hpp"
#include "engine/runtime/config/error.hpp"

#include <string>
#include <string_view>

/// Secrets come from a file of their owner's, from an open descriptor or from a terminal; never
/// from a flag or the environment, which other processes see.
namespace engine::cli
{
/// Text that is wiped when it ends, and that can't be printed by accident.
class SecretText
{
    std::string m_text;

public:
    explicit SecretText(std::string text) : m_text{std::move(text)} {}
    SecretText(SecretText&& other) noexcept;
    SecretText& operator=(SecretText&& other) noexcept;
    SecretText(const SecretText&) = delete;
    SecretText& operator=(const SecretText&) = delete;
    ~SecretText();

    const std::string& reveal() const { return m_text; }
};

/// Reads a secret: from a file with mode 0600 or less that belongs to this user, from `fd:N`, or
/// from the terminal, which is asked with `question` and does not show what is typed. One line end
/// at the end is not part of it.
Result<SecretText, OperatorError> read_secret(const std::string& source, std::string_view question);

/// Reads a whole file that must be this user's alone, mode 0600 or less, of at most so many bytes.
Result<SecretText, OperatorError> read_private_file(const std::string& path, std::size_t most);

/// Makes a file with mode 0600, durable. Never overwrites.
Result<Done, OperatorError> make_private_file(const std::string& path, std::string_view text);

/// Reads a key file: 64 hexadecimal digits.
Result<SecretKey, OperatorError> read_key_file(const std::string& source);

/// Makes a key file with a key that nobody has seen, mode 0600, durable. Never overwrites.
Result<SecretKey, OperatorError> make_key_file(const std::string& path, Random& random);
}  // namespace engine::cli
