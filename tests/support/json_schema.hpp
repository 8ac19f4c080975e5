#pragma once

// The part of JSON Schema (draft 2020-12) that our schemas use. A keyword that is not known here is
// an error, so that no schema says something that nobody checks.

#include <boost/json.hpp>

#include <fstream>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>

namespace engine::test
{
/// Schemas of a folder, by their file names, which refer to each other.
class JsonSchemas
{
    using Value = boost::json::value;
    using Object = boost::json::object;

    std::string m_folder;
    std::map<std::string, Value> m_files;

public:
    explicit JsonSchemas(std::string folder) : m_folder{std::move(folder)} {}

    /// What is wrong with a value, with its place; nothing if it is valid.
    std::optional<std::string> check(const std::string& file, const Value& value)
    {
        return check(file, load(file).as_object(), value, "$");
    }

    const Value& load(const std::string& file)
    {
        const auto found = m_files.find(file);
        if (found != m_files.end())
            return found->second;
        std::ifstream input{m_folder + "/" + file};
        std::stringstream text;
        text << input.rdbuf();
        if (!input)
            throw std::runtime_error{"no schema " + m_folder + "/" + file};
        return m_files.emplace(file, boost::json::parse(text.str())).first->second;
    }

private:
    using Problem = std::optional<std::string>;

    static std::string shown(const Value& value)
    {
        return boost::json::serialize(value).substr(0, 200);
    }

    static bool is_of(const Value& value, std::string_view type)
    {
        if (type == "integer")
            return value.is_int64() || value.is_uint64();
        if (type == "number")
            return value.is_number();
        if (type == "string")
            return value.is_string();
        if (type == "boolean")
            return value.is_bool();
        if (type == "object")
            return value.is_object();
        if (type == "array")
            return value.is_array();
        if (type == "null")
            return value.is_null();
        throw std::runtime_error{"unknown type " + std::string{type}};
    }

    static Problem check_type(const Value& type, const Value& value, const std::string& at)
    {
        if (const auto* one = type.if_string())
        {
            if (!is_of(value, *one))
                return at + ": " + shown(value) + " is no " + std::string{*one};
            return std::nullopt;
        }
        for (const auto& one : type.as_array())
        {
            if (is_of(value, one.as_string()))
                return std::nullopt;
        }
        return at + ": " + shown(value) + " is none of " + shown(type);
    }

    Problem check_members(
        const std::string& file, const Object& schema, const Value& value, const std::string& at)
    {
        const auto* object = value.if_object();
        if (object == nullptr)
            return std::nullopt;
        if (const auto* required = schema.if_contains("required"))
        {
            for (const auto& name : required->as_array())
            {
                if (!object->contains(name.as_string()))
                    return at + ": no member " + std::string{name.as_string()};
            }
        }
        const auto* properties = schema.if_contains("properties");
        const auto* others = schema.if_contains("additionalProperties");
        for (const auto& member : *object)
        {
            const auto place = at + "." + std::string{member.key()};
            const auto* known =
                properties ? properties->as_object().if_contains(member.key()) : nullptr;
            if (!known && others && others->is_bool() && !others->as_bool())
                return place + ": a member that the schema does not know";
            if (!known && others && others->is_object())
                known = others;
            if (!known)
                continue;
            if (auto problem = check(file, known->as_object(), member.value(), place))
                return problem;
        }
        return std::nullopt;
    }

    Problem check_one_of(
        const std::string& file, const Value& choices, const Value& value, const std::string& at)
    {
        std::size_t valid = 0;
        std::string why;
        for (const auto& choice : choices.as_array())
        {
            const auto problem = check(file, choice.as_object(), value, at);
            valid += problem ? 0U : 1U;
            if (problem)
                why += "\n    " + *problem;
        }
        if (valid == 1)
            return std::nullopt;
        return at + ": " + shown(value) + " is valid against " + std::to_string(valid) +
               " of the choices:" + why;
    }

    Problem check_ref(
        const std::string& file, std::string_view ref, const Value& value, const std::string& at)
    {
        const auto hash = ref.find('#');
        const auto target = hash == 0 ? file : std::string{ref.substr(0, hash)};
        const Value* schema = &load(target);
        auto path = std::string{ref.substr(hash + 1)};
        for (auto& part : split(path))
            schema = &schema->at(part);
        return check(target, schema->as_object(), value, at);
    }

    static std::vector<std::string> split(const std::string& path)
    {
        std::vector<std::string> out;
        std::istringstream parts{path};
        for (std::string part; std::getline(parts, part, '/');)
        {
            if (!part.empty())
                out.push_back(part);
        }
        return out;
    }

    static Problem check_value(const Object& schema, const Value& value, const std::string& at)
    {
        if (const auto* list = schema.if_contains("enum"))
        {
            bool found = false;
            for (const auto& one : list->as_array())
                found = found || one == value;
            if (!found)
                return at + ": " + shown(value) + " is none of " + shown(*list);
        }
        const auto* pattern = schema.if_contains("pattern");
        if (pattern && value.is_string() &&
            !std::regex_search(
                std::string{value.as_string()}, std::regex{std::string{pattern->as_string()}}))
            return at + ": " + shown(value) + " does not match " + shown(*pattern);
        const auto* shortest = schema.if_contains("minLength");
        if (shortest && value.is_string() &&
            value.as_string().size() < shortest->to_number<std::size_t>())
            return at + ": too short";
        if (!value.is_int64() && !value.is_uint64())
            return std::nullopt;
        const auto* least = schema.if_contains("minimum");
        if (least && value.is_int64() && value.as_int64() < least->as_int64())
            return at + ": " + shown(value) + " is below " + shown(*least);
        const auto* most = schema.if_contains("maximum");
        if (most && (value.is_uint64() || value.as_int64() > most->as_int64()))
            return at + ": " + shown(value) + " is above " + shown(*most);
        return std::nullopt;
    }

    Problem check(
        const std::string& file, const Object& schema, const Value& value, const std::string& at)
    {
        static const std::set<std::string, std::less<>> kKnown{"$schema", "title", "$defs", "$ref",
            "type", "properties", "required", "additionalProperties", "items", "enum", "pattern",
            "minimum", "maximum", "minLength", "oneOf"};
        for (const auto& member : schema)
        {
            if (kKnown.find(std::string_view{member.key()}) == kKnown.end())
                throw std::runtime_error{"unknown keyword " + std::string{member.key()}};
        }
        if (const auto* ref = schema.if_contains("$ref"))
        {
            if (auto problem = check_ref(file, ref->as_string(), value, at))
                return problem;
        }
        if (const auto* type = schema.if_contains("type"))
        {
            if (auto problem = check_type(*type, value, at))
                return problem;
        }
        if (auto problem = check_value(schema, value, at))
            return problem;
        if (auto problem = check_members(file, schema, value, at))
            return problem;
        if (const auto* choices = schema.if_contains("oneOf"))
        {
            if (auto problem = check_one_of(file, *choices, value, at))
                return problem;
        }
        const auto* items = schema.if_contains("items");
        if (!items || !value.is_array())
            return std::nullopt;
        for (std::size_t i = 0; i < value.as_array().size(); ++i)
        {
            const auto place = at + "[" + std::to_string(i) + "]";
            if (auto problem = check(file, items->as_object(), value.as_array()[i], place))
                return problem;
        }
        return std::nullopt;
    }
};
}  // namespace engine::test
