#include "engine/runtime/api_answers.hpp"

#include <charconv>

namespace engine::api
{
json::string text(std::string_view view)
{
    return json::string{json::string_view{view.data(), view.size()}};
}

void refuse(const Exchange& exchange, const Problem& problem)
{
    auto response = to_response(problem);
    if (problem.status == 503)
        response.headers.emplace_back("Retry-After", "1");
    exchange->respond(std::move(response));
}

Problem not_found(std::string code, std::string detail, std::string hint)
{
    return {404, std::move(code), "not there", std::move(detail), std::move(hint)};
}

Problem bad_request(std::string code, std::string detail, std::string hint)
{
    return {400, std::move(code), "malformed request", std::move(detail), std::move(hint)};
}

Problem stopping(std::string hint)
{
    return {503, "stopping", "not ready", "the node is stopping", std::move(hint)};
}

Problem internal(const OperatorError& error)
{
    return {500, std::string{error.kind.code}, std::string{error.kind.what}, error.why,
        std::string{error.what_to_do()}};
}

std::string parameter(const HttpRequest& request, std::string_view name)
{
    return std::string{find_field(request.parameters, name).value_or("")};
}

std::optional<std::uint64_t> number(std::string_view digits)
{
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size())
        return std::nullopt;
    return value;
}
}  // namespace engine::api
