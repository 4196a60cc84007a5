#include "http/connection.hpp"

#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "core/id.hpp"
#include "http/response_writer.hpp"

namespace http {
namespace {

constexpr std::size_t kKeptBuffer = 64 << 10;          // a larger one is given back between requests
constexpr std::size_t kMaxDiscarded = 16 << 20;        // what a client may still send after its refusal
constexpr std::chrono::milliseconds kLinger{2000};     // and for how long, so that it can read the answer
constexpr std::chrono::milliseconds kFreshGrace{250};  // in a drain, for a new connection's first request

bool is_request_id(std::string_view text) {
    const auto allowed = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
               c == '_' || c == '-';
    };
    return text.size() >= 8 && text.size() <= 64 && std::ranges::all_of(text, allowed);
}

std::string_view value_or_empty(const std::string* text) {
    return text != nullptr ? std::string_view{*text} : "";
}

// The client's when it is sane, else ours.
std::string request_id_of(const Request& request) {
    const auto given = value_or_empty(request.header("x-request-id"));
    return is_request_id(given) ? std::string{given} : core::new_uuid7();
}

void give_back_large(std::string& buffer) {
    buffer.clear();
    if (buffer.capacity() > kKeptBuffer) buffer.shrink_to_fit();
}

}  // namespace

// ---- reading

Connection::Connection(int socket, std::shared_ptr<Connections> all)
    : all_(std::move(all)), socket_(socket), scanner_(all_->limits) {
    ++all_->alive;
    wait_at_most(all_->limits.idle_timeout);
}

Connection::~Connection() {
    leave();
    if (socket_ >= 0) ::close(socket_);
}

void Connection::on_input(std::string_view bytes) {
    Lock lock{mutex_};
    if (state_ == State::closing || state_ == State::closed || flooded_) return discard(bytes.size());
    if (state_ == State::head && unread().empty()) wait_at_most(all_->limits.head_timeout);
    in_ += bytes;
    if (reading() && !busy_reading_) return read_requests(lock);
    flooded_ = unread().size() > all_->limits.head_bytes + all_->limits.body_bytes;
    if (!flooded_) return;
    in_.clear();
    at_ = 0;
}

void Connection::on_end_of_input() {
    const Lock lock{mutex_};
    input_ended_ = true;
    const bool answering = state_ == State::in_flight || state_ == State::writing;
    if (!busy_reading_ && !answering) dispose();
}

void Connection::resume() {
    Lock lock{mutex_};
    if (reading() && !busy_reading_) read_requests(lock);
}

// A loop, not a recursion: thousands of requests may have come in one piece, each answered before `hand_on`
// returns.
void Connection::read_requests(Lock& lock) {
    busy_reading_ = true;
    try {
        while (state_ == State::head ? read_head() : state_ == State::body && read_body()) {
            if (state_ == State::in_flight) hand_on(lock);
        }
    } catch (...) {  // no memory left
        close_now();
    }
    busy_reading_ = false;
    forget_read_bytes();
    if (flooded_ && state_ == State::head) close_politely();
    if (input_ended_ && state_ != State::in_flight && state_ != State::writing) dispose();
}

