#include "engine/store/proof_json.hpp"

#include "engine/base/hex.hpp"

namespace engine
{
namespace
{
std::string quoted_hex(ByteView bytes)
{
    return '"' + to_hex(bytes) + '"';
}

std::string end_to_json(const Proof& proof)
{
    switch (proof.end)
    {
        case ProofEnd::row:
            return R"("end":"row","row":)" + quoted_hex(proof.row);
        case ProofEnd::empty:
            return R"("end":"empty")";
        case ProofEnd::other:
            return R"("end":"other","other_key_hash":)" + quoted_hex(proof.other_key_hash.bytes) +
                   R"(,"other_row_hash":)" + quoted_hex(proof.other_row_hash.bytes);
    }
    return {};
}

std::string siblings_to_json(const std::vector<Hash256>& siblings)
{
    std::string out = "[";
    for (const auto& sibling : siblings)
    {
        if (out.size() > 1)
            out += ',';
        out += sibling == Hash256{} ? R"("")" : quoted_hex(sibling.bytes);
    }
    return out + ']';
}
}  // namespace

std::string to_json(const Proof& proof)
{
    const auto root = root_of(proof);
    return R"({"table":)" + std::to_string(proof.table) + R"(,"key":)" + quoted_hex(proof.key) +
           ',' + end_to_json(proof) + R"(,"siblings":)" + siblings_to_json(proof.siblings) +
           R"(,"root":)" + (root ? quoted_hex(root->bytes) : "null") + R"(,"proof":)" +
           quoted_hex(encode_proof(proof)) + '}';
}
}  // namespace engine
