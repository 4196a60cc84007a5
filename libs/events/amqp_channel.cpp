#include "events/amqp_channel.hpp"

#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <string_view>

#include "core/environment.hpp"

namespace events::amqp {
namespace {

constexpr amqp_channel_t kChannel = 1;
constexpr int kMaxFrameBytes = 131072;
constexpr auto kSystemCertificates = "/etc/ssl/certs/ca-certificates.crt";
constexpr auto kConsumer = "events";

timeval to_timeval(std::chrono::milliseconds ms) {
    return {ms.count() / 1000, ms.count() % 1000 * 1000};
}

amqp_bytes_t bytes(std::string_view text) {
    return {text.size(), const_cast<char*>(text.data())};
}

std::string text(amqp_bytes_t value) {
    return {static_cast<const char*>(value.bytes), value.len};
}

// What the server said when it closed the channel or the connection.
std::string server_words(const amqp_method_t& method) {
    if (method.id == AMQP_CHANNEL_CLOSE_METHOD)
        return text(static_cast<amqp_channel_close_t*>(method.decoded)->reply_text);
    if (method.id == AMQP_CONNECTION_CLOSE_METHOD)
        return text(static_cast<amqp_connection_close_t*>(method.decoded)->reply_text);
    return "an unexpected method";
}

void check(const amqp_rpc_reply_t& reply, const std::string& what) {
    switch (reply.reply_type) {
        case AMQP_RESPONSE_NORMAL: return;
        case AMQP_RESPONSE_LIBRARY_EXCEPTION:
            throw Error{what + ": " + amqp_error_string2(reply.library_error)};
        case AMQP_RESPONSE_SERVER_EXCEPTION: throw Error{what + ": " + server_words(reply.reply)};
        case AMQP_RESPONSE_NONE: break;
    }
    throw Error{what + ": no answer"};
}

void check(int status, const std::string& what) {
    if (status != AMQP_STATUS_OK) throw Error{what + ": " + amqp_error_string2(status)};
}

struct ConnectionDeleter {
    void operator()(amqp_connection_state_t connection) const { amqp_destroy_connection(connection); }
};
using ConnectionPtr = std::unique_ptr<amqp_connection_state_t_, ConnectionDeleter>;

amqp_socket_t* make_socket(amqp_connection_state_t connection, bool tls, const std::string& ca_file) {
    if (!tls) return amqp_tcp_socket_new(connection);
    auto* socket = amqp_ssl_socket_new(connection);
    if (socket == nullptr) return nullptr;
    amqp_ssl_socket_set_verify_peer(socket, 1);
    amqp_ssl_socket_set_verify_hostname(socket, 1);
    const auto* file = ca_file.empty() ? kSystemCertificates : ca_file.c_str();
    check(amqp_ssl_socket_set_cacert(socket, file), "the certificates");
    return socket;
}

}  // namespace

std::string read_ca_file(core::Environment& environment) {
    return environment.text(
        {"AMQP_CA_FILE", "what the certificate of amqps:// must lead to; empty: the system's"}, "");
}

bool is_url(const std::string& url) {
    auto copy = url;  // is written to
    amqp_connection_info info{};
    return amqp_parse_url(copy.data(), &info) == AMQP_STATUS_OK;
}

class Channel::Impl {
public:
    explicit Impl(const Address& address) : connection_(amqp_new_connection()) {
        if (!connection_) throw std::bad_alloc{};
        const auto timeout = to_timeval(address.timeout);
        amqp_set_handshake_timeout(raw(), &timeout);
        amqp_set_rpc_timeout(raw(), &timeout);
        open(address, timeout);
        amqp_channel_open(raw(), kChannel);
        check_rpc("the channel");
    }

    ~Impl() {
        // Best effort, and never for long: what matters was confirmed.
        const auto at_most = to_timeval(std::chrono::milliseconds{500});
        amqp_set_rpc_timeout(raw(), &at_most);
        if (usable_) amqp_connection_close(raw(), AMQP_REPLY_SUCCESS);
    }

    amqp_connection_state_t raw() const { return connection_.get(); }
    void check_rpc(const std::string& what) {
        const auto reply = amqp_get_rpc_reply(raw());
        usable_ = reply.reply_type == AMQP_RESPONSE_NORMAL;
        check(reply, what);
    }
    void check_sent(int status) {
        usable_ = status == AMQP_STATUS_OK;
        check(status, "sending");
    }

