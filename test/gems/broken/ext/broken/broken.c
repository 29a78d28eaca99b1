#include <ruby.h>
#include <a-library-that-is-not-here.h>
void Init_broken(void) {}
