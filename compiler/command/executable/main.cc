// The process: everything else is compiler/command.
#include "compiler/command/command.h"

int main(int argc, char** argv) { return assay::RunCommand({argv + (argc > 0 ? 1 : 0), argv + argc}); }
