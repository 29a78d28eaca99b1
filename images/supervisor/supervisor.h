/*
 * The supervisor: parent of the measured script and the only voice on the container's stdout.
 *
 * It unpacks the script, starts ruby with the probe preloaded and the prelude required, forwards what the
 * script prints in frames, and at every checkpoint, while the script waits, reads the probe's counters and
 * the kernel's smaps from outside. Frames are JSON objects, one a line; what a script prints can therefore
 * never be taken for a measurement.
 */
#ifndef MATRIX_SUPERVISOR_H
#define MATRIX_SUPERVISOR_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "layout.h"

/*
 * Descriptors the prelude knows: it writes checkpoints to CONTROL and reads answers from ANSWER. REPORT is there when
 * a leak is explained: what the tracer found, and heap dumps. PROBE is the probe's mapping: the prelude closes it.
 */
enum { PROBE_FD = 196, REPORT_FD = 197, CONTROL_FD = 198, ANSWER_FD = 199 };
#define PROBE_PATH "/proc/self/fd/196"

struct mapping_sizes { /* bytes, from /proc/PID/smaps */
  int64_t heap, rss, anonymous, pss;
};

/* frames.c: one call writes one whole frame. Text is escaped; bytes that are not ASCII are base64. */
void frame_key(const char *text);
void frame_begin(const char *type);
void frame_number(const char *key, int64_t value);
void frame_text(const char *key, const char *text);
void frame_item(const char *text); /* one more text of a list in frame_raw */
void frame_base64(const char *key, const void *bytes, size_t length);
void frame_raw(const char *key, const char *json);
void frame_end(void);

/* input.c: reads "LENGTH\n" and a tar of that length from stdin and unpacks it. 0, or -1 with a message. */
int unpack_input(const char *directory, char *message, size_t size);

/* child.c */
struct child {
  pid_t pid;
  int control, answer, out, err, report; /* our ends, non-blocking but for answer */
};
int start_child(struct child *child, int probe, char *message, size_t size);

/*
 * fence.c: closes calls of the kernel to this process and all that it starts, and the supervisor to their signals. -1
 * where the kernel has no filters.
 */
int close_kernel(pid_t supervisor);

/* observe.c */
struct matrix_shared *create_mapping(int *fd);
int64_t resident_bytes(pid_t pid);
int64_t waited_ms(pid_t pid);
int read_smaps(pid_t pid, struct mapping_sizes *sizes);
void maps_frame(pid_t pid, int64_t iterations);
int64_t oom_kills(void);
int64_t now_ms(void);
void describe_system(void);

/* checkpoint.c */
void checkpoint_line(struct child *child, struct matrix_shared *shared, char *line);
int checkpoint_reached(void);
int64_t first_checkpoint_ms(void);

int64_t setting(const char *name, int64_t otherwise);

#endif
