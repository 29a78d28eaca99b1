#include "supervisor/observe.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

#include "json/json.h"
#include "supervisor/frames.h"

enum { MOST_MAPPINGS = 20000 };

int64_t now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Old C libraries have neither the function nor the names. */
#ifndef SYS_memfd_create
#ifdef __aarch64__
#define SYS_memfd_create 279
#else
#define SYS_memfd_create 319
#endif
#endif
enum { ALLOW_SEALING = 2, ADD_SEALS = 1033, SEALED_SIZE = 1 | 2 | 4 }; /* seal, shrink, grow */

/* Makes memory without a name, of a fixed size: a script that could shorten it would end the supervisor by SIGBUS. */
struct matrix_shared *create_mapping(int *probe) {
  struct matrix_shared *shared;
  int fd = (int)syscall(SYS_memfd_create, "matrix-probe", ALLOW_SEALING);
  if (fd < 0) return NULL;
  if (ftruncate(fd, sizeof *shared) != 0 || fcntl(fd, ADD_SEALS, SEALED_SIZE) != 0) { close(fd); return NULL; }
  shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  *probe = fd;
  return shared == MAP_FAILED ? NULL : shared;
}

/* Tells the two kinds of lines in smaps apart: a header begins with an address in lower-case hex, a field with a capital. */
static int is_header(const char *line) { return (*line >= '0' && *line <= '9') || (*line >= 'a' && *line <= 'f'); }

static int64_t kilobytes(const char *line) { return strtoll(strchr(line, ':') + 1, NULL, 10) * 1024; }

/* `7f92-7f93 r-xp 00000000 00:00 0`: machine code from no file, so of a JIT compiler. */
static int is_code_without_file(const char *line) {
  char permissions[8];
  unsigned long long inode;
  return sscanf(line, "%*x-%*x %7s %*x %*s %llu", permissions, &inode) == 2 && inode == 0 && permissions[2] == 'x' &&
         strstr(line, "[v") == NULL; /* [vdso], [vsyscall] */
}

/* glibc reserves this much for each further arena, at a multiple of it, and makes it accessible from its start on. */
#define ARENA_BYTES (64ULL << 20)

struct range { unsigned long long from, to; };

/* `7f9a44000000-7f9a44021000 rw-p 00000000 00:00 0`: anonymous memory without a name, which may hold an arena. */
static int may_hold_arena(const char *line, struct range *range) {
  char permissions[8], name[2];
  unsigned long long inode;
  return sscanf(line, "%llx-%llx %7s %*x %*s %llu %1s", &range->from, &range->to, permissions, &inode, name) == 4 &&
         inode == 0 && permissions[1] == 'w';
}

/*
 * Accessible bytes of the arena at the end of a mapping; 0 where there is none. The kernel may have joined it with memory
 * before it. The rest of an arena, not accessible yet, is the next mapping; a full arena has no rest.
 */
static int64_t arena_in(const struct range *mapping, const char *next) {
  char permissions[8];
  struct range rest;
  unsigned long long from;
  if (mapping->to - mapping->from == ARENA_BYTES && mapping->from % ARENA_BYTES == 0) return ARENA_BYTES;
  if (sscanf(next, "%llx-%llx %7s", &rest.from, &rest.to, permissions) != 3 || rest.from != mapping->to ||
      permissions[0] != '-')
    return 0;
  from = rest.to - ARENA_BYTES;
  return rest.to % ARENA_BYTES == 0 && from >= mapping->from && from < mapping->to ? (int64_t)(mapping->to - from) : 0;
}

int read_smaps(pid_t pid, struct mapping_sizes *sizes) {
  char path[64], line[4096];
  int in_heap = 0, is_code = 0;
  int64_t resident = 0;
  struct range mapping = {0, 0};
  FILE *file;
  memset(sizes, 0, sizeof *sizes);
  snprintf(path, sizeof path, "/proc/%d/smaps", (int)pid);
  file = fopen(path, "re");
  if (!file) return -1;
  while (fgets(line, sizeof line, file)) {
    if (is_header(line)) {
      int64_t bytes = mapping.to > 0 ? arena_in(&mapping, line) : 0;
      sizes->arenas += bytes > 0;
      sizes->in_arenas += bytes < resident ? bytes : resident;
      if (!may_hold_arena(line, &mapping)) mapping.to = 0;
      in_heap = strstr(line, "[heap]") != NULL;
      is_code = is_code_without_file(line);
    } else if (!strncmp(line, "Rss:", 4)) {
      resident = kilobytes(line);
      sizes->rss += resident;
      if (in_heap) sizes->heap += resident;
    } else if (!strncmp(line, "Pss:", 4)) {
      sizes->pss += kilobytes(line);
    } else if (!strncmp(line, "Anonymous:", 10)) {
      sizes->anonymous += kilobytes(line);
      if (is_code) sizes->code += kilobytes(line);
    }
  }
  fclose(file);
  return 0;
}

