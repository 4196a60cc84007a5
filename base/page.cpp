#include "base/page.hpp"
