// The framing of HTTP/1.1 messages (RFC 9112): bytes to heads and bodies, answers to bytes. Pure, no sockets.
//
// Stricter than the RFC wherever two readers of the same bytes have been known to disagree, which is how requests are
// smuggled: no bare LF, no folded lines, one length, nothing percent-encoded in a path. A refusal is an HTTP status.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/http_engine.hpp"
#include "base/http_message.hpp"

namespace base::http {

// Finds the end of a head as its bytes come, each looked at once, and refuses early what can't become a head.
class HeadScanner {
public:
    struct Found {
        std::size_t length = 0;  // of the head with its empty line; 0 while more is wanted
        int refusal = 0;
    };
    explicit HeadScanner(const Limits& limits) : limits_(&limits) {}

    // `bytes` is everything since the head's first byte.
    Found scan(std::string_view bytes);

private:
    const Limits* limits_;
    std::size_t seen_ = 0;
    std::size_t line_start_ = 0;
    std::size_t lines_ = 0;
};

struct Head {
    Request request;  // all but body, request_id and trace
    bool is_1_1 = true;
    bool chunked = false;
    bool expects_continue = false;
    std::uint64_t content_length = 0;
};

// `head` is what HeadScanner found. Answers 0, or the status to refuse with.
int parse_head(std::string_view head, const Limits& limits, Head& into);

// Takes a body off the wire, by Content-Length or chunked. Chunk extensions and trailers are skipped, and bounded.
class BodyReader {
public:
    BodyReader() = default;
    BodyReader(const Head& head, const Limits& limits);

    // Appends to `body` what `bytes` carry; answers how many bytes belonged to this message.
    std::size_t feed(std::string_view bytes, std::string& body);
    bool complete() const { return state_ == State::complete; }
    int refusal() const { return refusal_; }

private:
    enum class State {
        counted_data,
        size_start, size, extension, size_lf, chunk_data, chunk_cr, chunk_lf,
        line_start, trailer_name, trailer_value, trailer_lf, last_lf,
        complete, refused,
    };
    void take_framing(unsigned char byte, std::size_t body_size);
    void take_size_digit(unsigned char byte, std::size_t body_size);
    void expect(unsigned char byte, unsigned char wanted, State next);
    void expect_token(unsigned char byte, State next);
    void refuse(int status);

    State state_ = State::complete;
    int refusal_ = 0;
    std::uint64_t remaining_ = 0;  // of the data now being read; while a size is read, its value
    std::size_t digits_ = 0;
    std::size_t framing_bytes_ = 0;
    std::size_t body_limit_ = 0;
    std::size_t framing_limit_ = 0;
};

// A whole answer. Headers that would break it (line ends, our own framing) are left out.
std::string write_answer(const Response& response, Method method, bool keep_alive);
// The engine's own answer to what it refuses.
Response refusal_answer(int status);

}  // namespace base::http
