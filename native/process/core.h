/* What a daemon asks of the kernel about processes and users and Node has no call for. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct wr_process_peer {
  pid_t pid;
  uid_t uid;
  gid_t gid;
};

struct wr_process_account {
  uid_t uid;
  gid_t gid;
  char *name, *home, *shell; /* from malloc */
};

/* All return 0 or an errno. */

/* Who connected the Unix socket, as the kernel knew them at that time. */
int wr_process_peer_of(int fd, struct wr_process_peer *peer);
/* The supplementary groups of who connected, as they were at that time: *count of *groups, from
 * malloc. */
int wr_process_peer_groups_of(int fd, gid_t **groups, size_t *count);
/* ENOENT when there is no such group. */
int wr_process_find_group(const char *name, gid_t *gid);
/* Orphans among our descendants become our children instead of init's. */
int wr_process_adopt_orphans(void);
/* No core dumps, no ptrace by others: memory may hold secrets. */
int wr_process_hide_memory(void);
/* Blocks of a megabyte and more are the kernel's again as soon as they are freed. Without it glibc
 * keeps all of a process's memory in one piece from the first such block that is freed on, with
 * holes that pictures of another size do not fit. ENOSYS where malloc cannot be told. */
int wr_process_return_big_blocks(void);
/* Holes in malloc's memory are the kernel's again. */
void wr_process_give_back_freed(void);
/* The same, and so are pages of code and constants that are as they are in their files: what is
 * used comes back by itself, without being read from a disk as long as the kernel has it.
 * @param least_bytes files that have less in memory are left as they are
 * @param keeps_program leaves those of the program itself, not of its libraries */
void wr_process_give_back_unused(size_t least_bytes, bool keeps_program);
/* Descriptors that we were started with, but the three standard ones, do not reach programs that we
 * start. ENOSYS or EINVAL before Linux 5.11. */
int wr_process_keep_descriptors(void);
/* The calling thread comes sooner when it wakes, as somebody waits for it; what it starts later
 * does not. */
int wr_process_take_short_turns(void);
/* ENOENT when there is no such user. Fields are for wr_process_account_free(). */
int wr_process_find_account(const char *name, struct wr_process_account *account);
int wr_process_find_account_of(uid_t uid, struct wr_process_account *account);
void wr_process_account_free(struct wr_process_account *account);
/* Our supplementary groups become the user's. */
int wr_process_take_groups(const char *name, gid_t gid);

#ifdef __cplusplus
}
#endif
