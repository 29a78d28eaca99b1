#ifndef MATRIX_FENCE_H
#define MATRIX_FENCE_H

#include <sys/types.h>

/*
 * Closes calls of the kernel to this process and all that it starts, and the supervisor to their signals. -1 where the
 * kernel has no filters.
 */
int close_kernel(pid_t supervisor);

#endif
