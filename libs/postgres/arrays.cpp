#include "postgres/arrays.hpp"

#include <arpa/inet.h>

#include <cstring>

namespace postgres {
namespace {

// Element types, as pg_type.oid has them for ever.
constexpr std::int32_t kText = 25;
constexpr std::int32_t kBigint = 20;
constexpr std::int32_t kBool = 16;
constexpr std::int32_t kBytea = 17;
constexpr std::int32_t kTimestamptz = 1184;

// array_recv reads: dimensions, whether there are nulls, element type; length and lower bound of each
// dimension.
constexpr std::size_t kDimensionsAt = 0;
constexpr std::size_t kHasNullAt = 4;
constexpr std::size_t kLengthAt = 12;

void append_int32(std::string& out, std::int32_t value) {
    const auto wire = htonl(static_cast<std::uint32_t>(value));
    out.append(reinterpret_cast<const char*>(&wire), sizeof wire);
}

void append_int64(std::string& out, std::int64_t value) {
    append_int32(out, static_cast<std::int32_t>(value >> 32));
    append_int32(out, static_cast<std::int32_t>(value & 0xFFFFFFFF));
}

void set_int32(std::string& out, std::size_t at, std::int32_t value) {
    const auto wire = htonl(static_cast<std::uint32_t>(value));
    std::memcpy(out.data() + at, &wire, sizeof wire);
}

}  // namespace

Array::Array(std::int32_t element_type) {
    append_int32(wire_, 0);
    append_int32(wire_, 0);
    append_int32(wire_, element_type);
}

void Array::begin_element(std::int32_t size) {
    if (count_ == 0) {
        set_int32(wire_, kDimensionsAt, 1);
        append_int32(wire_, 0);  // the length
        append_int32(wire_, 1);  // the lower bound
    }
    set_int32(wire_, kLengthAt, ++count_);
    if (size < 0) set_int32(wire_, kHasNullAt, 1);
    append_int32(wire_, size);
}

TextArray::TextArray() : Array(kText) {}
void TextArray::add(std::string_view value) {
    begin_element(static_cast<std::int32_t>(value.size()));
    wire_ += value;
}

BytesArray::BytesArray() : Array(kBytea) {}
void BytesArray::add(std::string_view value) {
    begin_element(static_cast<std::int32_t>(value.size()));
    wire_ += value;
}

BigintArray::BigintArray() : Array(kBigint) {}
void BigintArray::add(std::int64_t value) {
    begin_element(8);
    append_int64(wire_, value);
}

TimeArray::TimeArray() : Array(kTimestamptz) {}
void TimeArray::add(core::Time value) {
    // On the wire a timestamptz is microseconds since 2000.
    constexpr auto kEpoch = std::chrono::sys_days{std::chrono::year{2000} / 1 / 1};
    begin_element(8);
    append_int64(wire_, (value - kEpoch).count());
}

BoolArray::BoolArray() : Array(kBool) {}
void BoolArray::add(bool value) {
    begin_element(1);
    wire_ += value ? '\1' : '\0';
}

}  // namespace postgres
