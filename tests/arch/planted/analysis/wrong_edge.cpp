#include "data/store/store.h"
