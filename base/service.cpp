#include "base/service.hpp"
