/*
 * Runs the small programs of .eh_frame up to the row that is valid at an address. Knows the instructions that compilers
 * use (x86-64, arm64); anything else (hand-written assembly, code of a JIT compiler) ends a stack.
 */
#include "tracer/native/frame-rules.h"

#include <stddef.h>
#include <string.h>

#if defined(__x86_64__)
enum { FP_REGISTER = 6, SP_REGISTER = 7, RA_REGISTER = 16 };
#elif defined(__aarch64__)
enum { FP_REGISTER = 29, SP_REGISTER = 31, RA_REGISTER = 30 };
#else
enum { FP_REGISTER = -1, SP_REGISTER = -2, RA_REGISTER = -3 };
#endif

/* A function of libgcc: finds the entry of .eh_frame for a pc, and the beginning of its function. */
struct dwarf_eh_bases { void *text, *data, *function; };
extern const void *_Unwind_Find_FDE(void *pc, struct dwarf_eh_bases *bases);

struct row { int cfa_register; int64_t cfa_offset, fp, ra; int fp_lost; };

/* Reads a number of any length, seven bits per byte. `shift` becomes its number of bits, `last` its last byte. */
static uint64_t leb(const uint8_t **at, int *shift, uint8_t *last) {
  uint64_t value = 0;
  *shift = 0;
  do {
    *last = *(*at)++;
    if (*shift < 64) value |= (uint64_t)(*last & 0x7f) << *shift;
    *shift += 7;
  } while (*last & 0x80);
  return value;
}

static uint64_t uleb(const uint8_t **at) {
  int shift;
  uint8_t last;
  return leb(at, &shift, &last);
}

static int64_t sleb(const uint8_t **at) {
  int shift;
  uint8_t last;
  uint64_t value = leb(at, &shift, &last);
  if (shift < 64 && (last & 0x40)) value |= ~(uint64_t)0 << shift;
  return (int64_t)value;
}

static uint32_t word(const uint8_t *at) { uint32_t value; memcpy(&value, at, 4); return value; }

/* Number of bytes of a pointer in this encoding. */
static size_t encoded_size(uint8_t encoding) {
  switch (encoding & 0x07) {
  case 2: return 2;
  case 3: return 4;
  default: return 8;
  }
}

struct program { uint64_t code_align; int64_t data_align; const uint8_t *end; };

static void saved(struct row *row, uint64_t reg, int64_t offset) {
  if (reg == FP_REGISTER) row->fp = offset;
  if (reg == RA_REGISTER) row->ra = offset;
}

static void lost(struct row *row, uint64_t reg) {
  if (reg == FP_REGISTER) row->fp_lost = 1;
  if (reg == RA_REGISTER) row->ra = NOT_SAVED;
}

