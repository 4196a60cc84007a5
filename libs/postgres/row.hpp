// How a statement selects a time that `read_time` is to read.
#pragma once

#include "postgres/transaction.hpp"

#define UNIX_US(column) "(extract(epoch FROM " #column ") * 1000000)::bigint AS " #column
