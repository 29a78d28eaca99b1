#include "json/json.h"

#include <inttypes.h>
#include <string.h>

/*
 * Measures the UTF-8 character at `at`. Where there is none, `valid` is 0, and the length is that of the bytes which one
 * U+FFFD replaces, as in browsers and Node.
 */
static size_t character(const unsigned char *at, size_t left, int *valid) {
  unsigned char first = *at;
  unsigned char low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  unsigned char high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  size_t length = first < 0xc2 || first > 0xf4 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4, i;
  *valid = first < 0x80 || length > 1;
  for (i = 1; i < length; i++) {
    if (i == left || at[i] < low || at[i] > high) {
      *valid = 0;
      return i;
    }
    low = 0x80, high = 0xbf;
  }
  return length;
}

void json_string(FILE *out, const char *text, size_t length) {
  const unsigned char *at = (const unsigned char *)text, *end = at + length;
  putc('"', out);
  while (at < end) {
    int valid;
    size_t bytes = character(at, (size_t)(end - at), &valid);
    if (!valid) fputs("\\ufffd", out);
    else if (*at == '"' || *at == '\\') fprintf(out, "\\%c", *at);
    else if (*at < 0x20 || *at == 0x7f) fprintf(out, "\\u%04x", *at);
    else fwrite(at, 1, bytes, out);
    at += bytes;
  }
  putc('"', out);
}

void json_text(FILE *out, const char *key, const char *text) {
  fprintf(out, ",\"%s\":", key);
  if (text) json_string(out, text, strlen(text));
  else fputs("null", out);
}

void json_number(FILE *out, const char *key, int64_t value) { fprintf(out, ",\"%s\":%" PRId64, key, value); }

void json_numbers(FILE *out, const int64_t *values, size_t count) {
  size_t i;
  putc('[', out);
  for (i = 0; i < count; i++) fprintf(out, "%s%" PRId64, i ? "," : "", values[i]);
  putc(']', out);
}
