#pragma once

#include <unistd.h>
#include <utility>

namespace engine
{
/// Owns a file descriptor.
class Descriptor
{
    int m_fd = -1;

public:
    explicit Descriptor(int fd) noexcept : m_fd{fd} {}
    Descriptor(Descriptor&& other) noexcept : m_fd{std::exchange(other.m_fd, -1)} {}
    Descriptor& operator=(Descriptor&& other) noexcept
    {
        std::swap(m_fd, other.m_fd);
        return *this;
    }
    ~Descriptor()
    {
        if (m_fd >= 0)
            ::close(m_fd);
    }

    bool is_open() const { return m_fd >= 0; }
    int get() const { return m_fd; }
};
}  // namespace engine
