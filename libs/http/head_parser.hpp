// The head of a request, from bytes to fields (RFC 9112). Pure, no sockets.
//
// Stricter than the RFC wherever two readers of the same bytes have been known to disagree, which is how
// requests are smuggled: no bare LF, no folded lines, one length, nothing percent-encoded in a path. A
// refusal is an HTTP status.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "http/engine.hpp"
#include "http/message.hpp"

namespace http {

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

}  // namespace http
