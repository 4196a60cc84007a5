// A client that sends exactly the bytes it is told to: what a test of an HTTP server needs, and no library
// offers.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace testing_http {

struct Answer {
    int status = 0;  // 0: none came
    std::string head;
    std::string body;
    explicit operator bool() const { return status != 0; }
    bool has(std::string_view text) const { return head.find(text) != std::string::npos; }
};

class RawClient {
public:
    // Connects to 127.0.0.1; throws std::runtime_error when it can't. No read or write takes longer than
    // `patience`.
    explicit RawClient(std::uint16_t port, std::chrono::milliseconds patience = std::chrono::seconds{5},
                       int receive_buffer_bytes = 0);
    ~RawClient();
    RawClient(RawClient&& other) noexcept;
    RawClient& operator=(RawClient&& other) noexcept;

    // False when the server does not take the bytes any more.
    bool send(std::string_view bytes);
    // The next answer, whole; none when the connection ends, or the time, before it is.
    Answer receive(bool is_head = false);
    // True when the server closed the connection and nothing else came before.
    bool at_end();
    // As at_end, but a reset is no end.
    bool at_clean_end();
    void half_close();
    void close();
    // Closes with RST.
    void reset();

private:
    bool read_more();
    int socket_ = -1;
    std::string in_;
};

std::string get(std::string_view path);
std::string post(std::string_view path, std::string_view body, std::string_view more_headers = "");

}  // namespace testing_http
