/* The script's process, and the supervisor's ends of its pipes. */
#ifndef MATRIX_CHILD_H
#define MATRIX_CHILD_H

#include <stddef.h>
#include <sys/types.h>

struct child {
  pid_t pid;
  int control, answer, out, err, report; /* the supervisor's ends, non-blocking except answer */
};

/* Starts ruby on the script, with the probe preloaded and the prelude required. 0, or -1 with a message. */
int start_child(struct child *child, int probe, char *message, size_t size);

#endif
