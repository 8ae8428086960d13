/* Tells when monitors come and go, by udev. */
#pragma once

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

struct wr_drm_hotplug;

/* Null and errno. */
struct wr_drm_hotplug *wr_drm_hotplug_open(void);
int wr_drm_hotplug_fd(const struct wr_drm_hotplug *hotplug);
/* Takes all that has come. True when something about screens has changed. */
bool wr_drm_hotplug_take(struct wr_drm_hotplug *hotplug);
void wr_drm_hotplug_close(struct wr_drm_hotplug *hotplug);

#ifdef __cplusplus
}
#endif
