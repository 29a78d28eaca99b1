/*
 * The rule at a return address never changes, so it is read once and kept: a frame then costs a few nanoseconds, where
 * libgcc's own unwinder costs a microsecond.
 */
#include "tracer/native/unwind.h"

#include "tracer/base/hash.h"
#include "tracer/native/frame-rules.h"

enum { CACHED = 1 << 14 };
static struct frame_rule cache[CACHED];

static uintptr_t strip_signature(uintptr_t pc) {
#if defined(__aarch64__)
  return pc & 0x0000ffffffffffffull;
#else
  return pc;
#endif
}

__attribute__((noinline)) int unwind_stack(uintptr_t *pcs, int max) {
  uintptr_t pc = (uintptr_t)__builtin_return_address(0), sp = (uintptr_t)__builtin_dwarf_cfa();
  uintptr_t fp = *(uintptr_t *)__builtin_frame_address(0);
  int depth = 0;
  while (depth < max) {
    struct frame_rule *rule;
    uintptr_t cfa;
    pc = strip_signature(pc);
    if (pc < 4096) break;
    pcs[depth++] = pc;
    rule = &cache[(pc * GOLDEN_RATIO) >> 50];
    if (rule->pc != pc) read_rule(rule, pc);
    if (rule->kind != RULE_STEP) break;
    cfa = (rule->cfa_is_fp ? fp : sp) + (uintptr_t)(intptr_t)rule->cfa_offset;
    if (cfa <= sp) break; /* a stack only grows one way */
    pc = *(uintptr_t *)(cfa + (uintptr_t)(intptr_t)rule->ra_offset);
    if (rule->fp_offset != NOT_SAVED) fp = *(uintptr_t *)(cfa + (uintptr_t)(intptr_t)rule->fp_offset);
    sp = cfa;
  }
  return depth;
}
