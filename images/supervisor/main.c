/*
 * The supervisor: parent of the measured script and the only voice on the container's stdout.
 *
 * It unpacks the script, starts ruby with the probe preloaded and the prelude required, and forwards what the script
 * prints. At every checkpoint, while the script waits, it reads the probe's counters and the kernel's smaps from outside.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "supervisor/checkpoint.h"
#include "supervisor/child.h"
#include "supervisor/fence.h"
#include "supervisor/frames.h"
#include "supervisor/input.h"
#include "supervisor/observe.h"
#include "supervisor/settings.h"

static int wake[2]; /* a child that ends wakes the poll */
static int64_t output_left, output_dropped;

static void on_child(int signal) {
  int saved = errno;
  (void)signal;
  if (write(wake[1], "", 1) < 0) { /* the pipe is full, so the poll wakes anyway */
  }
  errno = saved;
}

/* Forwards a piece of what the script printed. False at the end of the stream. */
static int forward_output(int fd, int number) {
  char buffer[49152];
  ssize_t got = read(fd, buffer, sizeof buffer);
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  if (got == 0) return 0;
  if (output_left <= 0) {
    output_dropped += got;
    return 1;
  }
  size_t keep = got < output_left ? (size_t)got : (size_t)output_left;
  begin_frame("out");
  add_number("fd", number);
  add_bytes("data", buffer, keep);
  end_frame();
  output_left -= (int64_t)keep;
  output_dropped += got - (ssize_t)keep;
  return 1;
}

/* Forwards a piece of the report on a leak. False at the end of the stream. */
static int forward_report(int fd) {
  char buffer[49152];
  ssize_t got = read(fd, buffer, sizeof buffer);
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  if (got == 0) return 0;
  begin_frame("report");
  add_bytes("data", buffer, (size_t)got);
  end_frame();
  return 1;
}

/* Reads lines of the control pipe. False at the end of the stream. */
static int control_lines(struct child *child, struct matrix_shared *shared) {
  static char buffer[16384];
  static size_t held;
  ssize_t got = read(child->control, buffer + held, sizeof buffer - 1 - held);
  char *line = buffer, *end;
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  if (got == 0) return 0;
  held += (size_t)got;
  buffer[held] = 0;
  while ((end = memchr(line, '\n', held - (size_t)(line - buffer)))) {
    *end = 0;
    take_control_line(child, shared, line);
    line = end + 1;
  }
  held -= (size_t)(line - buffer);
  memmove(buffer, line, held);
  if (held == sizeof buffer - 1) held = 0; /* no line of the prelude is that long: drop it */
  return 1;
}

