/* Wraps malloc, and follows its blocks while tracing. */
#ifndef MATRIX_TRACER_HOOKS_H
#define MATRIX_TRACER_HOOKS_H

#include <stdint.h>

/* Blocks from here on are followed, unless there is no memory for it. */
void start_tracing(void);

/* Counters as they stand now are mark `mark`, after so many iterations. */
void mark_tracing(int mark, int64_t iterations);

void stop_tracing(void);

#endif
