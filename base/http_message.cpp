#include "base/http_message.hpp"
