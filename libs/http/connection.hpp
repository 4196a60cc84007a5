// One client's connection: reads requests one after the other, hands each on, writes its answer, and goes on.
//
//   head → body → in flight → writing → head … → closing → closed
//
// Bytes come from an event loop, answers from any thread, deadlines from the engine's keeper; a mutex orders
// them. The socket is a duplicate that only this object writes to and closes, so a reused descriptor can't
// lead to a stranger.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "http/body_parser.hpp"
#include "http/connection_table.hpp"
#include "http/head_parser.hpp"
#include "http/message.hpp"

namespace http {

class Connection : public Responder::Target, public std::enable_shared_from_this<Connection> {
public:
    // Owns `socket`, which must not block.
    Connection(int socket, std::shared_ptr<Connections> all);
    ~Connection() override;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // From the event loop. The end of the input is not the end of the connection: answers may still be owed.
    void on_input(std::string_view bytes);
    void on_end_of_input();

    // From any thread, once per request.
    void answer(Response response) override;

    // From the keeper.
    void on_writable();
    void on_deadline(core::Monotonic now);
    void resume();
    void close_if_idle(core::Monotonic now);
    void shut_down();
    core::Monotonic accepted_at() const { return accepted_at_; }
    bool past_deadline(core::Monotonic now) const { return now.time_since_epoch().count() >= deadline_; }

private:
    enum class State { head, body, in_flight, writing, closing, closed };
    using Lock = std::unique_lock<std::mutex>;

    bool reading() const { return state_ == State::head || state_ == State::body; }
    std::string_view unread() const { return std::string_view{in_}.substr(at_); }

    void read_requests(Lock& lock);
    bool read_head();
    bool read_body();
    void accept_request();
    void hand_on(Lock& lock);
    void forget_read_bytes();
    void discard(std::size_t bytes);

    void refuse(int status);
    void start_writing(std::string bytes);
    void write();
    void written();
    void settle();

    void close_politely();
    void close_now();
    void dispose();
    void leave();
    void wait_at_most(std::chrono::milliseconds time);
    void wait_for_ever() { deadline_ = std::numeric_limits<std::int64_t>::max(); }

    const std::shared_ptr<Connections> all_;
    const core::Monotonic accepted_at_ = std::chrono::steady_clock::now();
    std::atomic<std::int64_t> deadline_;

    std::mutex mutex_;
    int socket_;
    State state_ = State::head;
    bool busy_reading_ = false;  // a thread is in read_requests, perhaps without the mutex
    bool input_ended_ = false;
    bool flooded_ = false;  // more came unasked than is kept: nothing is read any more
    bool keep_alive_ = true;
    bool owes_answer_ = false;
    bool watched_ = false;
    bool alive_ = true;
    bool served_ = false;

    std::string in_;  // read up to at_
    std::size_t at_ = 0;
    std::size_t discarded_ = 0;
    HeadScanner scanner_;
    Head head_;
    BodyReader body_;
    Method method_ = Method::get;

    std::string out_;  // written up to out_at_
    std::size_t out_at_ = 0;
};

}  // namespace http
