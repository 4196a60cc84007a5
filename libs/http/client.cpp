#include "http/client.hpp"

#include <curl/curl.h>

#include <atomic>
#include <stdexcept>
#include <vector>

#include "core/log.hpp"
#include "telemetry/span.hpp"

namespace http {

bool CircuitBreaker::allow(core::Monotonic now) {
    const std::lock_guard lock{mutex_};
    if (failures_in_a_row_ < config_.failures) return true;
    if (probe_at_ && now < *probe_at_) return false;
    probe_at_ = now + config_.probe_every;
    return true;
}

bool CircuitBreaker::succeeded() {
    const std::lock_guard lock{mutex_};
    probe_at_.reset();
    return std::exchange(failures_in_a_row_, 0) > 0;
}

void CircuitBreaker::failed(core::Monotonic now) {
    const std::lock_guard lock{mutex_};
    if (++failures_in_a_row_ >= config_.failures) probe_at_ = now + config_.probe_every;
}

bool CircuitBreaker::open() const {
    const std::lock_guard lock{mutex_};
    return failures_in_a_row_ >= config_.failures;
}

namespace {

struct EasyDeleter {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
using Easy = std::unique_ptr<CURL, EasyDeleter>;

struct HeaderList {
    curl_slist* list = nullptr;
    HeaderList() = default;
    HeaderList(const HeaderList&) = delete;
    HeaderList& operator=(const HeaderList&) = delete;
    ~HeaderList() { curl_slist_free_all(list); }
    void add(const std::string& line) { list = curl_slist_append(list, line.c_str()); }
};

constexpr std::size_t kMaxReplyBytes = 4 << 20;

std::size_t collect(char* data, std::size_t, std::size_t size, void* target) {
    auto& body = *static_cast<std::string*>(target);
    if (body.size() + size > kMaxReplyBytes) return 0;
    body.append(data, size);
    return size;
}

}  // namespace

class Client::Impl {
public:
    explicit Impl(Config config) : config_(std::move(config)), breaker_(config_.breaker) {
        static const auto initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
        if (initialised != CURLE_OK) throw std::runtime_error("libcurl can't start");
    }

    std::optional<Reply> post(const std::string& path, const std::string& body, const telemetry::Trace& trace,
                              std::chrono::milliseconds deadline) {
        return guarded([&] {
            const auto call = trace.child();
            const auto started = core::now();
            Headers headers{{"Content-Type", "application/json"}, {"traceparent", call.header()}};
            if (const auto id = core::log::current_request_id(); !id.empty())
                headers.emplace_back("X-Request-Id", id);
            auto reply = transfer(path, &body, headers, deadline).reply;
            if (telemetry::is_exported(call)) telemetry::export_span(span_of(call, started, path, reply));
            return reply;
        });
    }

    std::optional<Reply> get(const std::string& path, std::chrono::milliseconds deadline) {
        return guarded([&] { return transfer(path, nullptr, {}, deadline).reply; });
    }

    Sent send(const std::string& path, const std::string& body, const Headers& headers,
              std::chrono::milliseconds deadline) {
        return transfer(path, &body, headers, deadline);
    }

    bool take_recovered() { return recovered_.exchange(false); }

private:
    template <class Send>
    std::optional<Reply> guarded(Send send_it) {
        if (!breaker_.allow(std::chrono::steady_clock::now())) return {};
        auto reply = send_it();
        if (reply && reply->status < 500) {
            if (breaker_.succeeded()) recovered_ = true;
        } else {
            breaker_.failed(std::chrono::steady_clock::now());
        }
        return reply;
    }

    telemetry::Span span_of(const telemetry::Trace& call, core::Time started, const std::string& path,
                            const std::optional<Reply>& reply) const {
        return {.kind = telemetry::Span::Kind::client,
                .name = "POST " + path,
                .trace = call,
                .started = started,
                .attributes = {{"http.request.method", "POST"},
                               {"url.full", config_.base_url + path},
                               {"http.response.status_code", std::int64_t{reply ? reply->status : 0}}},
                .failed = !reply || reply->status >= 500};
    }