// True when there is more to do with what has come.
bool Connection::read_head() {
    method_ = Method::get;
    const auto found = scanner_.scan(unread());
    if (found.refusal != 0) return refuse(found.refusal), false;
    if (found.length == 0) return false;
    const auto& limits = all_->limits;
    const int refusal = parse_head(unread().substr(0, found.length), limits, head_);
    method_ = head_.request.method;
    if (refusal != 0) return refuse(refusal), false;
    at_ += found.length;
    scanner_ = HeadScanner{limits};
    body_ = BodyReader{head_, limits};
    state_ = State::body;
    wait_at_most(limits.body_timeout);
    if (head_.expects_continue && !body_.complete() && unread().empty()) {
        constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
        ::send(socket_, kContinue.data(), kContinue.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    }
    return true;
}

bool Connection::read_body() {
    at_ += body_.feed(unread(), head_.request.body);
    if (body_.refusal() != 0) return refuse(body_.refusal()), false;
    if (!body_.complete()) return false;
    accept_request();
    return true;
}

void Connection::accept_request() {
    auto& request = head_.request;
    request.request_id = request_id_of(request);
    request.trace = telemetry::Trace::continue_from(value_or_empty(request.header("traceparent")));
    keep_alive_ = request.keep_alive;
    state_ = State::in_flight;
    served_ = true;
    owes_answer_ = true;
    ++all_->in_flight;
    wait_for_ever();
}

void Connection::hand_on(Lock& lock) {
    Responder responder{shared_from_this()};
    auto request = std::move(head_.request);
    lock.unlock();
    try {
        all_->on_request(std::move(request), std::move(responder));
    } catch (...) {
        // The responder, wherever it got to, answers 500 as it is destroyed.
    }
    lock.lock();
}

void Connection::forget_read_bytes() {
    if (at_ == in_.size()) {
        give_back_large(in_);
        at_ = 0;
    } else if (at_ > in_.size() / 2) {
        in_.erase(0, at_);
        at_ = 0;
    }
}

void Connection::discard(std::size_t bytes) {
    discarded_ += bytes;
    if (discarded_ > kMaxDiscarded) close_now();
}

// ---- answering

void Connection::answer(Response response) {
    const Lock lock{mutex_};
    if (state_ != State::in_flight) return settle();  // the client is gone
    if (all_->draining || flooded_) keep_alive_ = false;
    try {
        start_writing(write_answer(response, method_, keep_alive_));
        if (state_ != State::head || busy_reading_) return;
        if (!unread().empty()) return all_->resume_later(shared_from_this());
    } catch (...) {  // no memory left
        settle();
        close_now();
    }
    if (input_ended_) dispose();
}

void Connection::refuse(int status) {
    keep_alive_ = false;
    start_writing(write_answer(refusal_answer(status, request_id_of(head_.request)), method_, keep_alive_));
}

void Connection::start_writing(std::string bytes) {
    out_ = std::move(bytes);
    out_at_ = 0;
    state_ = State::writing;
    write();
}

void Connection::write() {
    while (out_at_ < out_.size()) {
        const auto sent =
            ::send(socket_, out_.data() + out_at_, out_.size() - out_at_, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent >= 0) {
            out_at_ += static_cast<std::size_t>(sent);
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            all_->watch_writable(socket_, !std::exchange(watched_, true));
            return wait_at_most(all_->limits.write_timeout);
        } else if (errno != EINTR) {
            return close_now();
        }
    }
    written();
}

void Connection::on_writable() {
    Lock lock{mutex_};
    if (state_ != State::writing) return;
    write();
    if (state_ != State::head || busy_reading_) return;
    read_requests(lock);
}

void Connection::written() {
    out_ = {};
    settle();
    if (!keep_alive_ || flooded_) return close_politely();
    state_ = State::head;
    wait_at_most(unread().empty() ? all_->limits.idle_timeout : all_->limits.head_timeout);
}

void Connection::settle() {
    if (std::exchange(owes_answer_, false)) --all_->in_flight;
}

// ---- ending

void Connection::on_deadline(core::Monotonic now) {
    const Lock lock{mutex_};
    if (!past_deadline(now)) return;
    const bool request_begun = state_ == State::body || (state_ == State::head && !unread().empty());
    if (request_begun) return refuse(408);
    close_now();
}

void Connection::close_if_idle(core::Monotonic now) {
    const Lock lock{mutex_};
    if (state_ != State::head || busy_reading_ || !unread().empty()) return;
    if (!served_ && now - accepted_at_ < kFreshGrace) return;
    int waiting = 0;
    if (::ioctl(socket_, FIONREAD, &waiting) == 0 && waiting > 0)
        return;  // a request the loop has not read yet
    close_now();
}

void Connection::shut_down() {
    const Lock lock{mutex_};
    close_now();
}

// Says no more but still listens a while: closing with unread bytes would reset the connection and take the
// answer away from a client that is still sending (RFC 9112, 9.6).
void Connection::close_politely() {
    leave();
    if (input_ended_) return dispose();
    state_ = State::closing;
    ::shutdown(socket_, SHUT_WR);
    in_ = {};
    at_ = 0;
    wait_at_most(kLinger);
}

// The event loop sees the end of the input, lets its descriptor go and tells us: then ours goes, too.
void Connection::close_now() {
    leave();
    if (state_ == State::writing) settle();
    state_ = State::closed;
    if (socket_ >= 0) ::shutdown(socket_, SHUT_RDWR);
    wait_for_ever();
    if (input_ended_) dispose();
}

void Connection::dispose() {
    leave();
    state_ = State::closed;
    wait_for_ever();
    if (socket_ < 0) return;
    if (watched_) all_->unwatch(socket_);
    const int socket = std::exchange(socket_, -1);
    all_->remove(socket);
    ::close(socket);
}

void Connection::leave() {
    if (std::exchange(alive_, false)) --all_->alive;
}

void Connection::wait_at_most(std::chrono::milliseconds time) {
    deadline_ = (std::chrono::steady_clock::now() + time).time_since_epoch().count();
}

}  // namespace http
