#include "tracer/report.h"

#include "json/json.h"
#include "tracer/base/memory.h"
#include "tracer/native/demangle.h"
#include "tracer/native/source-lines.h"
#include "tracer/native/symbols.h"
#include "tracer/ruby/object-places.h"
#include "tracer/sites/choose-sites.h"
#include "tracer/sites/live-blocks.h"

enum { WITH_LINES = 6 }; /* sites whose source lines are looked up */

static void write_ruby_place(FILE *out, const struct ruby_place *place) {
  fprintf(out, "{\"at\":%d", (int)place->line);
  json_text(out, "file", text_of(place->file));
  json_text(out, "method", text_of(place->method));
  fputs("}", out);
}

static void write_marks(FILE *out, const struct counters *marks) {
  int i;
  fputs(",\"marks\":[", out);
  for (i = 0; i < MARKS; i++) {
    const int64_t values[] = {marks[i].allocs, marks[i].frees, marks[i].blocks, marks[i].bytes};
    if (i) fputs(",", out);
    json_numbers(out, values, 4);
  }
  fputs("]", out);
}

static void write_ruby_stack(FILE *out, const struct ruby_stack *ruby) {
  uint32_t i;
  fputs(",\"ruby\":[", out);
  for (i = 0; i < ruby->depth; i++) {
    if (i) fputs(",", out);
    write_ruby_place(out, &ruby->frames[i]);
  }
  fputs("]", out);
  if (ruby->script.line != 0) {
    fputs(",\"script\":", out);
    write_ruby_place(out, &ruby->script);
  }
  json_text(out, "called", text_of(ruby->called));
  if (ruby->receiver_class)
    fprintf(out, ",\"receiver\":\"0x%llx\",\"ofClass\":%s", (unsigned long long)(ruby->receiver_class & ~(uintptr_t)1),
            ruby->receiver_class & 1 ? "true" : "false");
}

static void write_c_stack(FILE *out, const struct site *site) {
  uint32_t i;
  fputs(",\"stack\":[", out);
  for (i = 0; i < site->depth; i++) {
    struct symbol symbol = find_symbol(site->pcs[i]);
    char buffer[512];
    fprintf(out, "%s{\"offset\":%llu", i ? "," : "", (unsigned long long)symbol.offset);
    json_text(out, "function", demangle_name(symbol.function, buffer, sizeof buffer));
    json_text(out, "library", symbol.library);
    json_text(out, "path", symbol.path);
    fputs("}", out);
  }
  fputs("]", out);
}

static void write_site(FILE *out, const struct site *site) {
  fputs("{\"matrix\":\"site\"", out);
  json_number(out, "size", site->size);
  json_number(out, "varied", site->varied);
  write_marks(out, site->marks);
  write_ruby_stack(out, &site->ruby);
  write_c_stack(out, site);
  fputs("}\n", out);
}

struct lines_writer { FILE *out; int open; };

static void end_lines(struct lines_writer *writer) {
  if (writer->open) fputs("]}\n", writer->out);
}

static void write_source_frame(const struct source_frame *frame, void *data) {
  struct lines_writer *writer = data;
  FILE *out = writer->out;
  if (frame->inlined_in == 0) {
    end_lines(writer);
    fputs("{\"matrix\":\"lines\"", out);
    json_text(out, "path", frame->path);
    json_number(out, "offset", (int64_t)frame->offset);
    fputs(",\"frames\":[", out);
    writer->open = 1;
  }
  fprintf(out, "%s{\"at\":%ld", frame->inlined_in ? "," : "", frame->line);
  json_text(out, "function", frame->function);
  json_text(out, "file", frame->file);
  fputs("}", out);
}

static void write_sites(FILE *out, struct site **list, size_t count) {
  struct lines_writer writer = {out, 0};
  size_t i;
  uint32_t depth;
  for (i = 0; i < count; i++) write_site(out, list[i]);
  for (i = 0; i < count && i < WITH_LINES; i++)
    for (depth = 0; depth < list[i]->depth; depth++) want_source_lines(list[i]->pcs[depth]);
  each_source_frame(write_source_frame, &writer);
  end_lines(&writer);
}

void report_sites(FILE *out, int everything) {
  int64_t iterations[MARKS];
  uint32_t count;
  struct site **list;
  int i;
  all_sites(&count);
  list = map_memory(count * sizeof *list);
  if (!list) return;
  list_libraries();
  for (i = 0; i < MARKS; i++) iterations[i] = iterations_at(i);
  fputs("{\"matrix\":\"trace\",\"iterations\":", out);
  json_numbers(out, iterations, MARKS);
  json_number(out, "oneInBlocks", one_in_blocks());
  fputs("}\n", out);
  write_sites(out, list, choose_growing_sites(list));
  if (everything) write_sites(out, list, choose_busy_sites(list));
}

static void write_object_place(const struct object_place *place, void *data) {
  FILE *out = data;
  fputs("{\"matrix\":\"place\"", out);
  json_text(out, "file", text_of(place->inner.file));
  json_number(out, "line", place->inner.line);
  json_number(out, "script", place->script_line);
  json_number(out, "count", place->count);
  json_number(out, "made", place->to - place->from);
  if (place->object_class) fprintf(out, ",\"class\":\"0x%llx\"", (unsigned long long)place->object_class);
  fputs("}\n", out);
}

void report_object_places(FILE *out) {
  int64_t lost = each_object_place(write_object_place, out);
  if (lost < 0) return;
  fputs("{\"matrix\":\"counted\"", out);
  json_number(out, "lost", lost);
  fputs("}\n", out);
}
