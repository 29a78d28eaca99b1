#include "supervisor/settings.h"

#include <stdlib.h>

int64_t setting(const char *name, int64_t otherwise) {
  const char *text = getenv(name);
  return text && *text ? strtoll(text, NULL, 10) : otherwise;
}
