// The current job's arguments (see src/kernels/wasm/layout.ts, from which layout.h is made). Knows no kernel.

#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "layout.h"

/** The kernels' memory and one thread's scratch in it. */
struct Job {
  unsigned char *memory;
  unsigned char *scratch;

  template <class T>
  T read(size_t at) const {
    T value;
    memcpy(&value, memory + at, sizeof value);
    return value;
  }

  /** Integer argument. */
  int word(int index) const { return read<int32_t>(JOB_WORDS + 4 * index); }
  /** f32 argument. */
  float number(int index) const { return read<float>(JOB_WORDS + 4 * index); }
  /** f64 argument. */
  double wide(int index) const { return read<double>(JOB_DOUBLES + 8 * index); }
  /** Address argument: an array of T, or null where it is 0. */
  template <class T>
  T *array(int index) const {
    const uint32_t at = read<uint32_t>(JOB_WORDS + 4 * index);
    return at == 0 ? nullptr : reinterpret_cast<T *>(memory + at);
  }
  float *floats(int index) const { return array<float>(index); }
  const int32_t *indices(int index) const { return array<int32_t>(index); }
};

/** What `runChunks` of an instruction set is: whether it has the operation, and so has run its chunks [from, to). */
typedef bool RunChunks(const Job &job, int operation, int from, int to);

RunChunks runChunksAvx512;
RunChunks runChunksAvx2;
RunChunks runChunksNeon;
