/* Names of the functions that return addresses are in. */
#ifndef MATRIX_TRACER_SYMBOLS_H
#define MATRIX_TRACER_SYMBOLS_H

#include <stdint.h>

struct symbol {
  const char *function;       /* NULL where it is unknown */
  const char *library, *path; /* its file's name, and its whole path; NULL outside of every library */
  uint64_t offset;            /* bytes from the beginning of the library, as addr2line takes it */
  int has_lines;              /* whether there is debug information with source lines */
};

/* Lists the libraries that are loaded now. Comes before find_symbol. */
void list_libraries(void);

/* Finds the symbol of a call by its return address, which may be after the end of the function. */
struct symbol find_symbol(uintptr_t pc);

#endif
