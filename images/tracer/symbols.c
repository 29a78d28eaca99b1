/*
 * Names for return addresses, from the files of the libraries themselves: the full symbol table where the file has
 * it (static functions too), a separate debug file by build id or .gnu_debuglink, the exported names otherwise. A
 * name is only given where the address lies inside of the symbol: a stripped library's nearest name would be a lie.
 */
#define _GNU_SOURCE
#include "tracer.h"

#include <elf.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LIBRARIES = 512 };

struct mapped { const uint8_t *bytes; size_t size; };

struct named { uint64_t from, to; const char *name; };

struct library {
  char path[PATH_MAX];
  uintptr_t base, from, to;
  int opened, has_lines;
  struct mapped file, debug;
  struct named *named;
  size_t names;
};

static struct library *libraries;
static int library_count;

static struct mapped map_file(const char *path) {
  struct mapped file = {NULL, 0};
  struct stat about;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return file;
  if (fstat(fd, &about) == 0 && about.st_size > (off_t)sizeof(ElfW(Ehdr))) {
    void *at = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (at != MAP_FAILED) file = (struct mapped){at, (size_t)about.st_size};
  }
  close(fd);
  if (file.bytes && memcmp(file.bytes, ELFMAG, SELFMAG) != 0) file = (struct mapped){NULL, 0};
  return file;
}

/* The i-th section header; NULL where the file is cut or there is none. */
static const ElfW(Shdr) *section(struct mapped file, unsigned i) {
  const ElfW(Ehdr) *head = (const void *)file.bytes;
  if (!file.bytes || i >= head->e_shnum || head->e_shentsize != sizeof(ElfW(Shdr)) ||
      head->e_shoff + (uint64_t)(i + 1) * sizeof(ElfW(Shdr)) > file.size)
    return NULL;
  return (const ElfW(Shdr) *)(const void *)(file.bytes + head->e_shoff) + i;
}

static const void *contents(struct mapped file, const ElfW(Shdr) *s) {
  if (!s || s->sh_type == SHT_NOBITS || s->sh_offset > file.size || s->sh_size > file.size - s->sh_offset) return NULL;
  return file.bytes + s->sh_offset;
}

static const ElfW(Shdr) *section_named(struct mapped file, const char *name) {
  const ElfW(Shdr) *s, *names = file.bytes ? section(file, ((const ElfW(Ehdr) *)(const void *)file.bytes)->e_shstrndx) : NULL;
  const char *text = contents(file, names);
  unsigned i;
  for (i = 1; text && (s = section(file, i)); i++)
    if (s->sh_name < names->sh_size && strcmp(text + s->sh_name, name) == 0) return s;
  return NULL;
}

static const ElfW(Shdr) *section_of_type(struct mapped file, unsigned type) {
  const ElfW(Shdr) *s;
  unsigned i;
  for (i = 1; (s = section(file, i)); i++)
    if (s->sh_type == type) return s;
  return NULL;
}

static struct mapped debug_by_build_id(struct mapped file) {
  const ElfW(Shdr) *s = section_named(file, ".note.gnu.build-id");
  const uint8_t *note = contents(file, s);
  char path[256];
  size_t i, length, at;
  if (!note || s->sh_size < 20) return (struct mapped){NULL, 0};
  length = note[4] | (size_t)note[5] << 8;
  if (length < 2 || length > 64 || 16 + length > s->sh_size) return (struct mapped){NULL, 0};
  at = (size_t)snprintf(path, sizeof path, "/usr/lib/debug/.build-id/%02x/", note[16]);
  for (i = 1; i < length; i++) at += (size_t)snprintf(path + at, sizeof path - at, "%02x", note[16 + i]);
  snprintf(path + at, sizeof path - at, ".debug");
  return map_file(path);
}

static struct mapped debug_by_link(struct mapped file, const char *library) {
  const ElfW(Shdr) *s = section_named(file, ".gnu_debuglink");
  const char *name = contents(file, s), *slash = strrchr(library, '/');
  char path[PATH_MAX * 2];
  int folder = slash ? (int)(slash - library) : 0;
  struct mapped debug;
  if (!name || memchr(name, 0, s->sh_size) == NULL) return (struct mapped){NULL, 0};
  snprintf(path, sizeof path, "%.*s/.debug/%s", folder, library, name);
  debug = map_file(path);
  if (debug.bytes) return debug;
  snprintf(path, sizeof path, "/usr/lib/debug%.*s/%s", folder, library, name);
  return map_file(path);
}

static int by_address(const void *a, const void *b) {
  const struct named *x = a, *y = b;
  return x->from < y->from ? -1 : x->from > y->from;
}

/* Functions of a symbol table. Where several names share an address the global one comes last, and wins. */
static void read_names(struct library *library, struct mapped file, const ElfW(Shdr) *table) {
  const ElfW(Shdr) *texts = table ? section(file, table->sh_link) : NULL;
  const ElfW(Sym) *symbols = contents(file, table);
  const char *text = contents(file, texts);
  size_t count = symbols ? table->sh_size / sizeof *symbols : 0, i, kept = 0;
  if (!text || count == 0) return;
  library->named = own_memory(count * sizeof *library->named);
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
  table = section_of_type(library->file, SHT_SYMTAB);
  library->has_lines = section_named(library->file, ".debug_line") != NULL;
  if (!table || !library->has_lines) {
    library->debug = debug_by_build_id(library->file);
    if (!library->debug.bytes) library->debug = debug_by_link(library->file, library->path);
  }
  library->has_lines |= section_named(library->debug, ".debug_line") != NULL;
  if (table) read_names(library, library->file, table);
  else if (library->debug.bytes) read_names(library, library->debug, section_of_type(library->debug, SHT_SYMTAB));
  if (library->names == 0) read_names(library, library->file, section_of_type(library->file, SHT_DYNSYM));
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

void symbols_init(void) {
  if (!libraries) libraries = own_memory(sizeof *libraries * LIBRARIES);
  library_count = 0;
  if (libraries) dl_iterate_phdr(take_library, NULL);
}

/* A return address may stand behind the end of its function: the call itself is meant. */
struct symbol symbol_of(uintptr_t pc) {
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
