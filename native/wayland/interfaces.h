/* wl_interface structures built at run time from plain specifications. */
#ifndef WR_INTERFACES_H
#define WR_INTERFACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wayland-util.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WR_MAX_ARGS 20 /* libwayland's WL_CLOSURE_MAX_ARGS */

struct wr_arg {
  char type;         /* a signature letter: i u f s o n a h */
  bool nullable;     /* s and o alone */
  const char *iface; /* o and n */
};

struct wr_message {
  const char *name;
  uint32_t since;
  bool destructor;
  uint32_t arg_count;
  struct wr_arg args[WR_MAX_ARGS];
  const struct wl_interface *types[WR_MAX_ARGS];
};

struct wr_interface {
  struct wl_interface wl;
  uint32_t index;              /* position in the set */
  struct wr_message *requests; /* wl.method_count */
  struct wr_message *events;   /* wl.event_count */
};

/* Owns every string it refers to. Interfaces that arguments name but nobody defined become empty
 * ones at the end, so that no object ever passes for them. */
struct wr_interfaces {
  struct wr_interface **list;
  uint32_t count, defined;
};

struct wr_interfaces *wr_interfaces_create(void);
/* The messages are copied. false, with `error` filled, when the specification makes no sense. */
bool wr_interfaces_add(struct wr_interfaces *set, const char *name, uint32_t version,
                       const struct wr_message *requests, uint32_t request_count,
                       const struct wr_message *events, uint32_t event_count, char error[160]);
/* Ties object arguments to their interfaces; after that nothing can be added. */
bool wr_interfaces_finish(struct wr_interfaces *set);
struct wr_interface *wr_interfaces_find(const struct wr_interfaces *set, const char *name);
void wr_interfaces_destroy(struct wr_interfaces *set);

#ifdef __cplusplus
}
#endif
#endif
