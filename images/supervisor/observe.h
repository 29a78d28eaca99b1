/* What can be read about the script from outside: the probe's mapping, /proc, the container. */
#ifndef MATRIX_OBSERVE_H
#define MATRIX_OBSERVE_H

#include <stdint.h>
#include <sys/types.h>

#include "probe/layout.h"

struct mapping_sizes { /* bytes, from /proc/PID/smaps */
  int64_t heap, rss, anonymous, pss, code; /* code: the part of anonymous that is executable */
  int64_t arenas, in_arenas; /* arenas of glibc's malloc besides the one in [heap], and resident bytes in them */
};

/* Makes the memory that the probe counts in; NULL where the system has no memfd_create. */
struct matrix_shared *create_mapping(int *probe);

/* Resident bytes as the kernel counts them for the process; much cheaper than smaps. -1 where they cannot be read. */
int64_t resident_bytes(pid_t pid);

/* Milliseconds that the main thread has waited for a processor, ever. -1 where the kernel does not report it. */
int64_t waited_ms(pid_t pid);

/* Adds up smaps. 0, or -1 where it cannot be read. */
int read_smaps(pid_t pid, struct mapping_sizes *sizes);

/* Writes every mapping of the process, where growth outside of malloc shows. */
void write_maps_frame(pid_t pid, int64_t iterations);

/* Counts the processes of this container that the kernel killed because memory ran out. */
int64_t oom_kills(void);

/* Counts how often this container was refused a process or thread because it had as many as it may. */
int64_t tasks_refused(void);

/* Milliseconds of a clock that never goes back. */
int64_t now_ms(void);

/* Writes the frame that describes this system. */
void write_hello_frame(void);

#endif
