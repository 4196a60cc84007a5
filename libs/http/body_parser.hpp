// The body of a request off the wire, by Content-Length or chunked (RFC 9112, 7.1). Pure, no sockets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "http/engine.hpp"
#include "http/head_parser.hpp"

namespace http {

// Chunk extensions and trailers are skipped, and bounded. A refusal is an HTTP status.
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
        size_start,
        size,
        extension,
        size_lf,
        chunk_data,
        chunk_cr,
        chunk_lf,
        line_start,
        trailer_name,
        trailer_value,
        trailer_lf,
        last_lf,
        complete,
        refused,
    };
    void take_framing(unsigned char byte, std::size_t body_size);
    void take_size_digit(unsigned char byte, std::size_t body_size);
    void expect(unsigned char byte, unsigned char wanted, State next);
    void become(State next) { state_ = next; }
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

}  // namespace http