    // The next method of the channel; nothing when none came in time.
    std::optional<amqp_method_t> next_method(std::chrono::milliseconds wait) {
        amqp_maybe_release_buffers(raw());
        amqp_frame_t frame;
        const auto at_most = to_timeval(wait);
        const auto status = amqp_simple_wait_frame_noblock(raw(), &frame, &at_most);
        if (status == AMQP_STATUS_TIMEOUT) return {};
        usable_ = status == AMQP_STATUS_OK;
        check(status, "waiting");
        if (frame.frame_type != AMQP_FRAME_METHOD) return next_method(wait);
        const auto& method = frame.payload.method;
        if (method.id == AMQP_CHANNEL_CLOSE_METHOD || method.id == AMQP_CONNECTION_CLOSE_METHOD) {
            usable_ = false;
            throw Error{"closed: " + server_words(method)};
        }
        return method;
    }

    // The message behind a basic.return.
    std::string read_returned_id() {
        amqp_message_t message;
        const auto reply = amqp_read_message(raw(), kChannel, &message, 0);
        usable_ = reply.reply_type == AMQP_RESPONSE_NORMAL;
        check(reply, "a returned message");
        auto id = text(message.properties.message_id);
        amqp_destroy_message(&message);
        return id;
    }

    std::uint64_t published_ = 0;
    bool usable_ = true;

private:
    void open(const Address& address, const timeval& timeout) {
        auto url = address.url;  // is written to
        amqp_connection_info info{};
        check(amqp_parse_url(url.data(), &info), "the address");
        auto* socket = make_socket(raw(), info.ssl != 0, address.ca_file);
        if (socket == nullptr) throw std::bad_alloc{};
        check(amqp_socket_open_noblock(socket, info.host, info.port, &timeout), "connecting");
        // A broker that takes nothing any more does not keep us for ever.
        const auto ms = static_cast<int>(address.timeout.count());
        setsockopt(amqp_get_sockfd(raw()), IPPROTO_TCP, TCP_USER_TIMEOUT, &ms, sizeof ms);
        const auto heartbeat = static_cast<int>(address.heartbeat.count());
        const auto reply = amqp_login(raw(), info.vhost, 0, kMaxFrameBytes, heartbeat, AMQP_SASL_METHOD_PLAIN,
                                      info.user, info.password);
        usable_ = reply.reply_type == AMQP_RESPONSE_NORMAL;
        check(reply, "logging in");
    }

