#include "supervisor/checkpoint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "supervisor/frames.h"
#include "supervisor/observe.h"
#include "supervisor/settings.h"

/*
 * A checkpoint is a short dialogue: the prelude writes what it knows about itself and waits; the supervisor reads the
 * counters and answers. Before it reads smaps it requests a trim, since resident pages without live blocks would look like
 * growth: it raises a flag in the mapping and answers "t", the prelude allocates once, which makes the probe trim, and
 * reports "T".
 */

/*
 * A script can write to the pipe as well. A loop makes a few hundred checkpoints and a line or two of each other kind:
 * any more are neither reported nor answered, so a flood ends here. The bound of samples is one above the host's
 * (trace-builder.ts), so that the host sees its own exceeded.
 */
enum { MOST_SAMPLES = 2048 + 1, MOST_OF_A_KIND = 64 };

static int64_t first_waited_ms = -1, first_ms, last_smaps_ms, next_sizes, sizes_of = -1;
static int reached, samples;
static struct { /* a checkpoint, kept while a trim is running */
  int64_t iterations, loop_ns, slots, slot_bytes, heap_pages, memsize; /* what the script reported of itself */
  int64_t stretch;
  char boundary, loops[2048]; /* iterations of each loop, as JSON: [[0,1000],[3,20]] */
  int64_t ms, bytes, blocks, page_bytes; /* what was observed when it stopped */
  int64_t large_bytes, large_blocks, mark_bytes, peak, waited;
  int64_t untrimmed; /* resident bytes before the trim; -1 where they are unknown */
} pending;

int checkpoint_reached(void) { return reached; }

int has_looped_for(int64_t limit_ms, pid_t script) {
  int64_t since = now_ms() - first_ms, most = since / 2, waited;
  if (since <= limit_ms) return 0;
  waited = waited_ms(script) - first_waited_ms;
  return since - (waited < 0 ? 0 : waited < most ? waited : most) > limit_ms;
}

static void answer(struct child *child, char word) {
  if (write(child->answer, &word, 1) != 1) { /* the script has ended, which the exit frame reports */
  }
}

static int64_t live_of(struct matrix_shared *s, int c) { return s->main_thread.live[c] + s->others.live[c]; }

static void write_sizes_frame(struct matrix_shared *s) {
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
  begin_frame("sizes");
  add_number("n", pending.iterations);
  add_json("live", json);
  end_frame();
}

/* Reads the counters, before the dialogue of the trim allocates anything. */
static void observe_counters(struct matrix_shared *s) {
  int64_t overhead = (int64_t)s->overhead;
  pending.ms = now_ms() - first_ms;
  pending.bytes = matrix_live_bytes(s);
  pending.blocks = matrix_live_blocks(s);
  pending.page_bytes = matrix_page_bytes(s);
  pending.mark_bytes =
      (s->main_thread.mark_blocks + s->others.mark_blocks) * ((int64_t)MATRIX_MARK_CHUNK + overhead);
  pending.large_blocks = s->main_thread.large_blocks + s->others.large_blocks;
  pending.large_bytes = s->main_thread.large_bytes + s->others.large_bytes + pending.large_blocks * overhead;
  /* How much more was alive at the peak than is now; the next peak is counted from here. */
  pending.peak = s->peak_bytes - s->main_thread.bytes - s->others.bytes;
  if (pending.peak < 0) pending.peak = 0;
  s->peak_bytes = s->main_thread.bytes + s->others.bytes;
}

static void write_sample_frame(struct child *child, struct matrix_shared *s, int with_smaps) {
  struct mapping_sizes sizes;
  samples++;
  begin_frame("sample");
  add_number("n", pending.iterations);
  add_number("stretch", pending.stretch);
  add_json("loops", pending.loops);
  add_flag("outer", pending.boundary == 'o');
  add_number("loopNs", pending.loop_ns);
  add_number("slots", pending.slots);
  add_number("slotBytes", pending.slot_bytes);
  if (pending.heap_pages >= 0) add_number("heapPages", pending.heap_pages);
  if (pending.memsize >= 0) add_number("memsize", pending.memsize);
  add_number("ms", pending.ms);
  add_number("bytes", pending.bytes);
  add_number("blocks", pending.blocks);
  add_number("pageBytes", pending.page_bytes);
  add_number("largeBytes", pending.large_bytes);
  add_number("largeBlocks", pending.large_blocks);
  if (pending.waited >= 0) add_number("waited", pending.waited - first_waited_ms);
  add_number("allocated", s->main_thread.handed_out + s->others.handed_out);
  add_number("byThreads", s->others.allocs);
  add_number("markBytes", pending.mark_bytes);
  add_number("peak", pending.peak);
  if (with_smaps && pending.untrimmed >= 0) add_number("untrimmed", pending.untrimmed);
  if (with_smaps && s->knows_uncounted && s->trim_done > 0) add_number("uncounted", s->uncounted_bytes);
  if (with_smaps && read_smaps(child->pid, &sizes) == 0) {
    add_number("heap", sizes.heap);
    add_number("rss", sizes.rss);
    add_number("anon", sizes.anonymous);
    add_number("code", sizes.code);
    add_number("arenas", sizes.arenas);
    add_number("arenaBytes", sizes.in_arenas);
    if (!setting("MATRIX_OWN_KERNEL", 0)) add_number("pss", sizes.pss); /* where gVisor reports RSS */
  }
  end_frame();
  if (setting("MATRIX_EXPLAIN", 0)) write_maps_frame(child->pid, pending.iterations);
  if (pending.iterations >= next_sizes || pending.stretch != sizes_of) { /* every quarter more iterations: enough to see which sizes grow */
    write_sizes_frame(s);
    next_sizes = pending.iterations + pending.iterations / 4 + 1;
    sizes_of = pending.stretch;
  }
}

