// Array parameters for whole lists, in PostgreSQL's binary format: nothing to escape.
//   insert … select * from unnest($1::text[], $2::bigint[])
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/clock.hpp"

namespace postgres {

// A parameter in PostgreSQL's binary format: bytes for a bytea, or an array.
struct Binary {
    std::string bytes;
};

class Array {
public:
    Binary parameter() const { return {wire_}; }

protected:
    explicit Array(std::int32_t element_type);  // an oid of pg_type
    void begin_element(std::int32_t size);      // -1 for null
    std::string wire_;

private:
    std::int32_t count_ = 0;
};

class TextArray : public Array {
public:
    TextArray();
    void add(std::string_view value);
    void add_null() { begin_element(-1); }
};
class BytesArray : public Array {  // bytea[]: any bytes
public:
    BytesArray();
    void add(std::string_view value);
};
class BigintArray : public Array {
public:
    BigintArray();
    void add(std::int64_t value);
    void add_null() { begin_element(-1); }
};
class TimeArray : public Array {  // timestamptz[]
public:
    TimeArray();
    void add(core::Time value);
};
class BoolArray : public Array {
public:
    BoolArray();
    void add(bool value);
};

// The parameter of a list of texts.
template <class Texts>
Binary text_array(const Texts& texts) {
    TextArray array;
    for (const auto& text : texts) array.add(text);
    return array.parameter();
}

}  // namespace postgres
