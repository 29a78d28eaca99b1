/* The dialogue with the prelude: lines of the control pipe, answers, and the samples that result. */
#ifndef MATRIX_CHECKPOINT_H
#define MATRIX_CHECKPOINT_H

#include <stdint.h>

#include "probe/layout.h"
#include "supervisor/child.h"

/*
 * Processes one line of the control pipe, without its newline: a letter, then its content. Text from the script is in
 * base64.
 *
 *   R cnVieSAyLjcuNHAx…              the interpreter's description
 *   S 0 2 dGVzdF9hAAA=              a stretch began: its number, its loop's place in the script, its context
 *   C 4000 o 1830522 51022 2040880 3276800 -1 0 0:4000,2:12000
 *                                   a checkpoint: iterations, o(uter) or i(nner), nanoseconds in the loop, live slots,
 *                                   their bytes, those of their pages (-1: unknown), memsize (-1: not read), the stretch,
 *                                   iterations of each loop.
 *                                   The answer is "g", continue; or "t", allocate once, which trims, and say T
 *   T                               the trim is done; the answer is "g"
 *   L 0 end 12000                   the stretch was left: end, cut, raised or taken; iterations of its loop
 *   P …                             a loop that continued past its own end failed there
 *   Z 50                            sleeps of so many milliseconds are shortened
 *   E …                             the script ended by an exception
 *   F end 0 12000 0:12000           the script ended: how, its status, iterations of all loops and of each
 *
 * The script wrote anything else: that is reported as foreign.
 */
void take_control_line(struct child *child, struct matrix_shared *shared, char *line);

/* Whether the script has reached a first checkpoint. */
int checkpoint_reached(void);

/*
 * Whether more milliseconds have passed since then, without those that the script waited for a processor, which a busy
 * machine makes it do. At most half of all count as waiting: a script comes to its end within twice its budget.
 */
int has_looped_for(int64_t limit_ms, pid_t script);

#endif
