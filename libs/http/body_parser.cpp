#include "http/body_parser.hpp"

#include <algorithm>

#include "http/bytes.hpp"

namespace http {

BodyReader::BodyReader(const Head& head, const Limits& limits)
    : remaining_(head.content_length), body_limit_(limits.body_bytes), framing_limit_(limits.head_bytes) {
    if (head.chunked) {
        state_ = State::size_start;
    } else if (head.content_length > 0) {
        state_ = State::counted_data;
    }
}

std::size_t BodyReader::feed(std::string_view bytes, std::string& body) {
    std::size_t at = 0;
    while (at < bytes.size() && state_ != State::complete && state_ != State::refused) {
        if (state_ != State::counted_data && state_ != State::chunk_data) {
            take_framing(static_cast<unsigned char>(bytes[at++]), body.size());
            continue;
        }
        const auto piece =
            bytes.substr(at, static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, bytes.size())));
        body += piece;
        at += piece.size();
        remaining_ -= piece.size();
        if (remaining_ == 0) state_ = state_ == State::counted_data ? State::complete : State::chunk_cr;
    }
    return at;
}

void BodyReader::take_framing(unsigned char byte, std::size_t body_size) {
    // A byte sent alone in a chunk costs five of framing; who needs far more is after something else.
    if (++framing_bytes_ > framing_limit_ + 8 * body_size) return refuse(400);
    switch (state_) {
        case State::size_start:
            remaining_ = 0;
            digits_ = 0;
            return take_size_digit(byte, body_size);
        case State::size:
            if (byte == '\r') return become(State::size_lf);
            if (byte == ';') return become(State::extension);
            return take_size_digit(byte, body_size);
        case State::extension:
            if (byte == '\r') return become(State::size_lf);
            return is_control(byte) ? refuse(400) : void();
        case State::size_lf:
            return expect(byte, '\n', remaining_ == 0 ? State::line_start : State::chunk_data);
        case State::chunk_cr: return expect(byte, '\r', State::chunk_lf);
        case State::chunk_lf: return expect(byte, '\n', State::size_start);
        case State::line_start:
            return byte == '\r' ? become(State::last_lf) : expect_token(byte, State::trailer_name);
        case State::trailer_name:
            return byte == ':' ? become(State::trailer_value) : expect_token(byte, State::trailer_name);
        case State::trailer_value:
            if (byte == '\r') return become(State::trailer_lf);
            return is_control(byte) ? refuse(400) : void();
        case State::trailer_lf: return expect(byte, '\n', State::line_start);
        case State::last_lf: return expect(byte, '\n', State::complete);
        case State::counted_data:
        case State::chunk_data:
        case State::complete:
        case State::refused: return;
    }
}

void BodyReader::take_size_digit(unsigned char byte, std::size_t body_size) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    constexpr std::size_t kMaxDigits = 15;  // so that the value can't overflow
    const auto digit = kDigits.find(to_lower(static_cast<char>(byte)));
    if (digit == std::string_view::npos || ++digits_ > kMaxDigits) return refuse(400);
    remaining_ = remaining_ * 16 + digit;
    if (remaining_ > body_limit_ - body_size) return refuse(413);
    state_ = State::size;
}

void BodyReader::expect(unsigned char byte, unsigned char wanted, State next) {
    if (byte != wanted) return refuse(400);
    state_ = next;
}

void BodyReader::expect_token(unsigned char byte, State next) {
    if (!kTokenBytes[byte]) return refuse(400);
    state_ = next;
}

void BodyReader::refuse(int status) {
    refusal_ = status;
    state_ = State::refused;
}

}  // namespace http
