#include "security/sealed_box.hpp"

#include <sodium.h>

#include <stdexcept>

#include "core/base64.hpp"

namespace security::sealed_box {
namespace {

static_assert(crypto_box_PUBLICKEYBYTES == 32 && crypto_box_SECRETKEYBYTES == 32 &&
              crypto_secretbox_KEYBYTES == 32);

void start_sodium() {
    if (sodium_init() < 0) throw std::runtime_error("libsodium can't start");
}

unsigned char* bytes(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}
const unsigned char* bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string key_of(std::string_view base64) {
    auto key = core::from_base64(base64);
    if (!key || key->size() != 32) throw std::invalid_argument("not a key of 32 bytes in base64");
    return *std::move(key);
}

void check_key(core::Environment& environment, const std::string& name, std::string_view key) {
    if (!key.empty() && !is_key(key)) environment.fault(name, "must be 32 bytes in base64");
}

}  // namespace

KeyPair make_key_pair() {
    start_sodium();
    std::string public_key(crypto_box_PUBLICKEYBYTES, '\0');
    std::string secret_key(crypto_box_SECRETKEYBYTES, '\0');
    crypto_box_keypair(bytes(public_key), bytes(secret_key));
    return {core::to_base64(public_key), core::Secret{core::to_base64(secret_key)}};
}

core::Secret make_key() {
    start_sodium();
    std::string key(crypto_secretbox_KEYBYTES, '\0');
    crypto_secretbox_keygen(bytes(key));
    return core::Secret{core::to_base64(key)};
}

bool is_key(std::string_view base64) {
    const auto key = core::from_base64(base64);
    return key && key->size() == 32;
}

std::vector<std::string> read_public_keys(core::Environment& environment, const core::Variable& variable) {
    auto keys = environment.list(variable);
    for (const auto& key : keys) check_key(environment, variable.name, key);
    if (keys.empty()) keys.emplace_back();
    return keys;
}

std::vector<core::Secret> read_secret_keys(core::Environment& environment, const core::Variable& variable) {
    auto keys = environment.secrets(variable);
    for (const auto& key : keys) check_key(environment, variable.name, key.reveal());
    if (keys.empty()) keys.emplace_back("");
    return keys;
}

std::string seal(std::string_view public_key, std::string_view text) {
    start_sodium();
    const auto key = key_of(public_key);
    std::string sealed(text.size() + crypto_box_SEALBYTES, '\0');
    if (crypto_box_seal(bytes(sealed), bytes(text), text.size(), bytes(std::string_view{key})) != 0)
        throw std::invalid_argument("nothing can be sealed with this key");
    return core::to_base64(sealed);
}

std::optional<std::string> unseal(std::string_view public_key, const core::Secret& secret_key,
                                  std::string_view sealed) {
    start_sodium();
    const auto box = core::from_base64(sealed);
    if (!box || box->size() < crypto_box_SEALBYTES) return {};
    const std::string pair[] = {key_of(public_key), key_of(secret_key.reveal())};
    std::string text(box->size() - crypto_box_SEALBYTES, '\0');
    if (crypto_box_seal_open(bytes(text), bytes(std::string_view{*box}), box->size(),
                             bytes(std::string_view{pair[0]}), bytes(std::string_view{pair[1]})) != 0)
        return {};
    return text;
}

std::string encrypt(const core::Secret& key, std::string_view text) {
    start_sodium();
    std::string box(crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + text.size(), '\0');
    randombytes_buf(box.data(), crypto_secretbox_NONCEBYTES);
    crypto_secretbox_easy(bytes(box) + crypto_secretbox_NONCEBYTES, bytes(text), text.size(), bytes(box),
                          bytes(std::string_view{key_of(key.reveal())}));
    return core::to_base64(box);
}

std::optional<std::string> decrypt(const core::Secret& key, std::string_view locked) {
    start_sodium();
    constexpr auto kAround = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
    const auto box = core::from_base64(locked);
    if (!box || box->size() < kAround) return {};
    const std::string_view view{*box};
    std::string text(box->size() - kAround, '\0');
    if (crypto_secretbox_open_easy(bytes(text), bytes(view) + crypto_secretbox_NONCEBYTES,
                                   view.size() - crypto_secretbox_NONCEBYTES, bytes(view),
                                   bytes(std::string_view{key_of(key.reveal())})) != 0)
        return {};
    return text;
}

std::optional<std::string> decrypt(std::span<const core::Secret> keys, std::string_view locked) {
    for (const auto& key : keys) {
        if (auto text = decrypt(key, locked)) return text;
    }
    return {};
}

std::optional<std::string> reencrypt(std::span<const core::Secret> keys, std::string_view locked) {
    if (keys.size() < 2 || decrypt(keys.front(), locked)) return {};
    const auto text = decrypt(keys, locked);
    if (!text) return {};
    return encrypt(keys.front(), *text);
}

}  // namespace security::sealed_box
