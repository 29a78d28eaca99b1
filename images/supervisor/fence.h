#ifndef MATRIX_FENCE_H
#define MATRIX_FENCE_H

#include <sys/types.h>

/*
 * Refuses this process, and all that it starts, system calls that a script does not need, and signals to the supervisor.
 * -1 where the kernel has no filters.
 */
int close_kernel(pid_t supervisor);

#endif
