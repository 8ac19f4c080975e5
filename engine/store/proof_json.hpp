#pragma once

#include "engine/store/proof_check.hpp"

#include <string>

namespace engine
{
/// A proof for people and programs, on one line: {"table":257,"key":"..","end":"row","row":"..",
/// "siblings":["..",..],"root":"..","proof":".."}. Bytes are hexadecimal; an empty subtree among
/// the siblings is an empty string; `root` is what the proof leads to, null when it contradicts
/// itself; `proof` is encode_proof, which decode_proof reads.
std::string to_json(const Proof& proof);
}  // namespace engine
