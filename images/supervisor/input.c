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

/* Reads exactly so many bytes, or fails. */
static int read_exactly(char *to, int64_t length) {
  while (length > 0) {
    ssize_t got = read(0, to, (size_t)length);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return -1;
    to += got;
    length -= got;
  }
  return 0;
}

int64_t read_settings(void) {
  char line[96], key[64], *settings, *at;
  long long files, length;
  size_t n = 0;
  do {
    if (n == sizeof line - 1 || read_exactly(line + n, 1) != 0) return -1;
  } while (line[n++] != '\n');
  line[n] = 0;
  if (sscanf(line, "%lld %63s %lld", &files, key, &length) != 3) return -1;
  set_frame_key(key);
  if (length < 0 || length > MOST_SETTINGS || !(settings = malloc((size_t)length + 1))) return -1;
  if (read_exactly(settings, length) != 0) return -1;
  settings[length] = 0;
  for (at = settings; at < settings + length; at += strlen(at) + 1) putenv(at); /* not freed: the environment refers to it */
  return files;
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

int unpack_files(int64_t length, const char *directory, char *message, size_t size) {
  int ends[2], status = 0;
  pid_t tar;
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
