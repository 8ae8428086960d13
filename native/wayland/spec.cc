/* Interfaces as index.ts hands them over:
 * [name, version, requests, events], message [name, since, destructor, args], arg [letter,
 * nullable, interface | null] */
#include "values.h"

#include <deque>

namespace wr {

namespace {

/* Keeps the strings that the messages point to alive until they have been copied. */
struct Reader {
  napi_env env;
  std::deque<std::string> strings;

  napi_value at(napi_value list, uint32_t index) {
    napi_value value = nullptr;
    napi_get_element(env, list, index, &value);
    return value;
  }
  uint32_t length(napi_value list) {
    uint32_t result = 0;
    napi_get_array_length(env, list, &result);
    return result;
  }
  const char *text(napi_value value) {
    strings.emplace_back();
    return readText(env, value, &strings.back()) ? strings.back().c_str() : nullptr;
  }
  uint32_t number(napi_value value) {
    uint32_t result = 0;
    napi_get_value_uint32(env, value, &result);
    return result;
  }
  bool flag(napi_value value) {
    bool result = false;
    napi_get_value_bool(env, value, &result);
    return result;
  }
};

bool readArg(Reader &reader, napi_value value, wr_arg *arg) {
  const char *letter = reader.text(reader.at(value, 0));
  if (!letter)
    return false;
  arg->type = letter[0];
  arg->nullable = reader.flag(reader.at(value, 1));
  napi_value iface = reader.at(value, 2);
  napi_valuetype type;
  napi_typeof(reader.env, iface, &type);
  arg->iface = nullptr;
  if (type != napi_string)
    return true;
  arg->iface = reader.text(iface);
  return arg->iface != nullptr;
}

bool readMessages(Reader &reader, napi_value list, std::vector<wr_message> *messages) {
  for (uint32_t i = 0; i < reader.length(list); i++) {
    napi_value value = reader.at(list, i), args = reader.at(value, 3);
    wr_message message = {};
    message.name = reader.text(reader.at(value, 0));
    message.since = reader.number(reader.at(value, 1));
    message.destructor = reader.flag(reader.at(value, 2));
    message.arg_count = reader.length(args);
    if (!message.name)
      return false;
    for (uint32_t a = 0; a < message.arg_count && a < WR_MAX_ARGS; a++)
      if (!readArg(reader, reader.at(args, a), &message.args[a]))
        return false;
    messages->push_back(message);
  }
  return true;
}

bool readInterface(Reader &reader, napi_value value, wr_interfaces *set) {
  char error[160] = "";
  std::vector<wr_message> requests, events;
  const char *name = reader.text(reader.at(value, 0));
  if (!name || !readMessages(reader, reader.at(value, 2), &requests) ||
      !readMessages(reader, reader.at(value, 3), &events))
    return false;
  if (wr_interfaces_add(set, name, reader.number(reader.at(value, 1)), requests.data(),
                        static_cast<uint32_t>(requests.size()), events.data(),
                        static_cast<uint32_t>(events.size()), error))
    return true;
  napi_throw_type_error(reader.env, nullptr, (std::string(name) + ": " + error).c_str());
  return false;
}

} // namespace

wr_interfaces *readInterfaces(napi_env env, napi_value list) {
  Reader reader{env, {}};
  wr_interfaces *set = wr_interfaces_create();
  bool good = set != nullptr;
  for (uint32_t i = 0; good && i < reader.length(list); i++)
    good = readInterface(reader, reader.at(list, i), set);
  if (good && wr_interfaces_finish(set))
    return set;
  bool pending = false;
  napi_is_exception_pending(env, &pending);
  if (!pending)
    napi_throw_error(env, nullptr, "no memory for the interfaces");
  if (set)
    wr_interfaces_destroy(set);
  return nullptr;
}

} // namespace wr
