// What the service is told by its environment, and what it does by itself.
#pragma once

#include <atomic>
#include <string>
#include <thread>

#include "auth/consumer.hpp"
#include "auth/guesses.hpp"
#include "auth/hasher.hpp"
#include "auth/key_ring.hpp"
#include "auth/logins.hpp"
#include "auth/passwords.hpp"
#include "auth/people.hpp"
#include "auth/programs.hpp"
#include "base/config.hpp"
#include "base/events.hpp"
#include "base/pg.hpp"
#include "base/secret.hpp"

namespace auth {

// The first admin and the first program, made when there are none yet.
struct First {
    std::string admin_email;  // empty: none is made
    base::Secret admin_password{""};
    std::string program_id = {};  // likewise
    base::Secret program_secret{""};
};

struct Settings {
    base::pg::Database::Config database;
    Hasher::Config hasher;
    KeyRing::Config keys;
    Guesses::Config guesses;
    Logins::Config logins;
    Passwords::Config passwords;
    std::size_t most_waiting;
    PasswordSeal seal;
    base::events::Config events;
    First first;
    static Settings read(base::Environment& environment);
};

// Makes the first admin and program – `made_first` then – and from there on answers requests for new
// passwords as they come, and deletes what is over.
std::jthread keep_house(base::pg::Database& db, Passwords& passwords, People& people, Programs& programs,
                        First first, std::atomic<bool>& made_first);

}  // namespace auth
