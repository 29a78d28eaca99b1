/* The dialogue with the prelude: lines of the control pipe, answers, and the samples that come of it. */
#ifndef MATRIX_CHECKPOINT_H
#define MATRIX_CHECKPOINT_H

#include <stdint.h>

#include "probe/layout.h"
#include "supervisor/child.h"

/* Takes one line, without its newline. */
void take_control_line(struct child *child, struct matrix_shared *shared, char *line);

/* Whether the script has come to a first checkpoint, and when. */
int checkpoint_reached(void);
int64_t first_checkpoint_ms(void);

#endif
