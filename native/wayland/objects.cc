/* Clients, resources, globals and shm buffers by handle; a stale handle makes every call a no-op.
 */
#include "binding.h"

namespace wr {

namespace {

wr_resource *resourceAt(napi_env env, napi_value value) {
  return static_cast<wr_resource *>(
      wr_handles_get(&bindingOf(env)->tables.resources, handleFrom(env, value)));
}

wr_client *clientAt(napi_env env, napi_value value) {
  auto *client = static_cast<wr_client *>(
      wr_handles_get(&bindingOf(env)->tables.clients, handleFrom(env, value)));
  return client && client->client ? client : nullptr;
}

napi_value postError(napi_env env, napi_callback_info info) {
  napi_value values[3];
  int32_t code;
  std::string message;
  if (!readArguments(env, info, 3, values) || !readInt(env, values[1], &code) ||
      !readText(env, values[2], &message))
    return nullptr;
  wr_resource *resource = resourceAt(env, values[0]);
  if (!resource || !resource->client->client)
    return nullptr;
  message.resize(std::min<size_t>(message.size(), 512));
  wl_resource_post_error(resource->resource, static_cast<uint32_t>(code), "%s", message.c_str());
  wr_client_doom(resource->client);
  return nullptr;
}

napi_value destroyResource(napi_env env, napi_callback_info info) {
  napi_value values[1];
  if (!readArguments(env, info, 1, values))
    return nullptr;
  if (wr_resource *resource = resourceAt(env, values[0])) {
    bindingOf(env)->server->dirty = true;
    wr_resource_destroy(resource);
  }
  return nullptr;
}

napi_value resourceId(napi_env env, napi_callback_info info) {
  napi_value values[1], result;
  if (!readArguments(env, info, 1, values))
    return nullptr;
  wr_resource *resource = resourceAt(env, values[0]);
  napi_create_uint32(env, resource ? wl_resource_get_id(resource->resource) : 0, &result);
  return result;
}

napi_value clientDestroy(napi_env env, napi_callback_info info) {
  napi_value values[1];
  if (!readArguments(env, info, 1, values))
    return nullptr;
  if (wr_client *client = clientAt(env, values[0]))
    wr_client_destroy(client);
  return nullptr;
}

napi_value clientFlush(napi_env env, napi_callback_info info) {
  napi_value values[1];
  if (!readArguments(env, info, 1, values))
    return nullptr;
  if (wr_client *client = clientAt(env, values[0]))
    wl_client_flush(client->client);
  return nullptr;
}

napi_value clientPostNoMemory(napi_env env, napi_callback_info info) {
  napi_value values[1];
  if (!readArguments(env, info, 1, values))
    return nullptr;
  if (wr_client *client = clientAt(env, values[0])) {
    wl_client_post_no_memory(client->client);
    wr_client_doom(client);
  }
  return nullptr;
}

napi_value clientPostImplementation(napi_env env, napi_callback_info info) {
  napi_value values[2];
  std::string message;
  if (!readArguments(env, info, 2, values) || !readText(env, values[1], &message))
    return nullptr;
  message.resize(std::min<size_t>(message.size(), 512));
  if (wr_client *client = clientAt(env, values[0])) {
    wl_client_post_implementation_error(client->client, "%s", message.c_str());
    wr_client_doom(client);
  }
  return nullptr;
}

/* The index of the resource with this protocol id, or -1. */
napi_value clientObject(napi_env env, napi_callback_info info) {
  napi_value values[2], result;
  int32_t id, index = -1;
  if (!readArguments(env, info, 2, values) || !readInt(env, values[1], &id))
    return nullptr;
  if (wr_client *client = clientAt(env, values[0])) {
    wl_resource *wl = wl_client_get_object(client->client, static_cast<uint32_t>(id));
    wr_resource *resource = wl ? wr_resource_from(client->server, wl) : nullptr;
    if (resource)
      index = static_cast<int32_t>(wr_handle_index(resource->handle));
  }
  napi_create_int32(env, index, &result);
  return result;
}

/* createResource(client, interfaceIndex, version) -> handle, 0 where the client is ending */
napi_value createResource(napi_env env, napi_callback_info info) {
  napi_value values[3];
  int32_t iface, version;
  if (!readArguments(env, info, 3, values) || !readInt(env, values[1], &iface) ||
      !readInt(env, values[2], &version))
    return nullptr;
  wr_client *client = clientAt(env, values[0]);
  if (!client || iface < 0 || static_cast<uint32_t>(iface) >= client->server->interfaces->defined)
    return handleValue(env, 0);
  wr_resource *resource = wr_client_add_resource(client, client->server->interfaces->list[iface],
                                                 static_cast<uint32_t>(version), 0);
  return handleValue(env, resource ? resource->handle : 0);
}

wr_shm_buffer *shmFrom(napi_env env, napi_callback_info info) {
  static const napi_type_tag tag = WR_PIXEL_SOURCE_TAG;
  napi_value values[1];
  bool tagged = false;
  void *data = nullptr;
  if (!readArguments(env, info, 1, values))
    return nullptr;
  napi_check_object_type_tag(env, values[0], &tag, &tagged);
  if (tagged && napi_get_value_external(env, values[0], &data) == napi_ok)
    return static_cast<wr_shm_buffer *>(data);
  napi_throw_type_error(env, nullptr, "not a pixel source");
  return nullptr;
}

napi_value shmRetain(napi_env env, napi_callback_info info) {
  if (wr_shm_buffer *shm = shmFrom(env, info))
    wr_shm_retain(shm);
  return nullptr;
}

napi_value shmRelease(napi_env env, napi_callback_info info) {
  if (wr_shm_buffer *shm = shmFrom(env, info))
    wr_shm_release(shm);
  return nullptr;
}

/* A copy of the pixels, or null when they are gone. */
napi_value shmRead(napi_env env, napi_callback_info info) {
  wr_shm_buffer *shm = shmFrom(env, info);
  if (!shm)
    return nullptr;
  napi_value result = nullptr;
  const void *pixels = shm->source.begin(&shm->source);
  if (!pixels) {
    napi_get_null(env, &result);
    return result;
  }
  size_t bytes = static_cast<size_t>(shm->source.stride) * static_cast<size_t>(shm->source.height);
  napi_create_buffer_copy(env, bytes, pixels, nullptr, &result);
  shm->source.end(&shm->source);
  return result;
}

} // namespace

napi_status defineObjectFunctions(napi_env env, napi_value exports) {
  return defineFunctions(env, exports,
                         {{"post", post},
                          {"postError", postError},
                          {"destroyResource", destroyResource},
                          {"resourceId", resourceId},
                          {"clientDestroy", clientDestroy},
                          {"clientFlush", clientFlush},
                          {"clientPostNoMemory", clientPostNoMemory},
                          {"clientPostImplementation", clientPostImplementation},
                          {"clientObject", clientObject},
                          {"createResource", createResource},
                          {"shmRetain", shmRetain},
                          {"shmRelease", shmRelease},
                          {"shmRead", shmRead}});
}

} // namespace wr
