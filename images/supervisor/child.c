#include "supervisor/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "supervisor/fence.h"
#include "supervisor/settings.h"

#define MAX_ARGUMENTS 64
#define MAX_FLAGS 32

/*
 * Descriptors that the prelude knows: it writes checkpoints to CONTROL and reads answers from ANSWER. REPORT is open only
 * where a leak is explained, for what the tracer found and for heap dumps. PROBE is the probe's mapping: the prelude
 * closes it.
 */
enum { PROBE_FD = 196, REPORT_FD = 197, CONTROL_FD = 198, ANSWER_FD = 199 };
#define PROBE_PATH "/proc/self/fd/196"

/* Makes the OOM killer choose the script, not the supervisor. A process may raise its own score. */
static void offer_to_oom_killer(void) {
  int fd = open("/proc/self/oom_score_adj", O_WRONLY);
  if (fd < 0) return;
  if (write(fd, "1000", 4) < 0) { /* not allowed here: the kernel chooses */
  }
  close(fd);
}

/*
 * Preloads the tracer in front of the probe, whose malloc it calls, so that the probe counts as usual. What the image
 * preloads, such as an allocator, is behind both; the prelude restores it for programs that the script starts.
 */
static void preload(void) {
  static char all[8192];
  const char *of_image = getenv("LD_PRELOAD");
  const char *tracer = setting("MATRIX_EXPLAIN", 0) ? "/opt/matrix/tracer.so " : "";
  snprintf(all, sizeof all, "%s/opt/matrix/probe.so %s", tracer, of_image ? of_image : "");
  if (of_image) setenv("MATRIX_PRELOAD", of_image, 1);
  setenv("LD_PRELOAD", all, 1);
}

static void become_ruby(void) {
  char *argv[MAX_ARGUMENTS + MAX_FLAGS + 8], name[32];
  int argc = 0, i, count = (int)setting("MATRIX_ARGC", 0), flags = (int)setting("MATRIX_FLAGC", 0);
  const char *ruby = getenv("MATRIX_RUBY"), *prelude = getenv("MATRIX_PRELUDE_FILE"), *directory = getenv("MATRIX_DIRECTORY");
  argv[argc++] = (char *)(ruby ? ruby : "ruby");
  for (i = 0; i < flags && i < MAX_FLAGS; i++) {
    snprintf(name, sizeof name, "MATRIX_FLAG_%d", i);
    argv[argc] = getenv(name);
    if (argv[argc]) argc++;
  }
  argv[argc++] = "-r";
  argv[argc++] = (char *)(prelude ? prelude : "/opt/matrix/prelude.rb");
  argv[argc++] = getenv("MATRIX_SCRIPT");
  for (i = 0; i < count; i++) {
    snprintf(name, sizeof name, "MATRIX_ARG_%d", i);
    argv[argc] = getenv(name);
    if (argv[argc]) argc++;
  }
  argv[argc] = NULL;
  if (directory && chdir(directory) != 0) {
    fprintf(stderr, "%s: %s\n", directory, strerror(errno));
    _exit(127);
  }
  preload();
  execvp(argv[0], argv);
  fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
  _exit(127);
}

static int set_nonblocking(int fd) { return fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK); }

int start_child(struct child *child, int probe, char *message, size_t size) {
  int control[2], answer[2], out[2], err[2], report[2], null;
  if (setting("MATRIX_ARGC", 0) > MAX_ARGUMENTS) {
    snprintf(message, size, "the script has more than %d arguments", MAX_ARGUMENTS);
    return -1;
  }
  if (pipe(control) || pipe(answer) || pipe(out) || pipe(err) || pipe(report)) {
    snprintf(message, size, "cannot make pipes: %s", strerror(errno));
    return -1;
  }
  child->pid = fork();
  if (child->pid < 0) {
    snprintf(message, size, "cannot start a process: %s", strerror(errno));
    return -1;
  }
  if (child->pid == 0) {
    null = open("/dev/null", O_RDONLY);
    dup2(null, 0);
    dup2(out[1], 1);
    dup2(err[1], 2);
    dup2(control[1], CONTROL_FD);
    dup2(answer[0], ANSWER_FD);
    if (setting("MATRIX_EXPLAIN", 0)) dup2(report[1], REPORT_FD);
    dup2(probe, PROBE_FD);
    setenv("MATRIX_PROBE", PROBE_PATH, 1);
    for (null = 3; null < 64; null++) close(null);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGCHLD, SIG_DFL);
    prctl(PR_SET_DUMPABLE, 1); /* with the supervisor's setting it could not read its own /proc */
    offer_to_oom_killer();
    setpgid(0, 0); /* signals to its own group do not reach the supervisor */
    close_kernel(getppid()); /* where the kernel has no filters, the engine's profile is all there is */
    become_ruby();
  }
  close(control[1]);
  close(answer[0]);
  close(out[1]);
  close(err[1]);
  close(report[1]);
  close(probe);
  child->control = control[0];
  child->answer = answer[1];
  child->out = out[0];
  child->err = err[0];
  child->report = report[0];
  set_nonblocking(child->control);
  set_nonblocking(child->out);
  set_nonblocking(child->err);
  set_nonblocking(child->report);
  return 0;
}
