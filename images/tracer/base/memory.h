/* Memory for the tracer's own tables: straight from the kernel, never from malloc. */
#ifndef MATRIX_TRACER_MEMORY_H
#define MATRIX_TRACER_MEMORY_H

#include <stddef.h>

/* Returns zeroed memory; NULL when there is none left. */
void *map_memory(size_t bytes);
void unmap_memory(void *memory, size_t bytes);

#endif
