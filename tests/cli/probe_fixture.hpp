#pragma once

#include "tests/cli/running_node_fixture.hpp"

#include <boost/json.hpp>

#include <fstream>

namespace engine::cli::test
{
/// A log that takes probes, and how commands are given over it: to the node, or beside it.
class ProbeFixture : public RunningNodeFixture
{
protected:
    void SetUp() override { init({"--probe"}); }

    Said ask(std::vector<std::string> words)
    {
        words.insert(words.end(), {"--node", node->address(), "--data", data});
        return engine(words);
    }

    Said read(std::vector<std::string> words)
    {
        words.insert(words.end(), {"--data", data});
        return engine(words);
    }

    /// Writes a probe's body to a file, to be submitted.
    std::string probe_file(int id, int account, int amount)
    {
        auto file = directory / "probe.json";
        boost::json::object body;
        body["id"] = std::string(62, '0') + (id < 10 ? "0" : "") + std::to_string(id);
        body["account"] = account;
        body["amount"] = amount;
        boost::json::object event;
        event["probe.probed"] = std::move(body);
        std::ofstream{file} << boost::json::serialize(event);
        return file;
    }

    Said probe(int id, int account, int amount)
    {
        return ask({"submit", probe_file(id, account, amount), "--key", key_file, "--json"});
    }
};
}  // namespace engine::cli::test
