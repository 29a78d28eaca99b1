/* What can be read about the script from outside: the probe's mapping, /proc, the container. */
#ifndef MATRIX_OBSERVE_H
#define MATRIX_OBSERVE_H

#include <stdint.h>
#include <sys/types.h>

#include "probe/layout.h"

struct mapping_sizes { /* bytes, from /proc/PID/smaps */
  int64_t heap, rss, anonymous, pss, code; /* code: the part of anonymous that can be executed */
  int64_t arenas, in_arenas; /* arenas that glibc's malloc made besides the one in [heap], and what is resident of them */
};

/* Memory that the probe counts in; NULL where the system has none without a name. */
struct matrix_shared *create_mapping(int *probe);

/* Resident bytes as the kernel counts them for the process; much cheaper than smaps. -1 where they can't be read. */
int64_t resident_bytes(pid_t pid);

/* Milliseconds that the main thread has waited for a processor, ever. -1 where the kernel does not report it. */
int64_t waited_ms(pid_t pid);

/* 0, or -1 where smaps can't be read. */
int read_smaps(pid_t pid, struct mapping_sizes *sizes);

/* Writes every mapping of the process: growth outside of malloc shows there. */
void write_maps_frame(pid_t pid, int64_t iterations);

/* Processes of this container that the kernel killed for want of memory. */
int64_t oom_kills(void);

int64_t now_ms(void);

/* Writes which system this is. */
void write_hello_frame(void);

#endif