    // A GET without a body.
    Sent transfer(const std::string& path, const std::string* body, const Headers& more,
                  std::chrono::milliseconds deadline) {
        auto easy = take();
        HeaderList headers;
        headers.add("Connection: keep-alive");
        headers.add("Expect:");
        for (const auto& [name, value] : more) headers.add(name + ": " + value);
        if (!config_.bearer.empty()) headers.add("Authorization: Bearer " + config_.bearer);

        Reply reply;
        const auto url = config_.base_url + path;
        curl_easy_setopt(easy.get(), CURLOPT_URL, url.c_str());
        curl_easy_setopt(easy.get(), CURLOPT_HTTPHEADER, headers.list);
        if (body != nullptr) {
            curl_easy_setopt(easy.get(), CURLOPT_POSTFIELDS, body->data());
            curl_easy_setopt(easy.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body->size()));
        } else {
            curl_easy_setopt(easy.get(), CURLOPT_HTTPGET, 1L);
        }
        curl_easy_setopt(easy.get(), CURLOPT_WRITEDATA, &reply.body);
        curl_easy_setopt(easy.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(deadline.count()));
        // Without a reply the handle and its connection go away.
        if (curl_easy_perform(easy.get()) != CURLE_OK) return {{}, was_reached(easy.get())};
        long status = 0;
        curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
        reply.status = static_cast<int>(status);
        curl_off_t retry_after = 0;  // seconds; 0 when the header is not there
        curl_easy_getinfo(easy.get(), CURLINFO_RETRY_AFTER, &retry_after);
        if (retry_after > 0) reply.retry_after = std::chrono::seconds{retry_after};
        give_back(std::move(easy));
        return {std::move(reply), true};
    }

    static bool was_reached(CURL* easy) {
        curl_off_t connected_us = 0;
        curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &connected_us);
        return connected_us > 0;
    }

    // A handle keeps its connection alive between calls.
    Easy take() {
        {
            const std::lock_guard lock{mutex_};
            if (!idle_.empty()) {
                auto easy = std::move(idle_.back());
                idle_.pop_back();
                return easy;
            }
        }
        Easy easy{curl_easy_init()};
        if (!easy) throw std::runtime_error("libcurl has no handle");
        curl_easy_setopt(easy.get(), CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(easy.get(), CURLOPT_PROTOCOLS_STR, "http,https");
        curl_easy_setopt(easy.get(), CURLOPT_NOPROXY, "*");
        curl_easy_setopt(easy.get(), CURLOPT_TCP_NODELAY, 1L);
        curl_easy_setopt(easy.get(), CURLOPT_CONNECTTIMEOUT_MS,
                         static_cast<long>(config_.connect_timeout.count()));
        curl_easy_setopt(easy.get(), CURLOPT_WRITEFUNCTION, &collect);
        return easy;
    }

    void give_back(Easy easy) {
        const std::lock_guard lock{mutex_};
        idle_.push_back(std::move(easy));
    }

    Config config_;
    CircuitBreaker breaker_;
    std::atomic<bool> recovered_ = false;
    std::mutex mutex_;
    std::vector<Easy> idle_;
};

Client::Client(Config config) : impl_(std::make_unique<Impl>(std::move(config))) {}
Client::~Client() = default;

std::optional<Client::Reply> Client::post(const std::string& path, const std::string& body,
                                          const telemetry::Trace& trace, std::chrono::milliseconds deadline) {
    return impl_->post(path, body, trace, deadline);
}

std::optional<Client::Reply> Client::get(const std::string& path, std::chrono::milliseconds deadline) {
    return impl_->get(path, deadline);
}

Client::Sent Client::send(const std::string& path, const std::string& body, const Headers& headers,
                          std::chrono::milliseconds deadline) {
    return impl_->send(path, body, headers, deadline);
}

bool Client::take_recovered() {
    return impl_->take_recovered();
}

}  // namespace http
