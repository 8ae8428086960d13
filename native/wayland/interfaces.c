#include "interfaces.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIGNATURE_BYTES (WR_MAX_ARGS * 2 + 12)

struct wr_interfaces *wr_interfaces_create(void) {
  return calloc(1, sizeof(struct wr_interfaces));
}

struct wr_interface *wr_interfaces_find(const struct wr_interfaces *set, const char *name) {
  for (uint32_t i = 0; i < set->count; i++)
    if (!strcmp(set->list[i]->wl.name, name))
      return set->list[i];
  return NULL;
}

static bool check_message(const struct wr_message *message, uint32_t version, char error[160]) {
  if (message->arg_count > WR_MAX_ARGS || message->since < 1 || message->since > version) {
    snprintf(error, 160, "%s: more than %d arguments or a since beyond the interface's version",
             message->name, WR_MAX_ARGS);
    return false;
  }
  for (uint32_t i = 0; i < message->arg_count; i++) {
    const struct wr_arg *arg = &message->args[i];
    bool object = arg->type == 'o' || arg->type == 'n';
    bool may_be_null = arg->type == 'o' || arg->type == 's';
    if (!arg->type || !strchr("iufsonah", arg->type) || object != (arg->iface != NULL) ||
        (arg->nullable && !may_be_null)) {
      snprintf(error, 160, "%s: argument %u has no valid type", message->name, i);
      return false;
    }
  }
  return true;
}

static char *make_signature(const struct wr_message *message) {
  char *signature = malloc(SIGNATURE_BYTES);
  if (!signature)
    return NULL;
  int at = message->since > 1 ? snprintf(signature, SIGNATURE_BYTES, "%u", message->since) : 0;
  for (uint32_t i = 0; i < message->arg_count; i++) {
    if (message->args[i].nullable)
      signature[at++] = '?';
    signature[at++] = message->args[i].type;
  }
  signature[at] = 0;
  return signature;
}

static void free_messages(struct wr_message *messages, struct wl_message *wire, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    for (uint32_t a = 0; messages && a < messages[i].arg_count; a++)
      free((char *)messages[i].args[a].iface);
    if (messages)
      free((char *)messages[i].name);
    if (wire)
      free((char *)wire[i].signature);
  }
  free(messages);
  free(wire);
}

static void free_interface(struct wr_interface *iface) {
  free_messages(iface->requests, (struct wl_message *)iface->wl.methods, iface->wl.method_count);
  free_messages(iface->events, (struct wl_message *)iface->wl.events, iface->wl.event_count);
  free((char *)iface->wl.name);
  free(iface);
}

static bool copy_message(struct wr_message *to, struct wl_message *wire,
                         const struct wr_message *from) {
  *to = *from;
  bool good = (to->name = strdup(from->name)) != NULL;
  for (uint32_t i = 0; i < to->arg_count; i++)
    if (from->args[i].iface && !(to->args[i].iface = strdup(from->args[i].iface)))
      good = false;
  wire->name = to->name;
  wire->signature = make_signature(to);
  wire->types = to->types;
  return good && wire->signature;
}

static bool copy_messages(struct wr_message **messages, const struct wl_message **wire, int *count,
                          const struct wr_message *from, uint32_t from_count) {
  struct wr_message *copies = calloc(from_count + 1, sizeof *copies);
  struct wl_message *wires = calloc(from_count + 1, sizeof *wires);
  *messages = copies;
  *wire = wires;
  *count = 0;
  if (!copies || !wires)
    return false;
  for (uint32_t i = 0; i < from_count; i++) {
    *count = (int)i + 1;
    if (!copy_message(&copies[i], &wires[i], &from[i]))
      return false;
  }
  return true;
}

static bool append(struct wr_interfaces *set, struct wr_interface *iface) {
  struct wr_interface **list = realloc(set->list, (set->count + 1) * sizeof *list);
  if (!list)
    return false;
  set->list = list;
  iface->index = set->count;
  list[set->count++] = iface;
  return true;
}

bool wr_interfaces_add(struct wr_interfaces *set, const char *name, uint32_t version,
                       const struct wr_message *requests, uint32_t request_count,
                       const struct wr_message *events, uint32_t event_count, char error[160]) {
  if (!*name || !version || wr_interfaces_find(set, name)) {
    snprintf(error, 160, "interface '%.80s' has no name or version, or is there twice", name);
    return false;
  }
  for (uint32_t i = 0; i < request_count + event_count; i++)
    if (!check_message(i < request_count ? &requests[i] : &events[i - request_count], version,
                       error))
      return false;
  struct wr_interface *iface = calloc(1, sizeof *iface);
  snprintf(error, 160, "out of memory");
  if (!iface)
    return false;
  iface->wl.version = (int)version;
  if ((iface->wl.name = strdup(name)) &&
      copy_messages(&iface->requests, &iface->wl.methods, &iface->wl.method_count, requests,
                    request_count) &&
      copy_messages(&iface->events, &iface->wl.events, &iface->wl.event_count, events,
                    event_count) &&
      append(set, iface))
    return true;
  free_interface(iface);
  return false;
}

static bool bind_types(struct wr_interfaces *set, struct wr_message *messages, int count) {
  char error[160];
  for (int m = 0; m < count; m++) {
    for (uint32_t a = 0; a < messages[m].arg_count; a++) {
      const char *name = messages[m].args[a].iface;
      if (!name)
        continue;
      if (!wr_interfaces_find(set, name) &&
          !wr_interfaces_add(set, name, 1, NULL, 0, NULL, 0, error))
        return false;
      messages[m].types[a] = &wr_interfaces_find(set, name)->wl;
    }
  }
  return true;
}

bool wr_interfaces_finish(struct wr_interfaces *set) {
  set->defined = set->count;
  for (uint32_t i = 0; i < set->defined; i++) {
    struct wr_interface *iface = set->list[i];
    if (!bind_types(set, iface->requests, iface->wl.method_count) ||
        !bind_types(set, iface->events, iface->wl.event_count))
      return false;
  }
  return true;
}

void wr_interfaces_destroy(struct wr_interfaces *set) {
  for (uint32_t i = 0; i < set->count; i++)
    free_interface(set->list[i]);
  free(set->list);
  free(set);
}
