// write_event_seeds FOLDER: one file for each kind of event, for fuzz_event to begin with.

#include "engine/codec/codec.hpp"
#include "tests/support/samples.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>

int main(int argc, char** argv)
{
    if (argc != 2)
    {
        std::cerr << "usage: write_event_seeds FOLDER\n";
        return 64;
    }
    const std::filesystem::path folder{argv[1]};
    std::filesystem::create_directories(folder);
    int number = 0;
    for (const auto& event : engine::test::one_event_of_each_kind())
    {
        std::ofstream file{folder / ("event_" + std::to_string(number++)), std::ios::binary};
        for (const auto byte : engine::encode_event(event))
            file.put(static_cast<char>(byte));
        if (!file.flush())
        {
            std::cerr << "cannot write below " << folder << "\n";
            return 1;
        }
    }
    return 0;
}
