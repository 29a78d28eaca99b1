/*
 * Reads names from the files of the libraries: from the full symbol table where the file has one (with static functions),
 * from that of a separate debug file, otherwise from the exported names. An address has a name only inside of a symbol:
 * in a stripped library the nearest name would be wrong.
 */
#define _GNU_SOURCE
#include "tracer/native/symbols.h"

#include <elf.h>
#include <limits.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tracer/base/memory.h"
#include "tracer/native/elf-file.h"

enum { LIBRARIES = 512 };

struct named { uint64_t from, to; const char *name; };

struct library {
  char path[PATH_MAX];
  uintptr_t base, from, to;
  int opened, has_lines;
  struct mapped_file file, debug;
  struct named *named;
  size_t names;
};

static struct library *libraries;
static int library_count;

static int by_address(const void *a, const void *b) {
  const struct named *x = a, *y = b;
  return x->from < y->from ? -1 : x->from > y->from;
}

/* Reads the functions of a symbol table. */
static void read_names(struct library *library, struct mapped_file file, const ElfW(Shdr) *table) {
  const ElfW(Shdr) *texts = table ? elf_section(file, table->sh_link) : NULL;
  const ElfW(Sym) *symbols = elf_contents(file, table);
  const char *text = elf_contents(file, texts);
  size_t count = symbols ? table->sh_size / sizeof *symbols : 0, i, kept = 0;
  if (!text || count == 0) return;
  library->named = map_memory(count * sizeof *library->named);
  if (!library->named) return;
  for (i = 0; i < count; i++) {
    unsigned type = symbols[i].st_info & 15;
    if ((type != STT_FUNC && type != STT_GNU_IFUNC) || symbols[i].st_shndx == SHN_UNDEF || symbols[i].st_size == 0 ||
        symbols[i].st_name >= texts->sh_size)
      continue;
    library->named[kept++] =
        (struct named){symbols[i].st_value, symbols[i].st_value + symbols[i].st_size, text + symbols[i].st_name};
  }
  library->names = kept;
  qsort(library->named, kept, sizeof *library->named, by_address);
}

static void open_library(struct library *library) {
  const ElfW(Shdr) *table;
  library->opened = 1;
  library->file = map_file(library->path);
  if (!library->file.bytes) return;
  table = elf_section_of_type(library->file, SHT_SYMTAB);
  library->has_lines = elf_section_named(library->file, ".debug_line") != NULL;
  if (!table || !library->has_lines) library->debug = map_debug_file(library->file, library->path);
  library->has_lines |= elf_section_named(library->debug, ".debug_line") != NULL;
  if (table) read_names(library, library->file, table);
  else if (library->debug.bytes) read_names(library, library->debug, elf_section_of_type(library->debug, SHT_SYMTAB));
  if (library->names == 0) read_names(library, library->file, elf_section_of_type(library->file, SHT_DYNSYM));
}

static int take_library(struct dl_phdr_info *info, size_t size, void *data) {
  struct library *library = &libraries[library_count];
  int i;
  (void)size;
  (void)data;
  if (library_count == LIBRARIES) return 1;
  library->base = info->dlpi_addr;
  library->from = UINTPTR_MAX;
  for (i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *part = &info->dlpi_phdr[i];
    uintptr_t from = info->dlpi_addr + part->p_vaddr, to = from + part->p_memsz;
    if (part->p_type != PT_LOAD || !(part->p_flags & PF_X)) continue;
    if (from < library->from) library->from = from;
    if (to > library->to) library->to = to;
  }
  if (library->to == 0) return 0;
  if (info->dlpi_name && info->dlpi_name[0]) {
    snprintf(library->path, sizeof library->path, "%s", info->dlpi_name);
  } else { /* the program itself comes first and has no name here */
    ssize_t length = readlink("/proc/self/exe", library->path, sizeof library->path - 1);
    library->path[length < 0 ? 0 : length] = 0;
  }
  library_count++;
  return 0;
}

void list_libraries(void) {
  if (!libraries) libraries = map_memory(sizeof *libraries * LIBRARIES);
  library_count = 0;
  if (libraries) dl_iterate_phdr(take_library, NULL);
}

struct symbol find_symbol(uintptr_t pc) {
  struct symbol found = {NULL, NULL, NULL, pc - 1, 0};
  int i;
  for (i = 0; i < library_count; i++) {
    struct library *library = &libraries[i];
    size_t low = 0, high;
    const char *slash;
    if (pc - 1 < library->from || pc - 1 >= library->to) continue;
    if (!library->opened) open_library(library);
    slash = strrchr(library->path, '/');
    found.path = library->path;
    found.library = slash ? slash + 1 : library->path;
    found.offset = pc - 1 - library->base;
    found.has_lines = library->has_lines;
    high = library->names;
    while (low < high) {
      size_t middle = (low + high) / 2;
      if (library->named[middle].from <= found.offset) low = middle + 1;
      else high = middle;
    }
    if (low > 0 && found.offset < library->named[low - 1].to) found.function = library->named[low - 1].name;
    return found;
  }
  return found;
}
