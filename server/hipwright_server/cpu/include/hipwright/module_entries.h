// What the end of a source that is compiled at run time needs (runtime_compiler.py).
#pragma once
#include "api/names.h"
//
#include "api/module.h"
//
#include "api/end_names.h"
