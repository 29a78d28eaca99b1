#include "supervisor/frames.h"

#include <stdio.h>

#include "json/json.h"

/* stdio's buffer collects a frame into one write, which blocks while the host has not read earlier ones. */

static char frame_key[64];

void set_frame_key(const char *text) { snprintf(frame_key, sizeof frame_key, "%s ", text); }

void begin_frame(const char *type) { printf("%s{\"t\":\"%s\"", frame_key, type); }

void add_number(const char *key, int64_t value) { json_number(stdout, key, value); }

void add_flag(const char *key, int value) { add_json(key, value ? "true" : "false"); }

void add_text(const char *key, const char *text) { json_text(stdout, key, text); }

void add_json(const char *key, const char *json) { printf(",\"%s\":%s", key, json); }

void add_bytes(const char *key, const void *bytes, size_t length) {
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

void end_frame(void) {
  fputs("}\n", stdout);
  fflush(stdout);
}
