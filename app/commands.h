#pragma once
#include "app/command.h"

// Every command of the program, one line each; the order is the order of `gapmap --help`.
namespace gapmap {

// project commands: app/project/

// toolbox commands: app/toolbox/

}  // namespace gapmap
