#include "webhooks/client.hpp"

#include <curl/curl.h>
#include <netdb.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <stdexcept>
#include <unordered_map>

namespace webhooks {
namespace {

constexpr std::size_t kKeptBytes = 1024;      // of an answer's body
constexpr std::size_t kMaxBodyBytes = 65536;  // then the rest is not waited for
constexpr std::size_t kMaxHeadBytes = 32768;
constexpr std::size_t kLongestUrl = 2048;

struct EasyDeleter {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct MultiDeleter {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct ListDeleter {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
struct UrlDeleter {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using Easy = std::unique_ptr<CURL, EasyDeleter>;
using Multi = std::unique_ptr<CURLM, MultiDeleter>;
using List = std::unique_ptr<curl_slist, ListDeleter>;
using Url = std::unique_ptr<CURLU, UrlDeleter>;

void append(List& list, const std::string& line) {
    auto* longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) throw std::bad_alloc{};
    if (!list) list.reset(longer);
}

std::string part_of(const Url& url, CURLUPart part, unsigned flags = 0) {
    char* text = nullptr;
    if (curl_url_get(url.get(), part, &text, flags) != CURLUE_OK) return {};
    std::string copy{text};
    curl_free(text);
    return copy;
}

// One POST on its way.
struct Transfer {
    const WebhookClient::Post* post;
    const AddressGuard* guard;
    Easy easy{curl_easy_init()};
    List headers = {};
    std::size_t index;
    WebhookClient::Reply reply = {};
    std::size_t head_bytes = 0;
    std::size_t body_bytes = 0;
    std::string refused = {};  // what the last address was that nothing is sent to
};

// Judges each address at the moment it is connected to; curl goes on with the name's next address.
curl_socket_t open_socket(void* of, curlsocktype, curl_sockaddr* to) {
    auto& transfer = *static_cast<Transfer*>(of);
    const auto address = IpAddress::of(to->addr);
    const auto refused = address ? transfer.guard->refuse(*address) : "of an unknown family";
    if (!refused) return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
    transfer.refused = *refused;
    return CURL_SOCKET_BAD;
}

std::size_t take_head(char*, std::size_t, std::size_t size, void* of) {
    auto& transfer = *static_cast<Transfer*>(of);
    transfer.head_bytes += size;
    return transfer.head_bytes > kMaxHeadBytes ? 0 : size;
}

std::size_t take_body(char* data, std::size_t, std::size_t size, void* of) {
    auto& transfer = *static_cast<Transfer*>(of);
    auto& kept = transfer.reply.body;
    kept.append(data, std::min(size, kKeptBytes - kept.size()));
    transfer.body_bytes += size;
    return transfer.body_bytes > kMaxBodyBytes ? 0 : size;
}

std::string failure_of(CURLcode code, const std::string& refused) {
    switch (code) {
        case CURLE_COULDNT_RESOLVE_HOST: return "the host has no address";
        case CURLE_OPERATION_TIMEDOUT: return "no answer in time";
        case CURLE_PEER_FAILED_VERIFICATION: return "the certificate is not valid for this host";
        case CURLE_SSL_CONNECT_ERROR: return "no TLS connection";
        case CURLE_COULDNT_CONNECT:
            return refused.empty() ? "no connection" : "the host's address is " + refused + ": not sent";
        default: return "the connection broke";
    }
}

}  // namespace

WebhookClient::Config WebhookClient::read(core::Environment& environment) {
    Config config;
    for (const auto& text :
         environment.list({"WEBHOOK_ALLOW_ADDRESSES",
                           "networks webhooks may go to although they are not public: 10.1.0.0/16"},
                          {})) {
        const auto network = Network::parse(text);
        if (!network) environment.fault("WEBHOOK_ALLOW_ADDRESSES", "must be networks, such as 10.1.0.0/16");
        if (network) config.allowed.push_back(*network);
    }
    config.deadline = environment.milliseconds(
        {"WEBHOOK_DEADLINE_MS", "of one post, from name to the last byte of the answer"}, 15'000, 100,
        60'000);
    config.connect_timeout = std::min(config.connect_timeout, config.deadline);
    return config;
}

class WebhookClient::Impl {
public:
    explicit Impl(Config config) : config_(std::move(config)), guard_(config_.allowed) {
        static const auto initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
        multi_.reset(curl_multi_init());
        if (initialised != CURLE_OK || !multi_) throw std::runtime_error("libcurl can't start");
        for (const auto& name : config_.names) append(names_, name);
    }

    std::optional<std::string> refuse(const std::string& text) const {
        const Url url{curl_url()};
        if (text.size() > kLongestUrl) return "must have at most 2048 characters";
        if (curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) return "must be a URL";
        const auto scheme = part_of(url, CURLUPART_SCHEME);
        if (scheme != "https" && scheme != "http") return "must start with https:// or http://";
        if (!part_of(url, CURLUPART_USER).empty() || !part_of(url, CURLUPART_PASSWORD).empty())
            return "must not contain a user or password";
        if (!part_of(url, CURLUPART_FRAGMENT).empty()) return "must not contain a fragment";
        if (!is_port(part_of(url, CURLUPART_PORT, CURLU_DEFAULT_PORT)))
            return "must have port 80, 443, or 1024 and above";
        auto host = part_of(url, CURLUPART_HOST);
        if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
        const auto address = IpAddress::parse(host);
        const auto refused = address ? guard_.refuse(*address) : std::nullopt;
        if (refused) return "must not be an address that is " + std::string{*refused};
        return {};
    }

    std::vector<std::optional<Reply>> post(std::vector<Post> posts, std::size_t in_flight) {
        std::vector<std::optional<Reply>> replies(posts.size());
        std::unordered_map<std::string_view, bool> busy;  // keys that wait for an answer, or had a bad one
        std::vector<std::size_t> waiting(posts.size());
        for (std::size_t i = 0; i < posts.size(); ++i) waiting[i] = i;
        const auto start_what_may = [&] {
            std::unordered_map<std::string_view, bool> passed;  // an earlier one of the key still waits
            std::erase_if(waiting, [&](std::size_t i) {
                const auto& key = posts[i].key;
                if (stopping_ || running_.size() >= in_flight || busy[key] || passed[key])
                    return !(passed[key] = true);
                start(posts[i], i);
                return busy[key] = true;
            });
        };
        start_what_may();
        while (!running_.empty() && !stopping_) {
            for (auto& [index, reply] : finished()) {
                busy[posts[index].key] = !reply.ok();
                replies[index] = std::move(reply);
            }
            start_what_may();
        }
        for (const auto& [easy, transfer] : running_) curl_multi_remove_handle(multi_.get(), easy);
        running_.clear();
        return replies;
    }

    void stop() {
        stopping_ = true;
        curl_multi_wakeup(multi_.get());
    }

private:
    // Ports below 1024 belong to what speaks no HTTP.
    static bool is_port(const std::string& text) {
        int port = 0;
        std::from_chars(text.data(), text.data() + text.size(), port);
        return port == 80 || port == 443 || port >= 1024;
    }

    void start(const Post& post, std::size_t index) {
        auto transfer = std::make_unique<Transfer>(Transfer{.post = &post, .guard = &guard_, .index = index});
        if (!transfer->easy) throw std::bad_alloc{};
        set_up(*transfer);
        auto* easy = transfer->easy.get();
        curl_multi_add_handle(multi_.get(), easy);
        running_.emplace(easy, std::move(transfer));
    }

    void set_up(Transfer& transfer) {
        auto* easy = transfer.easy.get();
        for (const auto& [name, value] : transfer.post->headers)
            append(transfer.headers, name + ": " + value);
        append(transfer.headers, "Expect:");
        const auto set = [easy](CURLoption option, auto value) { curl_easy_setopt(easy, option, value); };
        set(CURLOPT_URL, transfer.post->url.c_str());
        set(CURLOPT_HTTPHEADER, transfer.headers.get());
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(transfer.post->body.size()));
        set(CURLOPT_POSTFIELDS, transfer.post->body.data());
        set(CURLOPT_USERAGENT, "Quittance-Webhooks/1");
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_PROTOCOLS_STR, "http,https");
        set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
        set(CURLOPT_FOLLOWLOCATION, 0L);  // where it leads is nobody's choice but ours
        set(CURLOPT_NOPROXY, "*");        // a proxy of the environment would connect in our place
        set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
        set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
        set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(config_.connect_timeout.count()));
        set(CURLOPT_TIMEOUT_MS, static_cast<long>(config_.deadline.count()));
        set(CURLOPT_RESOLVE, names_.get());
        set(CURLOPT_OPENSOCKETFUNCTION, &open_socket);
        set(CURLOPT_OPENSOCKETDATA, &transfer);
        set(CURLOPT_HEADERFUNCTION, &take_head);
        set(CURLOPT_HEADERDATA, &transfer);
        set(CURLOPT_WRITEFUNCTION, &take_body);
        set(CURLOPT_WRITEDATA, &transfer);
    }

