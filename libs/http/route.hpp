// A row of a service's route table.
#pragma once

#include <functional>
#include <string>
#include <variant>

#include "core/result.hpp"
#include "http/message.hpp"

namespace http {

// Runs on a worker thread, may block. A refusal becomes problem+json; so does an exception, without its text.
using Handler = std::function<core::Result<Response>(const Request&)>;
// Runs on the event loop, must not block, answers through the Responder, perhaps later.
using AsyncHandler = std::function<void(Request&&, Responder)>;

struct Route {
    Method method;
    std::string path;  // segments; ":name" stands for one segment
    Roles roles;  // who may call it; what is not in a table nobody may. Below /internal/ the services' token
                  // counts only
    std::variant<Handler, AsyncHandler> handler;
};

}  // namespace http
