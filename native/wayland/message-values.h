/* Arguments of requests and events, between JavaScript and libwayland. */
#ifndef WR_WAYLAND_MESSAGE_VALUES_H
#define WR_WAYLAND_MESSAGE_VALUES_H

#include "values.h"

namespace wr {

constexpr size_t maxWireBytes = 4096; /* libwayland's connection buffer */

/* Room for one message; what does not fit could not be sent either. */
struct MessageBuilder {
  napi_env env;
  const wr_message *message;
  /* NULL for a handle of nothing alive. */
  wl_object *(*find)(void *context, wr_handle handle, const wr_interface **iface);
  void *context;
  wl_argument args[WR_MAX_ARGS];
  wl_array arrays[WR_MAX_ARGS];
  char text[maxWireBytes];
  size_t used = 0;
};

/* Dead: an object that may not be null has ended. Thrown: an exception names the argument. */
enum class Read { Good, Dead, Thrown };

Read readArgument(MessageBuilder &builder, uint32_t at, napi_value value);

/* Objects become indexes or null, new_ids handles. */
napi_value argumentValue(napi_env env, const wr_arg &spec, const wl_argument &arg,
                         wr_handle object);

} // namespace wr
#endif
