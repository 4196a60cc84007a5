// HTTP as a provider speaks it: one request, its answer, how long it took.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace quittance {

struct Sent {
    std::string url;
    std::string body;                  // empty: GET
    std::vector<std::string> headers;  // "Name: value"
};

struct Answer {
    int status = 0;  // 0: none came, and `failure` says why
    std::string body;
    std::string failure;
    std::chrono::milliseconds took{};
    bool ok() const { return status >= 200 && status < 300; }
};

// A provider gives up after some ten seconds; so does this, after 30.
Answer send(const Sent& sent);
// All at the same time, each on a connection of its own; answers in the order of the requests.
std::vector<Answer> send_at_once(const std::vector<Sent>& all);

}  // namespace quittance
