#ifndef MATRIX_EXPORTED_H
#define MATRIX_EXPORTED_H

/* Makes a name visible outside of its library: the tracer is compiled with all names hidden. */
#define EXPORTED __attribute__((visibility("default")))

#endif
