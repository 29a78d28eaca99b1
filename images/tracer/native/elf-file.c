#define _GNU_SOURCE
#include "tracer/native/elf-file.h"

#include <elf.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct mapped_file map_file(const char *path) {
  struct mapped_file file = {NULL, 0};
  struct stat about;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return file;
  if (fstat(fd, &about) == 0 && about.st_size > (off_t)sizeof(ElfW(Ehdr))) {
    void *at = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (at != MAP_FAILED) file = (struct mapped_file){at, (size_t)about.st_size};
  }
  close(fd);
  if (file.bytes && memcmp(file.bytes, ELFMAG, SELFMAG) != 0) file = (struct mapped_file){NULL, 0};
  return file;
}

const ElfW(Shdr) *elf_section(struct mapped_file file, unsigned i) {
  const ElfW(Ehdr) *head = (const void *)file.bytes;
  if (!file.bytes || i >= head->e_shnum || head->e_shentsize != sizeof(ElfW(Shdr)) ||
      head->e_shoff + (uint64_t)(i + 1) * sizeof(ElfW(Shdr)) > file.size)
    return NULL;
  return (const ElfW(Shdr) *)(const void *)(file.bytes + head->e_shoff) + i;
}

const void *elf_contents(struct mapped_file file, const ElfW(Shdr) *s) {
  if (!s || s->sh_type == SHT_NOBITS || s->sh_offset > file.size || s->sh_size > file.size - s->sh_offset) return NULL;
  return file.bytes + s->sh_offset;
}

const ElfW(Shdr) *elf_section_named(struct mapped_file file, const char *name) {
  const ElfW(Shdr) *s, *names = file.bytes ? elf_section(file, ((const ElfW(Ehdr) *)(const void *)file.bytes)->e_shstrndx) : NULL;
  const char *text = elf_contents(file, names);
  unsigned i;
  for (i = 1; text && (s = elf_section(file, i)); i++)
    if (s->sh_name < names->sh_size && strcmp(text + s->sh_name, name) == 0) return s;
  return NULL;
}

const ElfW(Shdr) *elf_section_of_type(struct mapped_file file, unsigned type) {
  const ElfW(Shdr) *s;
  unsigned i;
  for (i = 1; (s = elf_section(file, i)); i++)
    if (s->sh_type == type) return s;
  return NULL;
}

static struct mapped_file debug_by_build_id(struct mapped_file file) {
  const ElfW(Shdr) *s = elf_section_named(file, ".note.gnu.build-id");
  const uint8_t *note = elf_contents(file, s);
  char path[256];
  size_t i, length, at;
  if (!note || s->sh_size < 20) return (struct mapped_file){NULL, 0};
  length = note[4] | (size_t)note[5] << 8;
  if (length < 2 || length > 64 || 16 + length > s->sh_size) return (struct mapped_file){NULL, 0};
  at = (size_t)snprintf(path, sizeof path, "/usr/lib/debug/.build-id/%02x/", note[16]);
  for (i = 1; i < length; i++) at += (size_t)snprintf(path + at, sizeof path - at, "%02x", note[16 + i]);
  snprintf(path + at, sizeof path - at, ".debug");
  return map_file(path);
}

static struct mapped_file debug_by_link(struct mapped_file file, const char *library) {
  const ElfW(Shdr) *s = elf_section_named(file, ".gnu_debuglink");
  const char *name = elf_contents(file, s), *slash = strrchr(library, '/');
  char path[PATH_MAX * 2];
  int folder = slash ? (int)(slash - library) : 0;
  struct mapped_file debug;
  if (!name || memchr(name, 0, s->sh_size) == NULL) return (struct mapped_file){NULL, 0};
  snprintf(path, sizeof path, "%.*s/.debug/%s", folder, library, name);
  debug = map_file(path);
  if (debug.bytes) return debug;
  snprintf(path, sizeof path, "/usr/lib/debug%.*s/%s", folder, library, name);
  return map_file(path);
}

struct mapped_file map_debug_file(struct mapped_file file, const char *library) {
  struct mapped_file debug = debug_by_build_id(file);
  return debug.bytes ? debug : debug_by_link(file, library);
}
