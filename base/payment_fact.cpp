#include "base/payment_fact.hpp"
