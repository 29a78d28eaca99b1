/* The script and the files beside it, from stdin. */
#ifndef MATRIX_INPUT_H
#define MATRIX_INPUT_H

#include <stddef.h>

/* Reads "LENGTH KEY\n" and a tar of that length from stdin and unpacks it. 0, or -1 with a message. */
int unpack_input(const char *directory, char *message, size_t size);

#endif
