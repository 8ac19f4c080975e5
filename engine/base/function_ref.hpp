#pragma once

#include <memory>
#include <type_traits>
#include <utility>

namespace engine
{
template <typename Signature>
class FunctionRef;

/// A borrowed callable: no allocation, no copy. Valid while the callable it was made from lives,
/// which is called as const: a lambda that isn't `mutable`.
template <typename R, typename... Args>
class FunctionRef<R(Args...)>
{
    const void* m_object;
    R (*m_call)(const void*, Args...);

public:
    template <typename F>
    requires(!std::is_same_v<std::remove_cvref_t<F>, FunctionRef>) FunctionRef(F&& f)
    noexcept  // NOLINT(google-explicit-constructor): a parameter type.
      : m_object{std::addressof(f)}, m_call{[](const void* object, Args... args) -> R {
            using Callable = std::remove_cvref_t<F>;
            return (*static_cast<const Callable*>(object))(std::forward<Args>(args)...);
        }}
    {}

    R operator()(Args... args) const { return m_call(m_object, std::forward<Args>(args)...); }
};
}  // namespace engine
