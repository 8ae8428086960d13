#define _GNU_SOURCE
#include "core.h"

#include <errno.h>
#include <grp.h>
#include <link.h>
#include <malloc.h>
#include <pwd.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* An entry of a directory service may be large; beyond this it is a mistake or an attack. */
#define ENTRY_MAX (1u << 20)
/* The least that the kernel takes. */
#define SHORT_TURN_NS 100000u
/* Threads and children have usual turns again. */
#define SCHEDULING_RESET_ON_FORK 1u

int wr_process_peer_of(int fd, struct wr_process_peer *peer) {
  struct ucred credentials;
  socklen_t size = sizeof credentials;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0)
    return errno;
  *peer = (struct wr_process_peer){credentials.pid, credentials.uid, credentials.gid};
  return 0;
}

int wr_process_peer_groups_of(int fd, gid_t **groups, size_t *count) {
  socklen_t size = 64 * sizeof(gid_t);
  *groups = NULL;
  for (int tries = 0; tries < 2; tries++) {
    gid_t *more = realloc(*groups, size);
    if (!more)
      break;
    *groups = more;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, *groups, &size) == 0) {
      *count = size / sizeof(gid_t);
      return 0;
    }
    /* ERANGE has put the size that is needed in its place. */
    if (errno != ERANGE)
      break;
  }
  int status = errno;
  free(*groups);
  *groups = NULL;
  return status;
}

int wr_process_find_group(const char *name, gid_t *gid) {
  for (size_t size = 4096; size <= ENTRY_MAX; size *= 4) {
    char *buffer = malloc(size);
    if (!buffer)
      return ENOMEM;
    struct group entry, *found = NULL;
    int status = getgrnam_r(name, &entry, buffer, size, &found);
    if (status == 0 && found)
      *gid = entry.gr_gid;
    free(buffer);
    if (status != ERANGE)
      return status == 0 && !found ? ENOENT : status;
  }
  return ERANGE;
}

int wr_process_adopt_orphans(void) {
  return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0 ? 0 : errno;
}

int wr_process_return_big_blocks(void) {
#ifdef __GLIBC__
  return mallopt(M_MMAP_THRESHOLD, 1 << 20) && mallopt(M_TRIM_THRESHOLD, 4 << 20) ? 0 : ENOSYS;
#else
  return ENOSYS;
#endif
}

struct giving {
  uintptr_t page;
  size_t least_bytes;
  bool keeps_program;
};

static size_t bytes_of(const struct dl_phdr_info *object) {
  size_t bytes = 0;
  for (int i = 0; i < object->dlpi_phnum; i++)
    if (object->dlpi_phdr[i].p_type == PT_LOAD)
      bytes += object->dlpi_phdr[i].p_filesz;
  return bytes;
}

/* Called with the loader's lock, so that no library is half there. */
static int give_back_code(struct dl_phdr_info *object, size_t size, void *user) {
  (void)size;
  const struct giving *giving = user;
  uintptr_t page = giving->page;
  /* The program is the one without a name. */
  if (bytes_of(object) < giving->least_bytes || (giving->keeps_program && !object->dlpi_name[0]))
    return 0;
  for (int i = 0; i < object->dlpi_phnum; i++) {
    const ElfW(Phdr) *part = &object->dlpi_phdr[i];
    /* What can be written to was relocated, and is in no file like that. */
    if (part->p_type != PT_LOAD || (part->p_flags & PF_W))
      continue;
    uintptr_t begin = object->dlpi_addr + part->p_vaddr;
    uintptr_t end = (begin + part->p_filesz) & ~(page - 1);
    begin = (begin + page - 1) & ~(page - 1);
    if (begin < end)
      madvise((void *)begin, end - begin, MADV_DONTNEED);
  }
  return 0;
}

/* Code with relocations of its own would lose them. */
static int find_written_code(struct dl_phdr_info *object, size_t size, void *user) {
  (void)size;
  for (int i = 0; i < object->dlpi_phnum; i++) {
    const ElfW(Phdr) *part = &object->dlpi_phdr[i];
    if (part->p_type != PT_DYNAMIC)
      continue;
    const ElfW(Dyn) *entry = (const ElfW(Dyn) *)(object->dlpi_addr + part->p_vaddr);
    for (; entry->d_tag != DT_NULL; entry++)
      if (entry->d_tag == DT_TEXTREL ||
          (entry->d_tag == DT_FLAGS && (entry->d_un.d_val & DF_TEXTREL)))
        *(bool *)user = true;
  }
  return 0;
}

void wr_process_give_back_freed(void) {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

void wr_process_give_back_unused(size_t least_bytes, bool keeps_program) {
  wr_process_give_back_freed();
  bool written = false;
  dl_iterate_phdr(find_written_code, &written);
  struct giving giving = {(uintptr_t)sysconf(_SC_PAGESIZE), least_bytes, keeps_program};
  if (!written)
    dl_iterate_phdr(give_back_code, &giving);
}

int wr_process_hide_memory(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 ? 0 : errno; }

int wr_process_keep_descriptors(void) {
  return close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) == 0 ? 0 : errno;
}

/* As the kernel has it; glibc before 2.41 has neither the calls nor the struct. */
struct scheduling {
  uint32_t size, policy;
  uint64_t flags;
  int32_t nice;
  uint32_t priority;
  uint64_t turn_ns, deadline_ns, period_ns;
};

int wr_process_take_short_turns(void) {
  struct scheduling now = {0};
  if (syscall(SYS_sched_getattr, 0, &now, (unsigned)sizeof now, 0u) != 0)
    return errno;
  /* Whoever gave the process another policy, as for real time, had their reasons. */
  if (now.policy != SCHED_OTHER)
    return 0;
  now.flags |= SCHEDULING_RESET_ON_FORK;
  now.turn_ns = SHORT_TURN_NS;
  return syscall(SYS_sched_setattr, 0, &now, 0u) == 0 ? 0 : errno;
}

static int copy(const struct passwd *entry, struct wr_process_account *account) {
  *account = (struct wr_process_account){
      .uid = entry->pw_uid,
      .gid = entry->pw_gid,
      .name = strdup(entry->pw_name),
      .home = strdup(entry->pw_dir ? entry->pw_dir : "/"),
      .shell = strdup(entry->pw_shell && entry->pw_shell[0] ? entry->pw_shell : "/bin/sh"),
  };
  if (account->name && account->home && account->shell)
    return 0;
  wr_process_account_free(account);
  return ENOMEM;
}

/* By uid where there is no name. */
static int find(const char *name, uid_t uid, struct wr_process_account *account) {
  for (size_t size = 4096; size <= ENTRY_MAX; size *= 4) {
    char *buffer = malloc(size);
    if (!buffer)
      return ENOMEM;
    struct passwd entry, *found = NULL;
    int status = name ? getpwnam_r(name, &entry, buffer, size, &found)
                      : getpwuid_r(uid, &entry, buffer, size, &found);
    if (status == 0)
      status = found ? copy(found, account) : ENOENT;
    free(buffer);
    if (status != ERANGE)
      return status;
  }
  return ERANGE;
}

int wr_process_find_account(const char *name, struct wr_process_account *account) {
  return find(name, 0, account);
}

int wr_process_find_account_of(uid_t uid, struct wr_process_account *account) {
  return find(NULL, uid, account);
}

void wr_process_account_free(struct wr_process_account *account) {
  free(account->name);
  free(account->home);
  free(account->shell);
  *account = (struct wr_process_account){0};
}

int wr_process_take_groups(const char *name, gid_t gid) {
  return initgroups(name, gid) == 0 ? 0 : errno;
}
