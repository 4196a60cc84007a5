#include "security/jwks_client.hpp"

#include <condition_variable>
#include <fstream>
#include <iterator>
#include <mutex>
#include <thread>

#include "core/log.hpp"
#include "http/client.hpp"
#include "security/es256.hpp"
#include "security/token_cache.hpp"

namespace security {
namespace {

using namespace std::chrono_literals;
constexpr auto kRetryWithoutKeys = 200ms;
constexpr auto kBetweenMissingKeys = 1s;  // a stranger's tokens don't make us ask more often
constexpr auto kWaitForMissingKey = 500ms;
constexpr std::string_view kFile = "file://";

JwksClient::Fetch fetch_file(std::string path) {
    return [path = std::move(path)]() -> std::optional<std::string> {
        std::ifstream in{path, std::ios::binary};
        if (!in) return {};
        return std::string{std::istreambuf_iterator<char>{in}, {}};
    };
}

JwksClient::Fetch fetch_http(const std::string& url) {
    const auto path = url.find('/', url.find("://") + 3);
    const auto client =
        std::make_shared<http::Client>(http::Client::Config{.base_url = url.substr(0, path), .bearer = {}});
    return
        [client, path = path == std::string::npos ? "/" : url.substr(path)]() -> std::optional<std::string> {
            auto reply = client->get(path, 1000ms);
            if (!reply || reply->status != 200) return {};
            return std::move(reply->body);
        };
}

}  // namespace

JwksClient::Config JwksClient::read(core::Environment& environment) {
    const auto url = environment.text({"JWKS_URL", "the keys of tokens: http://, https:// or file:///"},
                                      "http://127.0.0.1:8106/internal/v1/jwks.json");
    Config config;
    if (url.starts_with("file:///")) {
        config.fetch = fetch_file(url.substr(kFile.size()));
    } else if (url.starts_with("http://") || url.starts_with("https://")) {
        config.fetch = fetch_http(url);
    } else {
        environment.fault("JWKS_URL", "must start with http://, https:// or file:///");
    }
    config.every =
        environment.milliseconds({"JWKS_POLL_MS", "how often they are asked for"}, 3000, 50, 600'000);
    config.realm = read_realm(environment);
    return config;
}

jwt::Realm JwksClient::read_realm(core::Environment& environment) {
    return {environment.text({"TOKEN_ISSUER", "what tokens must say they are from"}, "quittance"),
            environment.text({"TOKEN_AUDIENCE", "what tokens must say they are for"}, "quittance")};
}

class JwksClient::Impl {
public:
    Impl(Config config, telemetry::Metrics& metrics)
        : config_(std::move(config)),
          keys_seen_(
              metrics.gauge("token_keys", "Public keys tokens are verified with; 0 lets nobody through")),
          failures_(metrics.counter("token_keys_failures_total", "Times the keys could not be had")),
          verified_(metrics.counter("tokens_verified_total", "Signatures checked", {{"outcome", "good"}})),
          refused_(metrics.counter("tokens_verified_total", "Signatures checked", {{"outcome", "bad"}})) {
        keys_seen_(0);
        refresh();
        thread_ = std::jthread{[this](const std::stop_token& stop) { follow(stop); }};
    }

    std::optional<http::Caller> remembered(std::string_view token) const {
        return memory_.find(es256::sha256(token), core::now());
    }

    core::Result<http::Caller> verify(std::string_view token, Missing missing) {
        const auto age =
            memory_.age();  // before the keys are taken: newer keys make this result too old to keep
        auto keys = current();
        if (missing == Missing::fetch && keys && keys->misses_key_of(token) && ask_for_missing())
            return verify_with(*current(), token, {});
        if (!keys) return core::Error{core::Kind::unavailable, "tokens can't be checked yet, try again"};
        return verify_with(*keys, token, age);
    }

private:
    using Keys = std::shared_ptr<const jwt::KeySet>;

    core::Result<http::Caller> verify_with(const jwt::KeySet& keys, std::string_view token,
                                           std::optional<std::uint64_t> age) {
        const auto claims = keys.verify(token, core::now());
        (claims ? verified_ : refused_)(1);
        if (!claims) return claims.error();
        if (age) memory_.keep(es256::sha256(token), claims->caller(), claims->expires_at, *age);
        return claims->caller();
    }

    Keys current() const {
        const std::lock_guard lock{mutex_};
        return keys_;
    }

    // True when the keys were asked for since.
    bool ask_for_missing() {
        std::unique_lock lock{mutex_};
        const auto asked = std::chrono::steady_clock::now();
        if (!wanted_ && asked < next_missing_) return false;
        if (!wanted_) next_missing_ = asked + kBetweenMissingKeys;
        wanted_ = true;
        const auto round = rounds_;
        changed_.notify_all();
        return changed_.wait_for(lock, kWaitForMissingKey, [&] { return rounds_ != round; });
    }

    void follow(const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            {
                std::unique_lock lock{mutex_};
                const auto pause = keys_ ? config_.every : std::chrono::milliseconds{kRetryWithoutKeys};
                changed_.wait_for(lock, stop, pause, [this] { return wanted_; });
            }
            if (!stop.stop_requested()) refresh();
        }
    }

    void refresh() {
        const auto document = config_.fetch();
        if (!document || *document != document_) {
            take(document);
        } else {
            failing_ = false;
        }
        {
            const std::lock_guard lock{mutex_};
            ++rounds_;
            wanted_ = false;
        }
        changed_.notify_all();
    }

    void take(const std::optional<std::string>& document) {
        auto keys = document ? jwt::KeySet::parse(*document, config_.realm)
                             : core::Result<jwt::KeySet>{core::Error{core::Kind::unavailable, "no answer"}};
        if (!keys) {
            failures_(1);
            if (!failing_)
                core::log::warn("the keys of tokens can't be had", {{"reason", keys.error().detail}});
            failing_ = true;
            return;
        }
        failing_ = false;
        document_ = *document;
        const auto count = keys->kids().size();
        {
            const std::lock_guard lock{mutex_};
            keys_ = std::make_shared<const jwt::KeySet>(*std::move(keys));
        }
        memory_.forget();
        keys_seen_(static_cast<double>(count));
        core::log::info("keys of tokens", {{"keys", count}});
    }

    const Config config_;
    const std::function<void(double)> keys_seen_, failures_, verified_, refused_;
    jwt::Memory memory_;

    // Of the thread that fetches.
    std::string document_;
    bool failing_ = false;

    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    Keys keys_;
    bool wanted_ = false;       // somebody misses a key; until an answer is there
    std::uint64_t rounds_ = 0;  // how often the keys were asked for
    core::Monotonic next_missing_{};
    std::jthread thread_;
};

JwksClient::JwksClient(Config config, telemetry::Metrics& metrics)
    : impl_(std::make_unique<Impl>(std::move(config), metrics)) {}
JwksClient::~JwksClient() = default;

std::optional<http::Caller> JwksClient::remembered(std::string_view token) const {
    return impl_->remembered(token);
}

core::Result<http::Caller> JwksClient::verify(std::string_view token, Missing missing) {
    return impl_->verify(token, missing);
}

}  // namespace security
