#include "supervisor.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* stdio's buffer makes one write of a frame; the host reads it as fast as it likes, so this may block. */

/* Only the host and we know it: without it a line that somebody else got into our stdout is foreign. */
static char key[64];

void frame_key(const char *text) { snprintf(key, sizeof key, "%s ", text); }

void frame_begin(const char *type) { printf("%s{\"t\":\"%s\"", key, type); }

void frame_number(const char *key, int64_t value) { printf(",\"%s\":%" PRId64, key, value); }

void frame_raw(const char *key, const char *json) { printf(",\"%s\":%s", key, json); }

static void escaped(const char *text) {
  const unsigned char *c = (const unsigned char *)text;
  putchar('"');
  for (; *c; c++) {
    if (*c == '"' || *c == '\\') printf("\\%c", *c);
    else if (*c < 0x20 || *c >= 0x7f) printf("\\u%04x", *c);
    else putchar(*c);
  }
  putchar('"');
}

void frame_text(const char *key, const char *text) {
  printf(",\"%s\":", key);
  escaped(text);
}

void frame_item(const char *text) {
  putchar(',');
  escaped(text);
}

void frame_base64(const char *key, const void *bytes, size_t length) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const unsigned char *b = bytes;
  size_t i;
  printf(",\"%s\":\"", key);
  for (i = 0; i < length; i += 3) {
    uint32_t word = (uint32_t)b[i] << 16;
    if (i + 1 < length) word |= (uint32_t)b[i + 1] << 8;
    if (i + 2 < length) word |= b[i + 2];
    putchar(digits[word >> 18]);
    putchar(digits[word >> 12 & 63]);
    putchar(i + 1 < length ? digits[word >> 6 & 63] : '=');
    putchar(i + 2 < length ? digits[word & 63] : '=');
  }
  putchar('"');
}

void frame_end(void) {
  fputs("}\n", stdout);
  fflush(stdout);
}
