#include "supervisor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * A checkpoint is a short dialogue: the prelude writes what it knows of itself and waits; the supervisor
 * reads the counters and answers. Before smaps is read the supervisor asks for malloc_trim(0): it raises a
 * flag in the mapping and answers "t", the prelude allocates once (which makes the probe trim), says "T",
 * and only then smaps is read: resident pages that hold nothing live would otherwise look like growth.
 */

/*
 * A script can write to the pipe as well. A loop takes a few hundred checkpoints and says of each other kind a line or
 * two: what goes beyond that is neither told nor answered, so a flood ends here. One sample more than the host's bound
 * (trace-builder.ts), so that it sees it passed.
 */
enum { MOST_SAMPLES = 2048 + 1, MOST_OF_A_KIND = 64 };

static int64_t first_waited_ms = -1, first_ms, last_smaps_ms, next_sizes, sizes_of = -1;
static int reached, samples;
static struct { /* a checkpoint, kept while a trim is under way */
  int64_t iterations, loop_ns, slots, slot_bytes, memsize; /* what the script reported of itself */
  int64_t stretch;
  char boundary, loops[2048]; /* iterations of each loop, as JSON: [[0,1000],[3,20]] */
  int64_t ms, bytes, blocks, page_bytes; /* what was observed when it stopped */
  int64_t large_bytes, large_blocks, mark_bytes, peak, waited;
  int64_t untrimmed; /* resident bytes before the trim; -1 where none is under way */
} pending;

int checkpoint_reached(void) { return reached; }
int64_t first_checkpoint_ms(void) { return first_ms; }

static void answer(struct child *child, char word) {
  if (write(child->answer, &word, 1) != 1) { /* the script is gone: its exit is reported in its own frame */
  }
}

static int64_t live_of(struct matrix_shared *s, int c) { return s->main_thread.live[c] + s->others.live[c]; }

static void sizes_frame(struct matrix_shared *s) {
  char json[MATRIX_CLASSES * 48], *at = json;
  int c;
  *at++ = '[';
  for (c = 0; c < MATRIX_CLASSES; c++) {
    if (live_of(s, c) <= 0) continue;
    at += sprintf(at, "%s[%llu,%lld]", at == json + 1 ? "" : ",", (unsigned long long)matrix_class_bytes(c),
                  (long long)live_of(s, c));
  }
  *at++ = ']';
  *at = 0;
  frame_begin("sizes");
  frame_number("n", pending.iterations);
  frame_raw("live", json);
  frame_end();
}

/* The counters are read before the trim's own dialogue allocates anything. */
static void observe_counters(struct matrix_shared *s) {
  int64_t blocks = s->main_thread.allocs + s->others.allocs - s->main_thread.frees - s->others.frees;
  int64_t pages = s->main_thread.page_blocks + s->others.page_blocks;
  int64_t overhead = (int64_t)s->overhead;
  pending.ms = now_ms() - first_ms;
  pending.bytes = s->main_thread.bytes + s->others.bytes + blocks * overhead;
  pending.blocks = blocks;
  pending.page_bytes = s->main_thread.page_bytes + s->others.page_bytes + pages * overhead;
  pending.mark_bytes =
      (s->main_thread.mark_blocks + s->others.mark_blocks) * ((int64_t)MATRIX_MARK_CHUNK + overhead);
  pending.large_blocks = s->main_thread.large_blocks + s->others.large_blocks;
  pending.large_bytes = s->main_thread.large_bytes + s->others.large_bytes + pending.large_blocks * overhead;
  /* The most that was alive above what is alive now; from here on it is counted anew. */
  pending.peak = s->peak_bytes - s->main_thread.bytes - s->others.bytes;
  if (pending.peak < 0) pending.peak = 0;
  s->peak_bytes = s->main_thread.bytes + s->others.bytes;
}

static void sample_frame(struct child *child, struct matrix_shared *s, int with_smaps) {
  struct mapping_sizes sizes;
  samples++;
  frame_begin("sample");
  frame_number("n", pending.iterations);
  frame_number("stretch", pending.stretch);
  frame_raw("loops", pending.loops);
  frame_raw("outer", pending.boundary == 'o' ? "true" : "false");
  frame_number("loopNs", pending.loop_ns);
  frame_number("slots", pending.slots);
  frame_number("slotBytes", pending.slot_bytes);
  if (pending.memsize >= 0) frame_number("memsize", pending.memsize);
  frame_number("ms", pending.ms);
  frame_number("bytes", pending.bytes);
  frame_number("blocks", pending.blocks);
  frame_number("pageBytes", pending.page_bytes);
  frame_number("largeBytes", pending.large_bytes);
  frame_number("largeBlocks", pending.large_blocks);
  if (pending.waited >= 0) frame_number("waited", pending.waited - first_waited_ms);
  frame_number("allocated", s->main_thread.handed_out + s->others.handed_out);
  frame_number("markBytes", pending.mark_bytes);
  frame_number("peak", pending.peak);
  if (with_smaps && pending.untrimmed >= 0) frame_number("untrimmed", pending.untrimmed);
  if (with_smaps && read_smaps(child->pid, &sizes) == 0) {
    frame_number("heap", sizes.heap);
    frame_number("rss", sizes.rss);
    frame_number("anon", sizes.anonymous);
    if (!setting("MATRIX_OWN_KERNEL", 0)) frame_number("pss", sizes.pss); /* gVisor says RSS there */
  }
  frame_end();
  if (setting("MATRIX_EXPLAIN", 0)) maps_frame(child->pid, pending.iterations);
  if (pending.iterations >= next_sizes || pending.stretch != sizes_of) { /* a quarter more each time is enough to see which sizes grow */
    sizes_frame(s);
    next_sizes = pending.iterations + pending.iterations / 4 + 1;
    sizes_of = pending.stretch;
  }
}

