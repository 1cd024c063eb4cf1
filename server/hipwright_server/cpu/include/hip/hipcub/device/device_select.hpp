// Part of hipcub.hpp here.
#pragma once

#include "../hipcub.hpp"
