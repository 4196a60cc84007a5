#include "base/http_engine.hpp"
