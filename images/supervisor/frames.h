/*
 * Frames: JSON objects, one per line, on the supervisor's stdout. A frame is begun, filled with members, and ended; then
 * it is written as a whole. What a script prints is data in frames of type `out`, so it is never taken for a measurement.
 */
#ifndef MATRIX_FRAMES_H
#define MATRIX_FRAMES_H

#include <stddef.h>
#include <stdint.h>

/*
 * Sets the word that every frame begins with. Only the host and the supervisor know it: a line without it is foreign.
 */
void set_frame_key(const char *text);

void begin_frame(const char *type);
void add_number(const char *key, int64_t value);
void add_flag(const char *key, int value);
void add_text(const char *key, const char *text);
/* Bytes that need not be UTF-8, as base64. */
void add_bytes(const char *key, const void *bytes, size_t length);
/* Adds JSON; or only its beginning, such as an open bracket. */
void add_json(const char *key, const char *json);
void end_frame(void);

#endif
