#ifndef MATRIX_TRACER_DEMANGLE_H
#define MATRIX_TRACER_DEMANGLE_H

#include <stddef.h>

/*
 * Turns a C++ name into what people write, where libstdc++ is loaded anyway; returns every other name as it is. The
 * result may be in `buffer`.
 */
const char *demangle_name(const char *name, char *buffer, size_t size);

#endif
