/* Interned texts: names of files and methods, each kept once. */
#ifndef MATRIX_TRACER_TEXTS_H
#define MATRIX_TRACER_TEXTS_H

#include <stdint.h>

/* 0 means none. */
typedef uint32_t text_id;

void start_texts(void);

/* Returns the id of a text; 0 for none, and when the table is full. */
text_id intern_text(const char *text);

/* NULL for 0. */
const char *text_of(text_id id);

#endif
