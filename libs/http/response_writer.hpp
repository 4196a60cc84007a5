// Answers, from fields to bytes. Pure, no sockets.
#pragma once

#include <string>

#include "http/message.hpp"

namespace http {

// A whole answer. Headers that would break it (line ends, our own framing) are left out.
std::string write_answer(const Response& response, Method method, bool keep_alive);
// The engine's own answer to what it refuses.
Response refusal_answer(int status, const std::string& request_id);

}  // namespace http
