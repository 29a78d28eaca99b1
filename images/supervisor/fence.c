#include "supervisor/fence.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>

/*
 * Refuses system calls that a script does not need, whatever the engine's own profile allows (Docker's allowed io_uring
 * until version 25). A second filter can only narrow the first; it also holds for every program that the script starts.
 */

#if defined(__x86_64__) || defined(__aarch64__)
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#ifdef __x86_64__
enum { NATIVE = AUDIT_ARCH_X86_64, SYS_clone_ = 56, SYS_clone3_ = 435, SYS_socket_ = 41, SYS_setpgid_ = 109 };
#else
enum { NATIVE = AUDIT_ARCH_AARCH64, SYS_clone_ = 220, SYS_clone3_ = 435, SYS_socket_ = 198, SYS_setpgid_ = 154 };
#endif

/* By number, since old headers lack the names. Numbers from 424 on are the same on every architecture. */
static const unsigned short closed[] = {
  424,                /* pidfd_send_signal */
  425, 426, 427,      /* io_uring_setup, enter, register */
  428, 429, 430, 431, 432, 433, 442, /* open_tree, move_mount, fsopen, fsconfig, fsmount, fspick, mount_setattr */
  438, 440, 444, 445, 446, 447, /* pidfd_getfd, process_madvise, landlock (3), memfd_secret */
#ifdef __x86_64__
  165, 166, 155, 161, /* mount, umount2, pivot_root, chroot */
  272, 308,           /* unshare, setns */
  101, 310, 311, 312, /* ptrace, process_vm_readv, process_vm_writev, kcmp */
  248, 249, 250,      /* add_key, request_key, keyctl */
  321, 298, 323,      /* bpf, perf_event_open, userfaultfd */
  303, 304,           /* name_to_handle_at, open_by_handle_at */
  175, 313, 176, 246, 320, 169, /* init_module, finit_module, delete_module, kexec_load, kexec_file_load, reboot */
  167, 168, 163, 103, 179, 300, 301, /* swapon, swapoff, acct, syslog, quotactl, fanotify_init, fanotify_mark */
  133, 259,           /* mknod, mknodat */
#else
  40, 39, 41, 51, 97, 268, 117, 270, 271, 272, 217, 218, 219, 280, 241, 282, 264, 265, 105, 273, 106, 104, 294, 142,
  224, 225, 89, 116, 60, 262, 263,
#endif
};

/*
 * Calls whose first argument is a process: kill, tkill, tgkill, rt_sigqueueinfo, rt_tgsigqueueinfo, prlimit64. Linux
 * protects the first process of a container from signals, gVisor does not, and neither protects its limits.
 */
static const unsigned short on_process[] = {
#ifdef __x86_64__
  62, 200, 234, 129, 297, 302,
#else
  129, 130, 131, 138, 240, 261,
#endif
};

/* Flags of clone that create namespaces: user, mount, pid, net, ipc, uts, cgroup. */
#define NAMESPACES 0x7e020000u
/* Families of sockets that scripts may use: unix, IPv4, IPv6, netlink (names of interfaces). */
static const unsigned char families[] = {1, 2, 10, 16};

static struct sock_filter filter[2 * sizeof closed / sizeof *closed + 96];
static unsigned short length;

static void add(unsigned short code, unsigned char yes, unsigned char no, uint32_t k) {
  struct sock_filter instruction = {code, yes, no, k};
  filter[length++] = instruction;
}

static void load(size_t offset) { add(BPF_LD | BPF_W | BPF_ABS, 0, 0, (uint32_t)offset); }
static void refuse(int error) { add(BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | ((uint32_t)error & SECCOMP_RET_DATA)); }
static void allow(void) { add(BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW); }
/* Continues with the next instruction when the value is `k`, else `skip` instructions further. */
static void when(uint32_t k, unsigned char skip) { add(BPF_JMP | BPF_JEQ | BPF_K, 0, skip, k); }

/* Refuses a call whose argument of that number is `value`. */
static void refuse_for(uint32_t call, unsigned argument, uint32_t value) {
  when(call, 4);
  load(offsetof(struct seccomp_data, args) + argument * sizeof(uint64_t));
  when(value, 1);
  refuse(EPERM);
  allow();
}

int close_kernel(pid_t supervisor) {
  struct sock_fprog program;
  size_t i;
  load(offsetof(struct seccomp_data, arch));
  when(NATIVE, 1);
  add(BPF_JMP | BPF_JA, 0, 0, 1);
  refuse(ENOSYS); /* another architecture numbers its calls differently */
  load(offsetof(struct seccomp_data, nr));
#ifdef __x86_64__
  add(BPF_JMP | BPF_JGE | BPF_K, 0, 1, 0x40000000); /* x32 */
  refuse(ENOSYS);
#endif
  for (i = 0; i < sizeof closed / sizeof *closed; i++) {
    when(closed[i], 1);
    refuse(EPERM);
  }
  for (i = 0; i < sizeof on_process / sizeof *on_process; i++) refuse_for(on_process[i], 0, (uint32_t)supervisor);
  refuse_for(SYS_setpgid_, 1, (uint32_t)supervisor); /* else a signal to its group would reach it */
  when(SYS_clone3_, 1);
  refuse(ENOSYS); /* a filter cannot see its flags; the C library falls back to clone */
  when(SYS_clone_, 4);
  load(offsetof(struct seccomp_data, args));
  add(BPF_JMP | BPF_JSET | BPF_K, 0, 1, NAMESPACES);
  refuse(EPERM);
  allow();
  when(SYS_socket_, 2 * sizeof families + 2);
  load(offsetof(struct seccomp_data, args));
  for (i = 0; i < sizeof families; i++) {
    when(families[i], 1);
    allow();
  }
  refuse(EAFNOSUPPORT);
  allow();
  program.len = length;
  program.filter = filter;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}
#else
int close_kernel(pid_t supervisor) { (void)supervisor; return 0; }
#endif
