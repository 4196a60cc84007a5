#include "migrations/runner/folder.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "core/digest.hpp"

namespace migrations {
namespace {

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
        auto sha256 = core::sha256_hex(sql);
        migrations.push_back({*version, name, std::move(sha256), std::move(sql)});
    }
    std::ranges::sort(migrations, {}, &Migration::name);
    return migrations;
}

}  // namespace migrations
