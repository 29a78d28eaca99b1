#include "supervisor/input.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "supervisor/frames.h"

enum { MOST_SETTINGS = 4 * 1024 * 1024 };

/*
 * `LENGTH KEY SETTINGS`: the lengths come first because an end of file does not travel reliably through an attached
 * stream; between them the key of our frames. The length of the input, -1 where there is none.
 */
static int64_t read_header(int64_t *settings) {
  char line[96], *key;
  size_t n = 0;
  *settings = 0;
  while (n < sizeof line - 1) {
    ssize_t got = read(0, line + n, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return -1;
    if (line[n] == '\n') {
      line[n] = 0;
      key = strchr(line, ' ');
      if (key) {
        char *more = strchr(key + 1, ' ');
        if (more) {
          *more = 0;
          *settings = strtoll(more + 1, NULL, 10);
        }
        set_frame_key(key + 1);
      }
      return strtoll(line, NULL, 10);
    }
    n++;
  }
  return -1;
}

/*
 * Takes over settings that were not known yet when the container started, `NAME=VALUE` with a zero byte at the end of
 * each: it may have waited for the host to know what to do with it.
 */
static int read_settings(int64_t length) {
  char *text, *at, *end;
  int64_t held = 0;
  if (length < 0 || length > MOST_SETTINGS || !(text = malloc((size_t)length + 1))) return -1;
  while (held < length) {
    ssize_t got = read(0, text + held, (size_t)(length - held));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return -1;
    held += got;
  }
  text[length] = 0;
  for (at = text, end = text + length; at < end; at += strlen(at) + 1) putenv(at); /* kept: it is the environment now */
  return 0;
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
  int64_t settings, length = read_header(&settings);
  int ends[2], status = 0;
  pid_t tar;
  if (length < 0 || read_settings(settings) != 0) {
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
