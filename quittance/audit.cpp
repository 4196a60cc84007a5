#include "quittance/audit.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <stdexcept>
#include "core/json.hpp"

#include "contracts/audit_chain.hpp"
#include "quittance/http.hpp"
#include "quittance/settings.hpp"
#include "quittance/token.hpp"

namespace quittance {
namespace {

struct Options {
    std::string file;
    std::string head;
};

core::json::Value get(const Settings& settings, const std::string& token, const std::string& path) {
    const auto url = settings.find("QUITTANCE_URL");
    if (!url) throw Misuse{"QUITTANCE_URL is missing (make up writes it to .run/dev.env)"};
    const auto answer = send({*url + "/api/v1/auth/audit" + path, {}, {"Authorization: Bearer " + token}});
    if (!answer.ok())
        throw std::runtime_error("the audit log can't be read: " +
                                 (answer.status != 0 ? answer.body : answer.failure));
    return core::json::Value::parse(answer.body);
}

// A line of JSON for each entry, from the first on.
bool write_export() {
    const Settings settings{std::filesystem::current_path()};
    const auto secret = token(settings);
    std::int64_t last = 0;
    for (bool more = true; more;) {
        const auto page =
            get(settings, secret, "?order=oldest_first&limit=100&starting_after=" + std::to_string(last));
        for (const auto& entry : page.at("data")) {
            std::cout << entry.dump() << '\n';
            last = entry.at("seq").get<std::int64_t>();
        }
        more = page.at("has_more").get<bool>();
    }
    std::cout << std::flush;
    return true;
}

bool say(std::int64_t entries, const std::string& sha256, const std::string& fault) {
    std::cout << entries << " entries are what was written; the last is " << entries << ":" << sha256 << '\n';
    if (!fault.empty()) std::cout << "NOT INTACT: " << fault << '\n';
    return fault.empty();
}

// `head` was noted before: <seq>:<sha256>. The log may have grown since, but that entry must still be in it.
bool verify_file(const Options& options) {
    std::ifstream file{options.file};
    if (!file) throw Misuse{options.file + " can't be read"};
    contracts::AuditWalk walk;
    bool has_head = options.head.empty();
    for (std::string line; std::getline(file, line) && walk.fault().empty();) {
        const auto entry = contracts::audit_entry_from_json(core::json::Value::parse(line, false));
        if (!entry) throw std::runtime_error("a line is no entry: " + entry.error().detail);
        if (walk.take(*entry))
            has_head = has_head || std::to_string(walk.seq()) + ":" + walk.sha256() == options.head;
    }
    const bool right = say(walk.seq(), walk.sha256(), walk.fault());
    if (!has_head) std::cout << "NOT INTACT: the entry " << options.head << " is not in it any more\n";
    return right && has_head;
}

bool verify_there() {
    const Settings settings{std::filesystem::current_path()};
    const auto secret = token(settings);
    auto found = get(settings, secret, "/verification");
    while (found.at("has_more").get<bool>()) {
        const auto head = found.at("head");
        found = get(settings, secret,
                    "/verification?after=" + std::to_string(head.at("seq").get<std::int64_t>()) + ":" +
                        head.at("sha256").get<std::string>());
    }
    return say(found.at("entries").get<std::int64_t>(), found.at("head").at("sha256").text(),
               found.at("fault").is_null() ? "" : found.at("fault").get<std::string>());
}

}  // namespace

std::function<bool()> declare_audit(core::Command audit) {
    const auto options = std::make_shared<Options>();
    auto verify = audit.subcommand("verify", "walk the whole log; exit status 1 when it was changed");
    const auto file = verify.option("--file", &options->file, "an export, instead of the log itself");
    verify.option("--head", &options->head, "<seq>:<sha256> noted before: must still be in the export")
        .needs(file);
    const auto take = audit.subcommand("export", "print every entry as a line of JSON, oldest first");
    return [options, take] {
        if (take.parsed()) return write_export();
        return options->file.empty() ? verify_there() : verify_file(*options);
    };
}

}  // namespace quittance
