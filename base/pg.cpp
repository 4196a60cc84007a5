#include "base/pg.hpp"
