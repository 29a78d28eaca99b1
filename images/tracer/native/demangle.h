#ifndef MATRIX_TRACER_DEMANGLE_H
#define MATRIX_TRACER_DEMANGLE_H

#include <stddef.h>

/*
 * C++ names as people write them, where the library that knows how is loaded anyway; every other name as it is.
 * `buffer` may be what is returned.
 */
const char *demangle_name(const char *name, char *buffer, size_t size);

#endif
