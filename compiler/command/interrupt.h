// Ctrl-C: the first asks the work to stop at the next convenient place and leave nothing half-written; a second one
// ends the process at once. A signal has no other way to reach the program than a process-wide flag; this is the only
// one.
#pragma once

#include <atomic>

namespace assay {

// Installs the handlers of SIGINT and SIGTERM, and ignores SIGPIPE: a reader that goes away is seen as a failed write.
void InstallSignalHandlers();

// Set from the first signal on.
const std::atomic<bool>& InterruptFlag();

}  // namespace assay
