#include "catalog_stand_in.hpp"

#include <stdexcept>
#include <utility>

namespace testing_mqtt {

http::Response CatalogStandIn::take(const Messages& messages) {
    contracts::MachineAnswer answer;
    answer.verdicts.assign(messages.size(), contracts::MessageOutcome::ok);
    return {200, contracts::machine_answer_to_json(answer)};
}

void CatalogStandIn::answer_with(Answer answer) {
    const std::lock_guard lock{mutex_};
    answer_ = std::move(answer);
}

void CatalogStandIn::hold() {
    const std::lock_guard lock{mutex_};
    holds_ = true;
}

void CatalogStandIn::release() {
    const std::lock_guard lock{mutex_};
    holds_ = false;
    if (held_) (*held_)(answer_(lists_.back()));
    held_.reset();
}

void CatalogStandIn::on_request(http::Request&& request, http::Responder respond) {
    if (request.path != "/internal/v1/machine-events") return respond({200, R"({"commands":[]})"});
    auto messages = contracts::machine_messages_from_json(request.body);
    const std::lock_guard lock{mutex_};
    if (!messages) return respond({400, "{}"});
    lists_.push_back(*std::move(messages));
    asked_.notify_all();
    if (holds_) {
        held_.emplace(std::move(respond));
    } else {
        respond(answer_(lists_.back()));
    }
}

std::string CatalogStandIn::lists(std::size_t at_least) {
    std::unique_lock lock{mutex_};
    if (!asked_.wait_for(lock, std::chrono::seconds{10}, [&] { return lists_.size() >= at_least; })) {
        throw std::runtime_error("catalog was not asked");
    }
    std::string all;
    for (const auto& list : lists_) {
        if (!all.empty()) all += '|';
        for (const auto& message : list) all += (&message == list.data() ? "" : " ") + message.payload;
    }
    return all;
}

CatalogStandIn::Messages CatalogStandIn::last() {
    const std::lock_guard lock{mutex_};
    return lists_.empty() ? Messages{} : lists_.back();
}

}  // namespace testing_mqtt