static void write_exit_frame(const char *reason, int status, int64_t kills_before) {
  begin_frame("exit");
  add_text("reason", reason);
  add_number("code", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
  add_number("signal", WIFSIGNALED(status) ? WTERMSIG(status) : 0);
  add_flag("oom", oom_kills() > kills_before);
  add_number("dropped", output_dropped);
  end_frame();
}

/* Writes a frame, once, when the script has been refused a process or thread; looks ten times a second, and at the end. */
static void note_refusal(int64_t refused_before, int at_end) {
  static int64_t looked_ms;
  static int noted;
  if (noted || (!at_end && now_ms() - looked_ms < 100)) return;
  looked_ms = now_ms();
  if (tasks_refused() <= refused_before) return;
  begin_frame("refused");
  end_frame();
  noted = 1;
}

static int fail(const char *message) {
  begin_frame("failed");
  add_text("message", message);
  end_frame();
  return 1;
}

/* When a script that is explained last wrote something, and how long it had waited for a processor by then. */
static int64_t sign_ms, sign_waited_ms;

static void note_sign(pid_t script) {
  sign_ms = now_ms();
  sign_waited_ms = waited_ms(script);
}

/*
 * Whether a script that is explained has been silent for too long. It writes rarely, and then much (a heap dump of a
 * gigabyte), so its budget restarts with each mark and each piece of the report; time without a processor does not count.
 */
static int is_silent_for(int64_t limit_ms, pid_t script) {
  int64_t silent = now_ms() - sign_ms, waited;
  if (silent <= limit_ms) return 0;
  waited = waited_ms(script) - sign_waited_ms;
  return silent - (waited > 0 ? waited : 0) > limit_ms;
}

/* The deadline that has passed, as the exit frame names it; NULL where none has. */
static const char *deadline_passed(int64_t started, pid_t script) {
  int64_t budget_ms = setting("MATRIX_BUDGET_MS", 30000);
  if (!checkpoint_reached())
    return now_ms() - started > setting("MATRIX_START_MS", 60000) ? "start-timeout" : NULL;
  if (setting("MATRIX_EXPLAIN", 0)) return is_silent_for(budget_ms, script) ? "budget" : NULL;
  return has_looped_for(budget_ms, script) ? "budget" : NULL;
}

/*
 * Reaps every process that has ended. True when the script is among them. As the first process of the container the
 * supervisor inherits all orphans, which would otherwise fill the process table.
 */
static int reap(pid_t script, int *status) {
  int other, ended = 0;
  pid_t pid;
  while ((pid = waitpid(-1, &other, WNOHANG)) > 0) {
    if (pid != script) continue;
    *status = other;
    ended = 1;
  }
  return ended;
}

static void supervise(struct child *child, struct matrix_shared *shared) {
  struct pollfd fds[5] = {{child->control, POLLIN, 0}, {child->out, POLLIN, 0}, {child->err, POLLIN, 0},
                          {child->report, POLLIN, 0}, {wake[0], POLLIN, 0}};
  int64_t started = now_ms(), kills = oom_kills(), refused = tasks_refused();
  const char *reason = "exited";
  int status = 0, ended = 0, explains = (int)setting("MATRIX_EXPLAIN", 0);
  while (!ended) {
    poll(fds, 5, 100);
    if (explains && (fds[0].revents || fds[3].revents)) note_sign(child->pid);
    if (fds[0].revents && !control_lines(child, shared)) fds[0].fd = -1;
    if (fds[1].revents && !forward_output(child->out, 1)) fds[1].fd = -1;
    if (fds[2].revents && !forward_output(child->err, 2)) fds[2].fd = -1;
    if (fds[3].revents && !forward_report(child->report)) fds[3].fd = -1;
    if (fds[4].revents) { char byte[64]; if (read(wake[0], byte, sizeof byte) < 0) { /* only the wake-up matters */ } }
    note_refusal(refused, 0);
    ended = reap(child->pid, &status);
    const char *passed = ended ? NULL : deadline_passed(started, child->pid);
    if (passed) {
      reason = passed;
      kill(child->pid, SIGKILL);
      waitpid(child->pid, &status, 0);
      ended = 1;
    }
  }
  /* Reads what was written before the end. A grandchild may keep the pipes open, so this does not wait for their end. */
  while (poll(fds, 4, 0) > 0) {
    if (fds[0].fd >= 0 && fds[0].revents && !control_lines(child, shared)) fds[0].fd = -1;
    if (fds[1].fd >= 0 && fds[1].revents && (!forward_output(child->out, 1) || output_left <= 0)) fds[1].fd = -1;
    if (fds[2].fd >= 0 && fds[2].revents && (!forward_output(child->err, 2) || output_left <= 0)) fds[2].fd = -1;
    if (fds[3].fd >= 0 && fds[3].revents && !forward_report(child->report)) fds[3].fd = -1;
  }
  note_refusal(refused, 1);
  write_exit_frame(reason, status, kills);
}

/* Becomes another program of Matrix, with the same system call filter as a script: the installer of gems. */
static int become_fenced(char **program) {
  close_kernel(1);
  execvp(program[0], program);
  return 127;
}

int main(int argc, char **argv) {
  const char *directory;
  struct matrix_shared *shared;
  struct child child;
  int64_t files;
  int probe;
  char message[1024];
  if (argc > 2 && strcmp(argv[1], "--fenced") == 0) return become_fenced(argv + 2);
  /* The script has the same user: without this it could write frames to this process's stdout through /proc. */
  prctl(PR_SET_DUMPABLE, 0);
  signal(SIGPIPE, SIG_IGN); /* where tar ends early, a write fails, which is reported */
  files = read_settings();
  if (files < 0) return fail("no input arrived on stdin");
  directory = getenv("MATRIX_WORKDIR");
  if (!directory || !getenv("MATRIX_SCRIPT")) return fail("the input came without settings");
  if (mkdir(directory, 0755) != 0 && errno != EEXIST) return fail("cannot make the working directory");
  if (chdir(directory) != 0) return fail("cannot enter the working directory");
  if (unpack_files(files, directory, message, sizeof message) != 0) return fail(message);
  shared = create_mapping(&probe);
  if (!shared) return fail("cannot make the probe's mapping: does this system have memfd_create?");
  output_left = setting("MATRIX_OUTPUT_BYTES", 1 << 20);
  if (pipe(wake) != 0) return fail("cannot make a pipe");
  fcntl(wake[0], F_SETFL, O_NONBLOCK);
  fcntl(wake[1], F_SETFL, O_NONBLOCK);
  signal(SIGCHLD, on_child);
  write_hello_frame();
  if (start_child(&child, probe, message, sizeof message) != 0) return fail(message);
  supervise(&child, shared);
  return 0;
}