/* Reports a line that the prelude does not write, so that the script must have written it. */
static void write_foreign_frame(const char *line) {
  begin_frame("foreign");
  add_text("line", line);
  end_frame();
}

/* Turns `0:1000,3:20` into [[0,1000],[3,20]]; stops at anything else. */
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
  long long n, loop_ns, slots, slot_bytes, heap_pages, memsize, stretch;
  char boundary;
  int due, used = 0;
  if (sscanf(rest, "%lld %c %lld %lld %lld %lld %lld %lld %n", &n, &boundary, &loop_ns, &slots, &slot_bytes,
             &heap_pages, &memsize, &stretch, &used) != 8) {
    write_foreign_frame(rest);
    return;
  }
  read_loops(rest + used);
  pending.stretch = stretch;
  pending.iterations = n;
  pending.boundary = boundary;
  pending.loop_ns = loop_ns;
  pending.slots = slots;
  pending.slot_bytes = slot_bytes;
  pending.heap_pages = heap_pages;
  pending.memsize = memsize;
  if (!reached) {
    reached = 1;
    first_ms = now_ms();
    begin_frame("attached");
    add_flag("counted", shared->owner == child->pid);
    add_text("allocator", shared->allocator);
    add_number("overhead", (int64_t)shared->overhead);
    end_frame();
  }
  observe_counters(shared);
  pending.waited = waited_ms(child->pid);
  if (first_waited_ms < 0) first_waited_ms = pending.waited;
  due = last_smaps_ms == 0 || now_ms() - last_smaps_ms >= setting("MATRIX_SMAPS_MS", 40);
  if (due) {
    last_smaps_ms = now_ms();
    pending.untrimmed = resident_bytes(child->pid);
    if (!setting("MATRIX_TRIM", 1)) { /* here the point is what the allocator keeps */
      write_sample_frame(child, shared, 1);
      answer(child, 'g');
      return;
    }
    shared->trim_asked++;
    answer(child, 't');
    return;
  }
  write_sample_frame(child, shared, 0);
  answer(child, 'g');
}

/* Whether a line is one too many of its kind. */
static int too_many(char word) {
  static int seen[256];
  if (word == 'C' || word == 'T') return samples >= MOST_SAMPLES;
  return seen[strchr("RPEFSLZ", word) ? (unsigned char)word : 0]++ >= MOST_OF_A_KIND;
}

void take_control_line(struct child *child, struct matrix_shared *shared, char *line) {
  char word = line[0], *rest = line[0] && line[1] ? line + 2 : line + strlen(line);
  if (too_many(word)) return;
  switch (word) {
  case 'C': begin_checkpoint(child, shared, rest); break;
  case 'T':
    write_sample_frame(child, shared, 1);
    last_smaps_ms = now_ms();
    answer(child, 'g');
    break;
  case 'R': begin_frame("ruby"); add_text("description64", rest); end_frame(); break;
  case 'S': begin_frame("stretch"); add_text("about", rest); end_frame(); break;
  case 'L': begin_frame("left"); add_text("about", rest); end_frame(); break;
  case 'Z': begin_frame("slept"); add_text("about", rest); end_frame(); break;
  case 'P': begin_frame("past"); add_text("about64", rest); end_frame(); break;
  case 'E': begin_frame("error"); add_text("about64", rest); end_frame(); break;
  case 'F': begin_frame("finished"); add_text("about", rest); end_frame(); break;
  default: write_foreign_frame(line); break;
  }
}
