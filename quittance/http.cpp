#include "quittance/http.hpp"

#include <curl/curl.h>

#include <future>
#include <latch>
#include <memory>

namespace quittance {
namespace {

constexpr long kDeadline_ms = 30'000;

// curl_global_init is not safe from many threads, so it happens before main.
const auto kInitialised = curl_global_init(CURL_GLOBAL_DEFAULT);

using Handle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using Lines = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

std::size_t append(char* data, std::size_t, std::size_t size, void* body) {
    static_cast<std::string*>(body)->append(data, size);
    return size;
}

Lines header_lines(const Sent& sent) {
    curl_slist* lines = nullptr;
    for (const auto& header : sent.headers) lines = curl_slist_append(lines, header.c_str());
    return {lines, curl_slist_free_all};
}

void prepare(CURL* curl, const Sent& sent, curl_slist* headers, Answer& answer) {
    curl_easy_setopt(curl, CURLOPT_URL, sent.url.c_str());
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, kDeadline_ms);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, append);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer.body);
    if (sent.body.empty()) return;
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, sent.body.data());
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(sent.body.size()));
}

}  // namespace

Answer send(const Sent& sent) {
    Answer answer;
    const Handle curl{curl_easy_init(), curl_easy_cleanup};
    const auto headers = header_lines(sent);
    prepare(curl.get(), sent, headers.get(), answer);

    const auto start = std::chrono::steady_clock::now();
    const auto result = curl_easy_perform(curl.get());
    answer.took =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
    if (result != CURLE_OK) {
        answer.failure = curl_easy_strerror(result);
        return answer;
    }
    long status = 0;
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
    answer.status = static_cast<int>(status);
    return answer;
}

std::vector<Answer> send_at_once(const std::vector<Sent>& all) {
    std::latch together{static_cast<std::ptrdiff_t>(all.size())};
    std::vector<std::future<Answer>> under_way;
    for (const auto& sent : all) {
        under_way.push_back(std::async(std::launch::async, [&] {
            together.arrive_and_wait();
            return send(sent);
        }));
    }
    std::vector<Answer> answers;
    for (auto& one : under_way) answers.push_back(one.get());
    return answers;
}

}  // namespace quittance
