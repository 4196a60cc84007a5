// A value or a refusal the caller can act on. What nobody here can act on is an exception.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace core {

enum class Kind {
    malformed,     // not readable at all: 400
    invalid,       // readable, but fields are wrong: 422
    unauthorized,  // 401
    forbidden,     // 403
    not_found,     // 404
    conflict,      // the state does not allow it: 409
    outdated,      // If-Match names another version: 412
    too_large,     // 413
    unsupported,   // media type: 415
    unavailable,   // something we depend on is away: 503
};

// One wrong field of the input: `field` as the caller knows it (lines[0].quantity), `detail` what would be
// right.
struct FieldError {
    std::string field;
    std::string detail;
    bool operator==(const FieldError&) const = default;
};

// `detail` is written for the sender of the request; nothing internal ever goes in.
struct Error {
    Kind kind;
    std::string detail;
    std::vector<FieldError> fields = {};
};

inline Error malformed(std::string detail) {
    return {Kind::malformed, std::move(detail)};
}
inline Error invalid(std::vector<FieldError> fields) {
    return {Kind::invalid, "some fields are not valid", std::move(fields)};
}
inline Error invalid(std::string field, std::string detail) {
    return invalid(std::vector<FieldError>{{std::move(field), std::move(detail)}});
}
inline Error not_found(std::string detail) {
    return {Kind::not_found, std::move(detail)};
}
inline Error conflict(std::string detail) {
    return {Kind::conflict, std::move(detail)};
}

template <class T>
class [[nodiscard]] Result {
public:
    Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : content_(std::in_place_index<1>, std::move(error)) {}

    explicit operator bool() const { return content_.index() == 0; }
    const T& operator*() const& { return std::get<0>(content_); }
    T& operator*() & { return std::get<0>(content_); }
    T&& operator*() && { return std::get<0>(std::move(content_)); }
    const T* operator->() const { return &std::get<0>(content_); }
    T* operator->() { return &std::get<0>(content_); }
    const Error& error() const { return std::get<1>(content_); }

private:
    std::variant<T, Error> content_;
};

// A refusal or nothing to say: `return {};` is success.
template <>
class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Error error) : error_(std::move(error)) {}

    explicit operator bool() const { return !error_; }
    const Error& error() const { return *error_; }

private:
    std::optional<Error> error_;
};

}  // namespace core
