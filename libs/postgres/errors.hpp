// What goes wrong between this process and PostgreSQL, as exceptions.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "core/unavailable.hpp"

namespace postgres {

// The database can't be reached, is shutting down, or did not answer in time. Nothing was committed.
using core::Unavailable;
// The connection broke while committing: it may or may not have happened.
struct InDoubt : core::Unavailable {
    using core::Unavailable::Unavailable;
};

// PostgreSQL refused a statement; `sqlstate` is its five characters.
struct SqlError : std::runtime_error {
    SqlError(const std::string& what, std::string state) : runtime_error(what), sqlstate(std::move(state)) {}
    std::string sqlstate;

    // The data's fault, rather than the database not working as it should.
    bool is_about_data() const;
    // The connection is of no more use: the server goes down, is out of resources, or is gone.
    bool is_connection_lost() const;
    // No statement has a chance now, rather than just this one.
    bool is_unavailable() const;
};
struct UniqueViolation : SqlError {
    using SqlError::SqlError;
};
// A serialization failure or a deadlock. `transact` runs its function again.
struct Conflict : std::runtime_error {
    using std::runtime_error::runtime_error;
};
// The connection is gone; whether it went while committing the thrower knows.
struct BrokenConnection : std::runtime_error {
    using std::runtime_error::runtime_error;
};

}  // namespace postgres
