/* Walks the C stack by the call frame information that every library carries, without frame pointers. */
#ifndef MATRIX_TRACER_UNWIND_H
#define MATRIX_TRACER_UNWIND_H

#include <stdint.h>

/* Collects return addresses from the caller outwards, innermost first. Returns how many. */
int unwind_stack(uintptr_t *pcs, int max);

#endif
