/* Devices that a program under libumockdev-preload finds in /sys and /dev, told line by line on
 * standard input: `load FILE` (a dump), `ioctls NODE FILE`, `uevent SYSFS ACTION`, `remove SYSFS`,
 * `write NODE HEX` (what the device says). Each is answered with `ok` or `error`; `root FOLDER`
 * comes first, `read NODE HEX` for what the program writes to a device. Ends with its input.
 * Run it by umockdev-wrapper. */
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <umockdev.h>
#include <unistd.h>

#define NODES_MAX 16
#define COMMAND_MAX 65536

static UMockdevTestbed *testbed;
static struct {
  char name[64];
  int fd;
} nodes[NODES_MAX];
static size_t node_count;

static int fd_of(const char *node) {
  for (size_t i = 0; i < node_count; i++)
    if (strcmp(nodes[i].name, node) == 0)
      return nodes[i].fd;
  return -1;
}

static bool watch(const char *node) {
  if (fd_of(node) >= 0)
    return true;
  int fd = umockdev_testbed_get_dev_fd(testbed, node);
  if (fd < 0 || node_count == NODES_MAX)
    return false;
  snprintf(nodes[node_count].name, sizeof nodes->name, "%s", node);
  nodes[node_count++].fd = fd;
  return true;
}

/* In one piece: who reads half an event gives the device up. */
static bool write_hex(const char *node, const char *hex) {
  static char bytes[COMMAND_MAX / 2];
  int fd = fd_of(node);
  size_t length = strlen(hex) / 2;
  for (size_t i = 0; i < length; i++) {
    unsigned byte;
    if (sscanf(hex + 2 * i, "%2x", &byte) != 1)
      return false;
    bytes[i] = (char)byte;
  }
  return fd >= 0 && write(fd, bytes, length) == (ssize_t)length;
}

static bool obey(char *line) {
  char *command = strtok(line, " "), *first = strtok(NULL, " "), *second = strtok(NULL, " ");
  if (!command || !first)
    return false;
  if (strcmp(command, "load") == 0)
    return umockdev_testbed_add_from_file(testbed, first, NULL);
  if (strcmp(command, "remove") == 0) {
    umockdev_testbed_remove_device(testbed, first);
    return true;
  }
  if (!second)
    return false;
  if (strcmp(command, "ioctls") == 0)
    return watch(first) && umockdev_testbed_load_ioctl(testbed, first, second, NULL);
  if (strcmp(command, "uevent") == 0) {
    umockdev_testbed_uevent(testbed, first, second);
    return true;
  }
  return strcmp(command, "write") == 0 && write_hex(first, second);
}

static void tell_written(size_t which) {
  unsigned char bytes[4096];
  ssize_t length = read(nodes[which].fd, bytes, sizeof bytes);
  if (length <= 0)
    return;
  printf("read %s ", nodes[which].name);
  for (ssize_t i = 0; i < length; i++)
    printf("%02x", bytes[i]);
  printf("\n");
}

static void turn(void) {
  static char line[COMMAND_MAX];
  static size_t filled;
  struct pollfd fds[NODES_MAX + 1] = {{.fd = STDIN_FILENO, .events = POLLIN}};
  for (size_t i = 0; i < node_count; i++)
    fds[i + 1] = (struct pollfd){.fd = nodes[i].fd, .events = POLLIN};
  size_t watched = node_count;
  if (poll(fds, watched + 1, -1) < 0 && errno != EINTR)
    exit(1);
  for (size_t i = 0; i < watched; i++)
    if (fds[i + 1].revents & POLLIN)
      tell_written(i);
  if (!fds[0].revents)
    return;
  ssize_t length = read(STDIN_FILENO, line + filled, sizeof line - 1 - filled);
  if (length <= 0)
    exit(0);
  filled += (size_t)length;
  line[filled] = 0;
  char *end;
  while ((end = strchr(line, '\n'))) {
    *end = 0;
    size_t used = (size_t)(end + 1 - line);
    char copy[COMMAND_MAX];
    memcpy(copy, line, used);
    printf(obey(copy) ? "ok\n" : "error\n");
    memmove(line, line + used, filled + 1 - used);
    filled -= used;
  }
}

int main(void) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  testbed = umockdev_testbed_new();
  char *root = umockdev_testbed_get_root_dir(testbed);
  printf("root %s\n", root);
  for (;;)
    turn();
}
