/* Where the frame of a function's caller is, by the call frame information (.eh_frame) at a return address. */
#ifndef MATRIX_TRACER_FRAME_RULES_H
#define MATRIX_TRACER_FRAME_RULES_H

#include <stdint.h>

enum frame_rule_kind { RULE_UNKNOWN, RULE_STEP, RULE_END };
enum { NOT_SAVED = INT32_MIN };

struct frame_rule {
  uintptr_t pc;
  int32_t cfa_offset, fp_offset, ra_offset; /* from the canonical frame address (CFA), or NOT_SAVED */
  uint8_t kind, cfa_is_fp;
};

/* Reads the rule at a return address. RULE_END where there is none, or it is not a common one. */
void read_rule(struct frame_rule *rule, uintptr_t pc);

#endif
