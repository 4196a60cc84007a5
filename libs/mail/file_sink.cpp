#include "mail/file_sink.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "mail/mime.hpp"

namespace mail {
namespace {

using events::Outcome;

// A file whose bytes are on disk when this returns; errno says why not.
bool write_durably(const std::filesystem::path& path, std::string_view bytes) {
    constexpr mode_t kOwnerOnly = 0600;
    const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kOwnerOnly);
    if (file < 0) return false;
    bool good = true;
    while (good && !bytes.empty()) {
        const auto written = ::write(file, bytes.data(), bytes.size());
        if (written >= 0) bytes.remove_prefix(static_cast<std::size_t>(written));
        good = written >= 0 || errno == EINTR;
    }
    good = good && fsync(file) == 0;
    const int why = errno;
    close(file);
    errno = why;
    return good;
}

Outcome away() {
    return Outcome::unavailable("the folder of mails can't be written to: " +
                                std::generic_category().message(errno));
}

}  // namespace

std::string refusal(const core::Error& error) {
    auto text = "the mail can't be written: " + error.detail;
    for (const auto& fault : error.fields) text += "; " + fault.field + " " + fault.detail;
    return text;
}

std::vector<Outcome> Folder::deliver(std::span<const events::Event> events) {
    std::error_code fault;
    if (std::filesystem::create_directories(folder_, fault))
        std::filesystem::permissions(folder_, std::filesystem::perms::owner_all, fault);
    std::vector<Outcome> outcomes;
    for (const auto& event : events) outcomes.push_back(deliver_one(event));
    return outcomes;
}

// Delivered again, a mail replaces itself.
Outcome Folder::deliver_one(const events::Event& event) const {
    if (is_erased(event.data)) return Outcome::delivered();
    const auto request = read_request(event.data);
    if (!request) return Outcome::refused(refusal(request.error()));
    auto text = write(*request, sender_.shop_url);
    if (!text) return Outcome::refused(refusal(text.error()));
    const auto mail = compose({.id = event.id,
                               .date = event.time,
                               .from = sender_.from,
                               .to = request->to,
                               .text = *std::move(text)});
    const auto hidden = folder_ / ("." + event.id + ".new");
    if (!write_durably(hidden, mail)) return away();
    std::error_code fault;
    std::filesystem::rename(hidden, folder_ / (event.id + ".eml"), fault);
    if (fault) return Outcome::unavailable("the folder of mails can't be written to: " + fault.message());
    return Outcome::delivered();
}

}  // namespace mail
