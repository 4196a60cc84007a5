// Texts for one reader only (libsodium): sealed with a public key, opened with its secret key; and
// texts kept where others may look, locked and unlocked with one key. Keys are 32 bytes, and like everything
// sealed or locked they are base64.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/environment.hpp"
#include "core/secret.hpp"

namespace security::sealed_box {

struct KeyPair {
    std::string public_key;
    core::Secret secret_key;
};
KeyPair make_key_pair();
core::Secret make_key();

// Whether it is a key at all.
bool is_key(std::string_view base64);
// Variables that must be keys, several with commas while one is exchanged; what is none is a fault of the
// configuration. At least one is answered.
std::vector<std::string> read_public_keys(core::Environment& environment, const core::Variable& variable);
std::vector<core::Secret> read_secret_keys(core::Environment& environment, const core::Variable& variable);

// `public_key` must be a key: std::invalid_argument otherwise.
std::string seal(std::string_view public_key, std::string_view text);
// Nothing when `sealed` was not sealed for this pair, or is not whole.
std::optional<std::string> unseal(std::string_view public_key, const core::Secret& secret_key,
                                  std::string_view sealed);

// Likewise, with one key for both directions.
std::string encrypt(const core::Secret& key, std::string_view text);
std::optional<std::string> decrypt(const core::Secret& key, std::string_view locked);

// With any of several keys.
std::optional<std::string> decrypt(std::span<const core::Secret> keys, std::string_view locked);
// Locked with the first of them, so that the others can go; nothing when it is, or when none unlocks it.
std::optional<std::string> reencrypt(std::span<const core::Secret> keys, std::string_view locked);

}  // namespace security::sealed_box
