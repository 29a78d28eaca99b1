#define _GNU_SOURCE
#include "tracer/native/demangle.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *demangle_name(const char *name, char *buffer, size_t size) {
  typedef char *(*demangler)(const char *, char *, size_t *, int *);
  static demangler demangle;
  static int looked;
  char *plain;
  int status = -1;
  if (name == NULL || strncmp(name, "_Z", 2) != 0) return name;
  if (!looked) {
    void *library = dlopen("libstdc++.so.6", RTLD_LAZY | RTLD_NOLOAD);
    looked = 1;
    if (library) demangle = (demangler)dlsym(library, "__cxa_demangle");
  }
  if (!demangle || !(plain = demangle(name, NULL, NULL, &status))) return name;
  snprintf(buffer, size, "%s", plain);
  free(plain);
  return buffer;
}