    ConnectionPtr connection_;
};

Channel::Channel(const Address& address) : impl_(std::make_unique<Impl>(address)) {}
Channel::~Channel() = default;

void Channel::declare_exchange(const std::string& name, const std::string& type) {
    amqp_exchange_declare(impl_->raw(), kChannel, bytes(name), bytes(type), 0, 1, 0, 0, amqp_empty_table);
    impl_->check_rpc("the exchange " + name);
}

namespace {

amqp_field_value_t to_field(const std::variant<std::string, std::int32_t, bool>& value) {
    amqp_field_value_t field{};
    if (const auto* words = std::get_if<std::string>(&value)) {
        field.kind = AMQP_FIELD_KIND_UTF8;
        field.value.bytes = bytes(*words);
    } else if (const auto* number = std::get_if<std::int32_t>(&value)) {
        field.kind = AMQP_FIELD_KIND_I32;
        field.value.i32 = *number;
    } else {
        field.kind = AMQP_FIELD_KIND_BOOLEAN;
        field.value.boolean = std::get<bool>(value) ? 1 : 0;
    }
    return field;
}

}  // namespace

void Channel::declare_queue(const std::string& name, const Arguments& arguments) {
    std::vector<amqp_table_entry_t> entries;
    for (const auto& [key, value] : arguments) entries.push_back({bytes(key), to_field(value)});
    const amqp_table_t table{static_cast<int>(entries.size()), entries.data()};
    amqp_queue_declare(impl_->raw(), kChannel, bytes(name), 0, 1, 0, 0, table);
    impl_->check_rpc("the queue " + name);
}

void Channel::bind(const std::string& queue, const std::string& exchange, const std::string& key) {
    amqp_queue_bind(impl_->raw(), kChannel, bytes(queue), bytes(exchange), bytes(key), amqp_empty_table);
    impl_->check_rpc("binding " + queue);
}

void Channel::use_confirms() {
    amqp_confirm_select(impl_->raw(), kChannel);
    impl_->check_rpc("confirms");
}

std::uint64_t Channel::publish(const std::string& exchange, const std::string& key, const Message& message) {
    amqp_basic_properties_t properties{};
    properties._flags = AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_DELIVERY_MODE_FLAG |
                        AMQP_BASIC_MESSAGE_ID_FLAG | AMQP_BASIC_TYPE_FLAG;
    properties.content_type = bytes(message.content_type);
    properties.delivery_mode = AMQP_DELIVERY_PERSISTENT;
    properties.message_id = bytes(message.id);
    properties.type = bytes(message.type);
    amqp_table_entry_t traceparent{};
    if (!message.traceparent.empty()) {
        traceparent.key = amqp_cstring_bytes("traceparent");
        traceparent.value.kind = AMQP_FIELD_KIND_UTF8;
        traceparent.value.value.bytes = bytes(message.traceparent);
        properties._flags |= AMQP_BASIC_HEADERS_FLAG;
        properties.headers = {1, &traceparent};
    }
    constexpr amqp_boolean_t kMandatory = 1;
    impl_->check_sent(amqp_basic_publish(impl_->raw(), kChannel, bytes(exchange), bytes(key), kMandatory, 0,
                                         &properties, bytes(message.body)));
    return ++impl_->published_;
}

std::optional<Confirm> Channel::next_confirm(std::chrono::milliseconds wait) {
    while (const auto method = impl_->next_method(wait)) {
        switch (method->id) {
            case AMQP_BASIC_ACK_METHOD: {
                const auto* ack = static_cast<amqp_basic_ack_t*>(method->decoded);
                return Confirm{Confirm::Kind::ack, ack->delivery_tag, ack->multiple != 0};
            }
            case AMQP_BASIC_NACK_METHOD: {
                const auto* nack = static_cast<amqp_basic_nack_t*>(method->decoded);
                return Confirm{Confirm::Kind::nack, nack->delivery_tag, nack->multiple != 0};
            }
            case AMQP_BASIC_RETURN_METHOD:
                return Confirm{Confirm::Kind::returned, 0, false, impl_->read_returned_id()};
            default: break;
        }
    }
    return {};
}

void Channel::consume(const std::string& queue, std::uint16_t prefetch) {
    amqp_basic_qos(impl_->raw(), kChannel, 0, prefetch, 0);
    impl_->check_rpc("the prefetch");
    amqp_basic_consume(impl_->raw(), kChannel, bytes(queue), bytes(kConsumer), 0, 0, 0, amqp_empty_table);
    impl_->check_rpc("consuming " + queue);
}

std::optional<Delivery> Channel::next(std::chrono::milliseconds wait) {
    amqp_maybe_release_buffers(impl_->raw());
    amqp_envelope_t envelope;
    const auto at_most = to_timeval(wait);
    const auto reply = amqp_consume_message(impl_->raw(), &envelope, &at_most, 0);
    if (reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION) {
        if (reply.library_error == AMQP_STATUS_TIMEOUT) return {};
        if (reply.library_error == AMQP_STATUS_UNEXPECTED_STATE) {  // a method that is no delivery
            impl_->next_method(std::chrono::milliseconds{0});
            return {};
        }
    }
    impl_->usable_ = reply.reply_type == AMQP_RESPONSE_NORMAL;
    check(reply, "waiting");
    Delivery delivery{envelope.delivery_tag, envelope.redelivered != 0, text(envelope.message.body)};
    amqp_destroy_envelope(&envelope);
    return delivery;
}

void Channel::ack(std::uint64_t tag) {
    impl_->check_sent(amqp_basic_ack(impl_->raw(), kChannel, tag, 0));
}

void Channel::reject(std::uint64_t tag) {
    impl_->check_sent(amqp_basic_reject(impl_->raw(), kChannel, tag, 0));
}

}  // namespace events::amqp
