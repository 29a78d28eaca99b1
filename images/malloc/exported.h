#ifndef MATRIX_EXPORTED_H
#define MATRIX_EXPORTED_H

/* Marks what is visible outside of the library, which hides everything else. */
#define EXPORTED __attribute__((visibility("default")))

#endif
