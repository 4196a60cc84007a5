#include "migrations/runner/folder.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace migrations {
namespace {

std::string sha256_hex(std::string_view text) {
    std::array<unsigned char, 32> digest{};
    if (EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1) {
        throw std::runtime_error("SHA-256 is not available");
    }
    constexpr auto digits = "0123456789abcdef";
    std::string hex;
    for (const auto byte : digest) {
        hex += digits[byte >> 4];
        hex += digits[byte & 15];
    }
    return hex;
}

std::string content_of(const std::filesystem::path& path) {
    std::ifstream file{path, std::ios::binary};
    if (!file) throw std::runtime_error(path.string() + " can't be read");
    return {std::istreambuf_iterator<char>{file}, {}};
}

}  // namespace

std::vector<Migration> read_folder(const std::filesystem::path& folder) {
    if (!std::filesystem::is_directory(folder))
        throw std::runtime_error(folder.string() + " is not a folder");
    std::vector<Migration> migrations;
    for (const auto& entry : std::filesystem::directory_iterator{folder}) {
        if (entry.path().extension() != ".sql") continue;
        const auto name = entry.path().filename().string();
        const auto version = version_of(name);
        if (!version) throw std::runtime_error(name + ": a migration's name is NNNN_what.sql");
        auto sql = content_of(entry.path());
        auto sha256 = sha256_hex(sql);
        migrations.push_back({*version, name, std::move(sha256), std::move(sql)});
    }
    std::ranges::sort(migrations, {}, &Migration::name);
    return migrations;
}

}  // namespace migrations
