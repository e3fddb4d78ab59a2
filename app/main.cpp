#include "app/cli.h"

int main(int argc, char** argv) { return gapmap::run_command_line(argc, argv); }
