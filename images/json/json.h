/*
 * Writes JSON: the only code under images/ that escapes text. Callers write the first member of an object themselves, so
 * each member written here has a comma in front.
 */
#ifndef MATRIX_JSON_H
#define MATRIX_JSON_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* "text", quotes included. The output is always valid UTF-8: other bytes become U+FFFD. */
void json_string(FILE *out, const char *text, size_t length);

/* ,"key":"text", or ,"key":null where text is NULL. */
void json_text(FILE *out, const char *key, const char *text);

/* ,"key":5 */
void json_number(FILE *out, const char *key, int64_t value);

/* [1,2,3] */
void json_numbers(FILE *out, const int64_t *values, size_t count);

#endif