/* Runs the instructions up to the row that is valid at `pc`. 0 where an instruction is unknown. */
static int run(const struct program *program, const uint8_t *at, uintptr_t location, uintptr_t pc, struct row *row,
               const struct row *initial) {
  struct row kept[8];
  int depth = 0;
  while (at < program->end) {
    uint8_t op = *at++;
    uint64_t reg;
    if ((op & 0xc0) == 0x40) {
      location += (op & 0x3f) * program->code_align;
      if (location > pc) return 1;
      continue;
    }
    if ((op & 0xc0) == 0x80) { reg = op & 0x3f; saved(row, reg, (int64_t)uleb(&at) * program->data_align); continue; }
    if ((op & 0xc0) == 0xc0) op = 0x06, at--; /* restore, with the register in the same byte */
    switch (op) {
    case 0x00: break;
    case 0x02: location += *at++ * program->code_align; if (location > pc) return 1; break;
    case 0x03: location += (uint64_t)(at[0] | at[1] << 8) * program->code_align; at += 2; if (location > pc) return 1; break;
    case 0x04: location += word(at) * program->code_align; at += 4; if (location > pc) return 1; break;
    case 0x05: reg = uleb(&at); saved(row, reg, (int64_t)uleb(&at) * program->data_align); break;
    case 0x06:
      reg = (*at & 0xc0) == 0xc0 ? (uint64_t)(*at++ & 0x3f) : uleb(&at);
      if (initial == NULL) return 0;
      if (reg == FP_REGISTER) row->fp = initial->fp, row->fp_lost = 0;
      if (reg == RA_REGISTER) row->ra = initial->ra;
      break;
    case 0x07: reg = uleb(&at); if (reg == RA_REGISTER) return 0; lost(row, reg); break;
    case 0x08: reg = uleb(&at); saved(row, reg, NOT_SAVED); break;
    case 0x09: reg = uleb(&at); uleb(&at); lost(row, reg); break;
    case 0x0a: if (depth == 8) return 0; kept[depth++] = *row; break;
    case 0x0b: if (depth == 0) return 0; *row = kept[--depth]; break;
    case 0x0c: row->cfa_register = (int)uleb(&at); row->cfa_offset = (int64_t)uleb(&at); break;
    case 0x0d: row->cfa_register = (int)uleb(&at); break;
    case 0x0e: row->cfa_offset = (int64_t)uleb(&at); break;
    case 0x0f: { uint64_t length = uleb(&at); at += length; row->cfa_register = -1; break; }
    case 0x10: case 0x16: { uint64_t length; reg = uleb(&at); length = uleb(&at); at += length; lost(row, reg); break; }
    case 0x11: reg = uleb(&at); saved(row, reg, sleb(&at) * program->data_align); break;
    case 0x12: row->cfa_register = (int)uleb(&at); row->cfa_offset = sleb(&at) * program->data_align; break;
    case 0x13: row->cfa_offset = sleb(&at) * program->data_align; break;
    case 0x14: reg = uleb(&at); uleb(&at); lost(row, reg); break;
    case 0x15: reg = uleb(&at); sleb(&at); lost(row, reg); break;
    case 0x2d: break; /* arm64: the return address is signed from here on */
    case 0x2e: uleb(&at); break;
    default: return 0;
    }
  }
  return 1;
}

/* Reads the part that descriptions of functions share. 0 where it is unknown. */
static int read_cie(const uint8_t *cie, struct program *program, const uint8_t **instructions, uint8_t *encoding,
                    int *has_data) {
  const uint8_t *at = cie + 8;
  const char *augmentation;
  uint8_t version = *at++;
  program->end = cie + 4 + word(cie);
  augmentation = (const char *)at;
  at += strlen(augmentation) + 1;
  program->code_align = uleb(&at);
  program->data_align = sleb(&at);
  if (version == 1) at++;
  else uleb(&at);
  *encoding = 0;
  *has_data = *augmentation == 'z';
  if (*has_data) {
    const uint8_t *end;
    uint64_t length = uleb(&at);
    end = at + length;
    for (augmentation++; *augmentation; augmentation++) {
      if (*augmentation == 'R') *encoding = *at++;
      else if (*augmentation == 'L') at++;
      else if (*augmentation == 'P') { uint8_t own = *at++; at += encoded_size(own); }
      else if (*augmentation == 'S') return 0;
      else if (*augmentation != 'B') break;
    }
    at = end;
  }
  *instructions = at;
  return 1;
}

void read_rule(struct frame_rule *rule, uintptr_t pc) {
  struct dwarf_eh_bases bases = {0};
  const uint8_t *fde = _Unwind_Find_FDE((void *)(pc - 1), &bases), *instructions, *at;
  struct program program;
  struct row row = {-1, 0, NOT_SAVED, NOT_SAVED, 0}, initial;
  uint8_t encoding;
  int has_data;
  rule->pc = pc;
  rule->kind = RULE_END;
  if (fde == NULL) return;
  if (!read_cie(fde + 4 - (int32_t)word(fde + 4), &program, &instructions, &encoding, &has_data)) return;
  if (!run(&program, instructions, 0, UINTPTR_MAX, &row, NULL)) return;
  initial = row;
  at = fde + 8 + 2 * encoded_size(encoding);
  if (has_data) { uint64_t length = uleb(&at); at += length; }
  program.end = fde + 4 + word(fde);
  if (!run(&program, at, (uintptr_t)bases.function, pc - 1, &row, &initial)) return;
  if (row.ra == NOT_SAVED || row.fp_lost || (row.cfa_register != SP_REGISTER && row.cfa_register != FP_REGISTER)) return;
  rule->cfa_is_fp = row.cfa_register == FP_REGISTER;
  rule->cfa_offset = (int32_t)row.cfa_offset;
  rule->fp_offset = (int32_t)row.fp;
  rule->ra_offset = (int32_t)row.ra;
  rule->kind = RULE_STEP;
}