    // Waits until some are.
    std::vector<std::pair<std::size_t, Reply>> finished() {
        std::vector<std::pair<std::size_t, Reply>> done;
        while (done.empty() && !stopping_) {
            int still = 0;
            curl_multi_perform(multi_.get(), &still);
            int more = 0;
            while (const auto* message = curl_multi_info_read(multi_.get(), &more)) {
                if (message->msg != CURLMSG_DONE) continue;
                auto* easy = message->easy_handle;
                const auto code = message->data.result;  // gone with the handle
                auto transfer = std::move(running_.extract(easy).mapped());
                curl_multi_remove_handle(multi_.get(), easy);
                done.emplace_back(transfer->index, conclude(*transfer, code));
            }
            if (done.empty()) curl_multi_poll(multi_.get(), nullptr, 0, 1000, nullptr);
        }
        return done;
    }

    static Reply conclude(Transfer& transfer, CURLcode code) {
        auto reply = std::move(transfer.reply);
        auto* easy = transfer.easy.get();
        curl_off_t took_us = 0;
        curl_easy_getinfo(easy, CURLINFO_TOTAL_TIME_T, &took_us);
        reply.took = std::chrono::milliseconds{took_us / 1000};
        const bool more_than_needed = code == CURLE_WRITE_ERROR && transfer.body_bytes > kMaxBodyBytes;
        if (code != CURLE_OK && !more_than_needed) {
            reply.failure = failure_of(code, transfer.refused);
            return reply;
        }
        long status = 0;
        curl_off_t retry_after_s = 0;
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
        curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &retry_after_s);
        reply.status = static_cast<int>(status);
        if (retry_after_s > 0) reply.retry_after = std::chrono::seconds{retry_after_s};
        return reply;
    }

    const Config config_;
    const AddressGuard guard_;
    Multi multi_;
    List names_;
    std::unordered_map<CURL*, std::unique_ptr<Transfer>> running_;
    std::atomic<bool> stopping_ = false;
};

WebhookClient::WebhookClient(Config config) : impl_(std::make_unique<Impl>(std::move(config))) {}
WebhookClient::~WebhookClient() = default;

std::optional<std::string> WebhookClient::refuse(const std::string& url) const {
    return impl_->refuse(url);
}

std::vector<std::optional<WebhookClient::Reply>> WebhookClient::post(std::vector<Post> posts,
                                                                     std::size_t in_flight) {
    return impl_->post(std::move(posts), in_flight);
}

void WebhookClient::stop() {
    impl_->stop();
}

}  // namespace webhooks
