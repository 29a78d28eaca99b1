/* Sections of an ELF file, and the separate file that holds a library's debug information. */
#ifndef MATRIX_TRACER_ELF_FILE_H
#define MATRIX_TRACER_ELF_FILE_H

#include <link.h>
#include <stddef.h>
#include <stdint.h>

/* `bytes` is NULL where there is no such file, or it is not an ELF file. */
struct mapped_file { const uint8_t *bytes; size_t size; };

struct mapped_file map_file(const char *path);

/* Section headers: the i-th, and the first with a name or type. NULL where there is none, or the file ends before it. */
const ElfW(Shdr) *elf_section(struct mapped_file file, unsigned i);
const ElfW(Shdr) *elf_section_named(struct mapped_file file, const char *name);
const ElfW(Shdr) *elf_section_of_type(struct mapped_file file, unsigned type);

/* The bytes of a section; NULL where they are not in the file. */
const void *elf_contents(struct mapped_file file, const ElfW(Shdr) *section);

/* Maps the debug file of a library, found by its build id, otherwise by .gnu_debuglink. */
struct mapped_file map_debug_file(struct mapped_file file, const char *library);

#endif
