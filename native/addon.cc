// The Node-API face of the kernels: which instruction sets this processor runs, and a function that runs chunks of the job
// described in the kernels' memory. It holds no arithmetic and knows no job.

#include <node_api.h>

#include "job.h"

namespace {

struct InstructionSet {
  const char *name;
  RunChunks *runChunks;
};

#if defined(__x86_64__)
bool runs(const InstructionSet &set) {
  if (set.runChunks == runChunksAvx512) return __builtin_cpu_supports("avx512f");
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
const InstructionSet SETS[] = {{"avx512", runChunksAvx512}, {"avx2", runChunksAvx2}};
#else
bool runs(const InstructionSet &) { return true; }
const InstructionSet SETS[] = {{"neon", runChunksNeon}};
#endif

/** One thread's kernels. */
struct Instance {
  Job job;
  RunChunks *runChunks;
};

napi_value fail(napi_env env, const char *message) {
  napi_throw_error(env, nullptr, message);
  return nullptr;
}

/** run(operation, from, to): false where the operation is not among the native ones, and nothing was done. */
napi_value run(napi_env env, napi_callback_info info) {
  size_t count = 3;
  napi_value arguments[3];
  void *data;
  int32_t numbers[3];
  napi_get_cb_info(env, info, &count, arguments, nullptr, &data);
  for (int i = 0; i < 3; i++) {
    if (napi_get_value_int32(env, arguments[i], &numbers[i]) != napi_ok) return fail(env, "run: expected three integers");
  }
  const Instance *instance = static_cast<Instance *>(data);
  napi_value result;
  napi_get_boolean(env, instance->runChunks(instance->job, numbers[0], numbers[1], numbers[2]), &result);
  return result;
}

/** create(memory: Uint8Array, scratch: address, instruction set: string): the `run` of one thread. */
napi_value create(napi_env env, napi_callback_info info) {
  size_t count = 3, length;
  napi_value arguments[3], result;
  void *memory;
  int64_t scratch;
  char name[16];
  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  if (napi_get_typedarray_info(env, arguments[0], nullptr, &length, &memory, nullptr, nullptr) != napi_ok ||
      napi_get_value_int64(env, arguments[1], &scratch) != napi_ok ||
      napi_get_value_string_utf8(env, arguments[2], name, sizeof name, nullptr) != napi_ok)
    return fail(env, "create: expected a memory, an address and an instruction set");
  for (const InstructionSet &set : SETS) {
    if (strcmp(set.name, name) != 0 || !runs(set)) continue;
    unsigned char *base = static_cast<unsigned char *>(memory);
    Instance *instance = new Instance{{base, base + scratch}, set.runChunks};
    const auto release = [](napi_env, void *data, void *) { delete static_cast<Instance *>(data); };
    if (napi_create_function(env, "run", NAPI_AUTO_LENGTH, run, instance, &result) != napi_ok ||
        napi_add_finalizer(env, result, instance, release, nullptr, nullptr) != napi_ok)
      return fail(env, "create: no function");
    return result;
  }
  return fail(env, "create: this processor does not run the instruction set");
}

/** The instruction sets that this processor runs, the widest first. */
napi_value instructionSets(napi_env env) {
  napi_value list, name;
  uint32_t count = 0;
  napi_create_array(env, &list);
  for (const InstructionSet &set : SETS) {
    if (!runs(set)) continue;
    napi_create_string_utf8(env, set.name, NAPI_AUTO_LENGTH, &name);
    napi_set_element(env, list, count++, name);
  }
  return list;
}

} // namespace

NAPI_MODULE_INIT() {
  napi_value function;
  napi_create_function(env, "create", NAPI_AUTO_LENGTH, create, nullptr, &function);
  napi_set_named_property(env, exports, "create", function);
  napi_set_named_property(env, exports, "instructionSets", instructionSets(env));
  return exports;
}
