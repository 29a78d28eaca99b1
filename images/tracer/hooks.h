/* Wraps malloc, and follows every block while tracing. */
#ifndef MATRIX_TRACER_HOOKS_H
#define MATRIX_TRACER_HOOKS_H

#include <stdint.h>

/* Follows blocks from here on, unless there is no memory for it. */
void start_tracing(void);

/* Keeps the present counters as mark `mark`, after so many iterations. */
void mark_tracing(int mark, int64_t iterations);

void stop_tracing(void);

#endif
