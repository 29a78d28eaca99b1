/* The host's settings, which read_settings has put into the environment. */
#ifndef MATRIX_SETTINGS_H
#define MATRIX_SETTINGS_H

#include <stdint.h>

/* The number that a variable of the environment holds; `otherwise` where it is not set. */
int64_t setting(const char *name, int64_t otherwise);

#endif
