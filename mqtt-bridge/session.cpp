#include "mqtt-bridge/session.hpp"

#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

#include "core/log.hpp"

namespace mqtt_bridge {
namespace {

namespace log = core::log;

Session& session(void* object) {
    return *static_cast<Session*>(object);
}

// While it lives, small writes gather into few segments: a PUBACK is 4 bytes, and there are hundreds.
class Cork {
public:
    explicit Cork(int socket) : socket_(socket) { set(1); }
    ~Cork() { set(0); }
    Cork(const Cork&) = delete;
    Cork& operator=(const Cork&) = delete;

private:
    void set(int on) const { ::setsockopt(socket_, IPPROTO_TCP, TCP_CORK, &on, sizeof on); }
    int socket_;
};

}  // namespace

template <class Callback>
void Session::guard(Callback callback) noexcept {
    try {
        callback();
    } catch (...) {
        failed_ = true;
    }
}

Session::Session(Config config, telemetry::Metrics& metrics)
    : config_(std::move(config)),
      set_connected_(metrics.gauge("mqtt_bridge_connected", "1 while the broker has the subscriptions")),
      count_connects_(metrics.counter("mqtt_bridge_connects_total", "Connections the broker accepted")),
      count_lost_sessions_(metrics.counter("mqtt_bridge_sessions_lost_total",
                                           "Times the broker did not know the session any more: messages it "
                                           "held are gone, and are seen as gaps")),
      client_(make_client(config_.broker, config_.client_id, false, this)) {
    auto* client = client_.get();
    mosquitto_int_option(client, MOSQ_OPT_RECEIVE_MAXIMUM, config_.receive_maximum);
    mosquitto_threaded_set(client, true);  // see above: this is what keeps PUBACKs back
    mosquitto_connect_v5_callback_set(
        client, [](mosquitto*, void* object, int reason, int flags, const mosquitto_property*) {
            session(object).guard([&] { session(object).on_connect(reason, (flags & 1) != 0); });
        });
    mosquitto_subscribe_v5_callback_set(client, [](mosquitto*, void* object, int mid, int count,
                                                   const int* reasons, const mosquitto_property*) {
        session(object).guard([&] { session(object).on_subscribe(mid, count, reasons); });
    });
    mosquitto_message_callback_set(client, [](mosquitto*, void* object, const mosquitto_message* message) {
        session(object).guard([&] { session(object).on_message(*message); });
    });
}

// ---- what the loop does

bool Session::connect() {
    batch_ = nullptr;
    subscribed_ = failed_ = false;
    set_connected_(0);
    errno = 0;
    const int code = mqtt_bridge::connect(client_.get(), config_.broker, config_.expiry, !tried_);
    tried_ = true;
    return code == MOSQ_ERR_SUCCESS || lost(code);
}

bool Session::collect(Batch& batch, std::chrono::milliseconds at_most) {
    if (!read(batch)) return false;
    if (!batch.empty()) return true;
    return wait(at_most) && read(batch);
}

// Reads until a read would block: libmosquitto takes one packet a call, and leaves errno. With a message in
// hand errno says nothing, because the queued PUBACK has also written to a pipe of libmosquitto's own that
// nobody reads and that is soon full.
bool Session::read(Batch& batch) {
    batch_ = &batch;
    while (!batch.full()) {
        const auto before = batch.messages().size();
        errno = 0;  // libmosquitto looks at a stale one
        const int code = mosquitto_loop_read(client_.get(), 1);
        const bool would_block = errno == EAGAIN || errno == EWOULDBLOCK;
        if (code != MOSQ_ERR_SUCCESS) return lost(code);
        if (failed_) return lost(MOSQ_ERR_UNKNOWN);
        if (would_block && batch.messages().size() == before) break;
    }
    return true;
}

// Only with nothing collected, so that what is written acknowledges nothing that is not committed.
bool Session::wait(std::chrono::milliseconds at_most) {
    if (const int code = mosquitto_loop_misc(client_.get()); code != MOSQ_ERR_SUCCESS) return lost(code);
    const bool to_write = mosquitto_want_write(client_.get());
    pollfd socket{mosquitto_socket(client_.get()), static_cast<short>(to_write ? POLLIN | POLLOUT : POLLIN),
                  0};
    ::poll(&socket, 1, static_cast<int>(at_most.count()));
    return (socket.revents & POLLOUT) == 0 || write();
}

bool Session::acknowledge() {
    return write();
}

bool Session::write() {
    const Cork cork{mosquitto_socket(client_.get())};
    errno = 0;
    const int code = mosquitto_loop_write(client_.get(), 1);
    return code == MOSQ_ERR_SUCCESS || lost(code);
}

bool Session::lost(int code) {
    log::warn("the connection to the broker is lost", {{"reason", explain(code)}});
    subscribed_ = false;
    set_connected_(0);
    return false;
}

// ---- what libmosquitto calls, from within the above

void Session::on_connect(int reason, bool session_present) {
    if (reason != 0) {
        return log::error("the broker refuses the bridge", {{"reason", mosquitto_reason_string(reason)}});
    }
    count_connects_(1);
    log::info("connected to the broker", {{"session_present", session_present}});
    if (had_session_ && !session_present) {
        count_lost_sessions_(1);
        log::error("the broker has lost the session: messages it held for the bridge are gone");
    }
    had_session_ = true;
    to_subscribe_ = config_.filters.size();
    for (const auto& filter : config_.filters) {
        // Each time, as a session that is present may still lack a filter; but what is retained only once.
        const int code = mosquitto_subscribe_v5(client_.get(), nullptr, filter.c_str(), 1,
                                                MQTT_SUB_OPT_SEND_RETAIN_NEW, nullptr);
        if (code != MOSQ_ERR_SUCCESS) failed_ = true;
    }
    // A session that is there has its subscriptions; the broker's word on them may come behind a long
    // backlog.
    if (session_present && !failed_) note_subscribed();
}

void Session::on_subscribe(int, int count, const int* reasons) {
    for (int i = 0; i < count; ++i) {
        if (reasons[i] >= 0x80) {
            failed_ = true;
            log::error("the broker refuses a subscription",
                       {{"reason", mosquitto_reason_string(reasons[i])}});
        }
    }
    if (to_subscribe_ > 0) --to_subscribe_;
    if (to_subscribe_ == 0 && !failed_) note_subscribed();
}

void Session::note_subscribed() {
    subscribed_ = true;
    set_connected_(1);
}

void Session::on_message(const mosquitto_message& message) {
    batch_->add(message.topic,
                {static_cast<const char*>(message.payload), static_cast<std::size_t>(message.payloadlen)},
                message.retain, core::now());
}

}  // namespace mqtt_bridge
