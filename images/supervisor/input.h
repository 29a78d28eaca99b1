/*
 * What the host sends on stdin: `LENGTH KEY SETTINGS\n`, settings of that length, then a tar of the first length. Lengths
 * come first because an end of file does not travel reliably through an attached stream. A container may be started
 * before it is needed; it then waits here.
 */
#ifndef MATRIX_INPUT_H
#define MATRIX_INPUT_H

#include <stddef.h>
#include <stdint.h>

/*
 * Puts the settings into the environment (NAME=VALUE, each with a zero byte at its end) and sets the key of frames.
 * Returns the length of the tar that follows, -1 where nothing valid arrived.
 */
int64_t read_settings(void);

/* Unpacks the tar, which holds the script and the files beside it. 0, or -1 with a message. */
int unpack_files(int64_t length, const char *directory, char *message, size_t size);

#endif
