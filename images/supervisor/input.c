#include "supervisor/input.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "supervisor/frames.h"

/*
 * The length comes first because an end of file does not travel reliably through an attached stream; after it, the
 * key of our frames.
 */
static int64_t read_length(void) {
  char digits[64], *key;
  size_t n = 0;
  while (n < sizeof digits - 1) {
    ssize_t got = read(0, digits + n, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return -1;
    if (digits[n] == '\n') {
      digits[n] = 0;
      key = strchr(digits, ' ');
      if (key) set_frame_key(key + 1);
      return strtoll(digits, NULL, 10);
    }
    n++;
  }
  return -1;
}

static int copy_exactly(int to, int64_t length) {
  char buffer[65536];
  while (length > 0) {
    size_t want = length < (int64_t)sizeof buffer ? (size_t)length : sizeof buffer;
    ssize_t got = read(0, buffer, want), done = 0;
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return -1;
    length -= got;
    while (done < got) {
      ssize_t put = write(to, buffer + done, (size_t)(got - done));
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) return -1;
      done += put;
    }
  }
  return 0;
}

int unpack_input(const char *directory, char *message, size_t size) {
  int64_t length = read_length();
  int ends[2], status = 0;
  pid_t tar;
  if (length < 0) {
    snprintf(message, size, "no input arrived on stdin");
    return -1;
  }
  if (pipe(ends) != 0 || (tar = fork()) < 0) {
    snprintf(message, size, "cannot start tar: %s", strerror(errno));
    return -1;
  }
  if (tar == 0) {
    dup2(ends[0], 0);
    signal(SIGPIPE, SIG_DFL);
    close(ends[0]);
    close(ends[1]);
    execlp("tar", "tar", "-x", "-o", "-f", "-", "-C", directory, (char *)NULL);
    _exit(127);
  }
  close(ends[0]);
  if (copy_exactly(ends[1], length) != 0) {
    snprintf(message, size, "the input ended early, or did not fit: %s", strerror(errno));
    close(ends[1]);
    waitpid(tar, &status, 0);
    return -1;
  }
  close(ends[1]);
  waitpid(tar, &status, 0);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    snprintf(message, size, "tar could not unpack the script's files (status %d): no room left in %s?",
             WIFEXITED(status) ? WEXITSTATUS(status) : -1, directory);
    return -1;
  }
  return 0;
}
