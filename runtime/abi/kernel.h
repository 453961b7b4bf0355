/* The interface between the runtime and compiled kernels: plain C, no other header needed, so that kernels made by the JIT,
 * by another compiler or on another day are called alike.
 *
 * A kernel computes some slots from others for consecutive rows of one block, 64 rows a word. The layout of a slot's values:
 *
 *   bool    uint64_t[words]: bit r of word w is row 64 w + r; a bit is 0 where the value is unknown
 *   int     int64_t[64 words]; anything where the value is null. Also dates, timestamps, durations, labels
 *   float   double[64 words]; anything where the value is null
 *   other   not read (only its known plane is)
 *
 * A slot that can be null has a known plane beside its values, uint64_t[words], bit set: not null. Values need no alignment
 * beyond their own; inputs may hold anything behind the last row, and what a kernel leaves there means nothing. A kernel
 * calls nothing, allocates nothing and cannot fail. */
#ifndef ASSAY_RUNTIME_ABI_KERNEL_H_
#define ASSAY_RUNTIME_ABI_KERNEL_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Changes whenever a kernel made for the old meaning would do wrong under the new one. */
#define ASSAY_KERNEL_ABI_VERSION 1

typedef struct AssayKernelParam {
  uint64_t bits;  /* an int, the bits of a double, or 0 and 1 */
  uint64_t known; /* all ones, or 0 where the parameter is null */
} AssayKernelParam;

typedef struct AssayKernelArgs {
  const void* const* inputs;            /* values of each input, in the order of the plan's step */
  const uint64_t* const* inputs_known;  /* their known planes; read only where the slot can be null */
  void* const* outputs;
  uint64_t* const* outputs_known;       /* written only where the slot can be null */
  const AssayKernelParam* params;       /* by number of the program's parameter */
  uint64_t words;                       /* at least 1 */
} AssayKernelArgs;

typedef void (*AssayKernel)(const AssayKernelArgs* args);

#ifdef __cplusplus
}
#endif

#endif
