#include "base/http.hpp"