/* The script wrote it: no line of the prelude looks like that. */
static void foreign_frame(const char *line) {
  frame_begin("foreign");
  frame_text("line", line);
  frame_end();
}

/* `0:1000,3:20` as [[0,1000],[3,20]]; what is anything else ends it. */
static void read_loops(const char *text) {
  char *at = pending.loops, *end = pending.loops + sizeof pending.loops - 64;
  int site, used;
  long long count;
  *at++ = '[';
  while (at < end && sscanf(text, "%d:%lld%n", &site, &count, &used) == 2 && site >= 0 && count >= 0) {
    at += sprintf(at, "%s[%d,%lld]", at == pending.loops + 1 ? "" : ",", site, count);
    text += used;
    if (*text++ != ',') break;
  }
  *at++ = ']';
  *at = 0;
}

static void begin_checkpoint(struct child *child, struct matrix_shared *shared, char *rest) {
  long long n, loop_ns, slots, slot_bytes, memsize, stretch;
  char boundary;
  int due, used = 0;
  if (sscanf(rest, "%lld %c %lld %lld %lld %lld %lld %n", &n, &boundary, &loop_ns, &slots, &slot_bytes, &memsize,
             &stretch, &used) != 7) {
    foreign_frame(rest);
    return;
  }
  read_loops(rest + used);
  pending.stretch = stretch;
  pending.iterations = n;
  pending.boundary = boundary;
  pending.loop_ns = loop_ns;
  pending.slots = slots;
  pending.slot_bytes = slot_bytes;
  pending.memsize = memsize;
  if (!reached) {
    reached = 1;
    first_ms = now_ms();
    frame_begin("attached");
    frame_raw("counted", shared->owner == child->pid ? "true" : "false");
    frame_text("allocator", shared->allocator);
    frame_number("overhead", (int64_t)shared->overhead);
    frame_end();
  }
  observe_counters(shared);
  pending.waited = waited_ms(child->pid);
  if (first_waited_ms < 0) first_waited_ms = pending.waited;
  due = last_smaps_ms == 0 || now_ms() - last_smaps_ms >= setting("MATRIX_SMAPS_MS", 40);
  if (due) {
    last_smaps_ms = now_ms();
    pending.untrimmed = resident_bytes(child->pid);
    shared->trim_asked++;
    answer(child, 't');
    return;
  }
  sample_frame(child, shared, 0);
  answer(child, 'g');
}

/* Whether a line is one too many of its kind. */
static int too_many(char word) {
  static int told[256];
  if (word == 'C' || word == 'T') return samples >= MOST_SAMPLES;
  return told[strchr("RPEFSLZ", word) ? (unsigned char)word : 0]++ >= MOST_OF_A_KIND;
}

void checkpoint_line(struct child *child, struct matrix_shared *shared, char *line) {
  char word = line[0], *rest = line[0] && line[1] ? line + 2 : line + strlen(line);
  if (too_many(word)) return;
  switch (word) {
  case 'C': begin_checkpoint(child, shared, rest); break;
  case 'T':
    sample_frame(child, shared, 1);
    last_smaps_ms = now_ms();
    answer(child, 'g');
    break;
  case 'R': frame_begin("ruby"); frame_text("description64", rest); frame_end(); break;
  case 'S': frame_begin("stretch"); frame_text("about", rest); frame_end(); break;
  case 'L': frame_begin("left"); frame_text("about", rest); frame_end(); break;
  case 'Z': frame_begin("slept"); frame_text("about", rest); frame_end(); break;
  case 'P': frame_begin("past"); frame_text("about64", rest); frame_end(); break;
  case 'E': frame_begin("error"); frame_text("about64", rest); frame_end(); break;
  case 'F': frame_begin("finished"); frame_text("about", rest); frame_end(); break;
  default: frame_begin("foreign"); frame_text("line", line); frame_end(); break;
  }
}