/* Reads the second number in a file of the process under /proc; -1 where it cannot be read. */
static int64_t second_number(pid_t pid, const char *name) {
  char path[64];
  long long first, second = -1;
  FILE *file;
  snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
  file = fopen(path, "re");
  if (!file) return -1;
  if (fscanf(file, "%lld %lld", &first, &second) != 2) second = -1;
  fclose(file);
  return second < 0 ? -1 : (int64_t)second;
}

int64_t resident_bytes(pid_t pid) {
  int64_t pages = second_number(pid, "statm");
  return pages < 0 ? -1 : pages * sysconf(_SC_PAGESIZE);
}

int64_t waited_ms(pid_t pid) {
  int64_t nanoseconds = second_number(pid, "schedstat");
  return nanoseconds < 0 ? -1 : nanoseconds / 1000000;
}

static void map_entry(int first, int64_t bytes, int64_t resident, const char *permissions, const char *name) {
  printf("%s[%lld,%lld,", first ? "" : ",", (long long)bytes, (long long)resident);
  json_string(stdout, permissions, strlen(permissions));
  putchar(',');
  json_string(stdout, name, strlen(name));
  putchar(']');
}

/* Each mapping has bytes, resident bytes, permissions and a name. */
void write_maps_frame(pid_t pid, int64_t iterations) {
  char path[64], line[4096], permissions[8] = "", name[512] = "";
  int64_t bytes = -1, resident = 0;
  int entries = 0;
  FILE *file;
  snprintf(path, sizeof path, "/proc/%d/smaps", (int)pid);
  file = fopen(path, "re");
  if (!file) return;
  begin_frame("maps");
  add_number("n", iterations);
  add_json("maps", "[");
  while (fgets(line, sizeof line, file) && entries < MOST_MAPPINGS) {
    unsigned long long from, to;
    if (!is_header(line)) {
      if (!strncmp(line, "Rss:", 4)) resident = kilobytes(line);
      continue;
    }
    if (bytes >= 0) map_entry(entries++ == 0, bytes, resident, permissions, name);
    name[0] = 0;
    if (sscanf(line, "%llx-%llx %7s %*s %*s %*s %511[^\n]", &from, &to, permissions, name) < 3) { bytes = -1; continue; }
    bytes = (int64_t)(to - from);
    resident = 0;
  }
  if (bytes >= 0) map_entry(entries == 0, bytes, resident, permissions, name);
  putchar(']');
  end_frame();
  fclose(file);
}

/* Reads a counter of the container: a line of "NAME NUMBER" in a file of cgroup v2, or of v1. 0 where there is none. */
static int64_t container_count(const char *v2, const char *v1, const char *name) {
  const char *files[] = {v2, v1};
  size_t i, length = strlen(name);
  for (i = 0; i < 2; i++) {
    char line[256];
    FILE *file = fopen(files[i], "re");
    int64_t count = -1;
    if (!file) continue;
    while (fgets(line, sizeof line, file))
      if (!strncmp(line, name, length) && line[length] == ' ') count = strtoll(line + length, NULL, 10);
    fclose(file);
    if (count >= 0) return count;
  }
  return 0;
}

int64_t oom_kills(void) {
  return container_count("/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control", "oom_kill");
}

int64_t tasks_refused(void) {
  return container_count("/sys/fs/cgroup/pids.events", "/sys/fs/cgroup/pids/pids.events", "max");
}

static void pretty_name(char *name, size_t size) {
  char line[256];
  FILE *file = fopen("/etc/os-release", "re");
  snprintf(name, size, "unknown");
  if (!file) return;
  while (fgets(line, sizeof line, file)) {
    if (strncmp(line, "PRETTY_NAME=", 12)) continue;
    char *from = line + 12;
    if (*from == '"' || *from == '\'') from++;
    from[strcspn(from, "\"'\r\n")] = 0;
    snprintf(name, size, "%s", from);
  }
  fclose(file);
}

void write_hello_frame(void) {
  struct utsname system;
  char os[256], libc[64] = "unknown", directory[4096] = "";
  uname(&system);
  pretty_name(os, sizeof os);
#ifdef __GLIBC__
  snprintf(libc, sizeof libc, "glibc %s", gnu_get_libc_version());
#else
  snprintf(libc, sizeof libc, "musl");
#endif
  if (!getcwd(directory, sizeof directory)) directory[0] = 0;
  begin_frame("hello");
  add_text("os", os);
  add_text("libc", libc);
  add_text("arch", system.machine);
  add_text("workdir", directory);
  if (getenv("MATRIX_RUNTIME")) add_text("runtime", getenv("MATRIX_RUNTIME"));
  end_frame();
}
