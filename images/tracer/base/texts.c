#include "tracer/base/texts.h"

#include <stddef.h>
#include <string.h>

#include "tracer/base/hash.h"
#include "tracer/base/memory.h"

enum { TEXTS = 1 << 14, TEXT_BYTES = 2 << 20, LONGEST_TEXT = 1024 };

static char *texts;
static uint32_t used_bytes = 1, table[TEXTS * 2], kept_texts;

void start_texts(void) {
  if (!texts) texts = map_memory(TEXT_BYTES);
}

/* The id is the text's place in one long run of texts. */
text_id intern_text(const char *text) {
  size_t length = text == NULL ? 0 : strnlen(text, LONGEST_TEXT);
  uint64_t slot;
  if (length == 0 || texts == NULL) return 0;
  for (slot = hash_bytes(HASH_START, text, length);; slot++) {
    uint32_t *entry = &table[slot & (TEXTS * 2 - 1)];
    if (*entry == 0) {
      if (kept_texts == TEXTS || used_bytes + length + 1 > TEXT_BYTES) return 0;
      memcpy(texts + used_bytes, text, length);
      *entry = used_bytes;
      used_bytes += (uint32_t)length + 1;
      kept_texts++;
      return *entry;
    }
    if (strncmp(texts + *entry, text, length) == 0 && texts[*entry + length] == 0) return *entry;
  }
}

const char *text_of(text_id id) { return id == 0 ? NULL : texts + id; }
