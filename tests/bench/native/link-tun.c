#define _GNU_SOURCE
#include "link-tun.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <linux/if.h>
#include <linux/if_tun.h>

#define DEVICE "bench0"

static bool set_address(int control, unsigned long request, const char *text) {
  struct ifreq device = {.ifr_name = DEVICE};
  struct sockaddr_in address = {.sin_family = AF_INET};
  if (inet_pton(AF_INET, text, &address.sin_addr) != 1)
    return false;
  memcpy(&device.ifr_addr, &address, sizeof address);
  return ioctl(control, request, &device) == 0;
}

static bool set_up(int control, const char *name) {
  struct ifreq device = {0};
  snprintf(device.ifr_name, sizeof device.ifr_name, "%s", name);
  if (ioctl(control, SIOCGIFFLAGS, &device) < 0)
    return false;
  device.ifr_flags |= IFF_UP | IFF_RUNNING;
  return ioctl(control, SIOCSIFFLAGS, &device) == 0;
}

/* A bulk transfer may have many packets waiting; drops shall come from the link's model alone. */
static bool lengthen_queue(int control) {
  struct ifreq device = {.ifr_name = DEVICE, .ifr_qlen = 4096};
  return ioctl(control, SIOCSIFTXQLEN, &device) == 0;
}

static int open_here(const char *address) {
  int tun = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  struct ifreq device = {.ifr_name = DEVICE, .ifr_flags = IFF_TUN | IFF_NO_PI};
  int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  bool ready = tun >= 0 && control >= 0 && ioctl(tun, TUNSETIFF, &device) == 0 &&
               set_address(control, SIOCSIFADDR, address) &&
               set_address(control, SIOCSIFNETMASK, "255.255.255.0") && lengthen_queue(control) &&
               set_up(control, DEVICE) && set_up(control, "lo");
  if (!ready)
    perror("link-bridge: TUN device");
  close(control);
  return ready ? tun : -1;
}

int wr_tun_open(const char *namespace_name, const char *address) {
  char path[256];
  snprintf(path, sizeof path, "/var/run/netns/%s", namespace_name);
  int own = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  int other = open(path, O_RDONLY | O_CLOEXEC);
  if (own < 0 || other < 0 || setns(other, CLONE_NEWNET) < 0) {
    fprintf(stderr, "link-bridge: namespace %s: %s\n", namespace_name, strerror(errno));
    return -1;
  }
  int tun = open_here(address);
  if (setns(own, CLONE_NEWNET) < 0) {
    perror("link-bridge: own namespace");
    return -1;
  }
  close(own);
  close(other);
  return tun;
}
