#ifndef MATRIX_EXPORTED_H
#define MATRIX_EXPORTED_H

/* Seen from outside of the library, which hides everything else. */
#define EXPORTED __attribute__((visibility("default")))

#endif
