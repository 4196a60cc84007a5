// What became of the rows of a file. Pure.
#pragma once

#include <vector>

#include "base/result.hpp"

namespace catalog {

struct ImportReport {
    struct Refused {
        int row;
        std::vector<base::FieldError> errors;
    };
    int rows = 0;
    int created = 0;
    int changed = 0;
    int unchanged = 0;
    std::vector<Refused> refused;
};

}  // namespace catalog
